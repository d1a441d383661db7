namespace GreenThreads.Diagnostics;

/// <summary>A wait that blocked its carrier, see <see cref="GreenThreadDiagnostics.PinnedWaitEnded"/>.</summary>
public sealed class PinnedWaitEventArgs : EventArgs
{
    internal PinnedWaitEventArgs(GreenThread? thread, string waitedFor, TimeSpan duration, string? pinnedBy, string stackTrace)
    {
        Thread = thread;
        WaitedFor = waitedFor;
        Duration = duration;
        PinnedBy = pinnedBy;
        StackTrace = stackTrace;
    }

    /// <summary>The green thread that waited.</summary>
    public GreenThread? Thread { get; }

    /// <summary>The kind of wait, as dumps name it: <c>Sleep</c>, <c>Join</c>, <c>Task</c> and so on; <c>Yield</c>.</summary>
    public string WaitedFor { get; }

    /// <summary>How long the carrier was blocked.</summary>
    public TimeSpan Duration { get; }

    /// <summary>
    /// The innermost method on the stack that is not woven, as <c>Namespace.Type.Method</c>: it pinned the thread. Null where all
    /// are woven: then one of them waits in a place that the build warns of (a lock is held, a pointer is in use), or names are
    /// not known (ahead-of-time compilation).
    /// </summary>
    public string? PinnedBy { get; }

    /// <summary>
    /// The methods that waited, innermost first, as a stack trace. It ends with the method that the carrier runs; the callers of
    /// that one, if it has waited before, are not on the stack.
    /// </summary>
    public string StackTrace { get; }
}
