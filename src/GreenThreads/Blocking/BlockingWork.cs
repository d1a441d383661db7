namespace GreenThreads.Blocking;

/// <summary>Something that blocks, to be run by the <see cref="BlockingPool"/>.</summary>
internal abstract class BlockingWork
{
    internal abstract void Run();
}

/// <summary>A function that blocks; its task completes with it.</summary>
internal sealed class BlockingWork<T>(Func<T> function) : BlockingWork
{
    private readonly TaskCompletionSource<T> _completion = new();
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    internal Task<T> Task => _completion.Task;

    [NotWoven]
    internal override void Run()
    {
        if (_context is null) Call();
        else ExecutionContext.Run(_context, static self => ((BlockingWork<T>)self!).Call(), this);
    }

    [NotWoven]
    private void Call()
    {
        try
        {
            _completion.SetResult(function());
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
        }
    }
}
