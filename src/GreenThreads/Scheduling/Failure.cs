namespace GreenThreads.Scheduling;

/// <summary>The exception that ended a green thread; reports itself if nobody asked for it before it was collected.</summary>
internal sealed class Failure(GreenThread thread, Exception exception)
{
    private readonly GreenThread _thread = thread;

    ~Failure() => GreenThread.RaiseUnobserved(_thread, exception);

    internal Exception Observe()
    {
        GC.SuppressFinalize(this);
        return exception;
    }
}
