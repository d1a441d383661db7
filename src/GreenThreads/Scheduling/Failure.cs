namespace GreenThreads.Scheduling;

/// <summary>The exception that ended a green thread; reports itself if nobody asked for it before it was collected.</summary>
internal sealed class Failure(GreenThread? thread, Exception exception)
{
    // Stands for any failure that there is no memory to keep.
    private static readonly Failure s_unkept =
        new(null, new OutOfMemoryException("The green thread has failed, and there was no memory to keep the exception."));

    /// <summary>How often a report is tried for which there is no memory: a handler may throw that exception for ever.</summary>
    internal const int MaxReports = 8;

    private readonly GreenThread? _thread = thread;

    // The finalizer's.
    private int _reports;

    ~Failure()
    {
        if (_thread is null) return;
        try
        {
            GreenThread.RaiseUnobserved(_thread, exception);
        }
        catch (OutOfMemoryException)
        {
            // an exception here would end the process: it is tried again when the next collection finds this, or given up
            if (++_reports < MaxReports) GC.ReRegisterForFinalize(this);
            else GreenThread.EndProcessIfAsked(exception);
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
