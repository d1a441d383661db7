namespace GreenThreads.Scheduling;

/// <summary>The exception that ended a green thread; reports itself if nobody asked for it before it was collected.</summary>
internal sealed class Failure(GreenThread? thread, Exception exception)
{
    // Stands for any failure that there is no memory to keep.
    private static readonly Failure s_unkept =
        new(null, new OutOfMemoryException("The green thread has failed, and there was no memory to keep the exception."));

    private readonly GreenThread? _thread = thread;

    ~Failure()
    {
        if (_thread is null) return;
        try
        {
            GreenThread.RaiseUnobserved(_thread, exception);
        }
        catch (OutOfMemoryException)
        {
            // an exception here would end the process: it is tried again when the next collection finds this
            GC.ReRegisterForFinalize(this);
        }
    }

    /// <summary>What to keep of the exception that ended a thread; does not throw.</summary>
    internal static Failure Of(GreenThread thread, Exception exception)
    {
        try
        {
            return new Failure(thread, exception);
        }
        catch (OutOfMemoryException)
        {
            return s_unkept;
        }
    }

    internal Exception Observe()
    {
        GC.SuppressFinalize(this);
        return exception;
    }
}
