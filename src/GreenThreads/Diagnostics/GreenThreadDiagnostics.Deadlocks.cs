using GreenThreads.Scheduling;

namespace GreenThreads.Diagnostics;

// Threads that can never run again.
public static partial class GreenThreadDiagnostics
{
    /// <summary>
    /// Raised once when no green thread can ever run again: all are parked for something in memory, no timer is set, and no OS
    /// thread could wake one. Raised about a second after the last one has stopped, on a thread of the scheduler.
    /// </summary>
    /// <remarks>
    /// Without a handler the report is written to the standard error stream. With
    /// <see cref="GreenThreadOptions.DeadlockEndsProcess"/> the process ends afterwards. Found on Linux only; where there is a
    /// doubt (an OS thread that the runtime does not know runs, a signal is handled) nothing is reported.
    /// </remarks>
    public static event EventHandler<GreenDeadlockEventArgs>? DeadlockDetected;

    /// <summary>Looks for threads that wait for each other in a ring, or a process in which no green thread can ever run again.</summary>
    /// <returns>Who waits for whom, with the stacks of all green threads; null if there is no deadlock. Does not suspend.</returns>
    /// <remarks>
    /// A ring is made of threads that join another one, or wait for a lock that another one holds. It takes a look at all
    /// threads, without stopping them.
    /// </remarks>
    public static string? FindDeadlock()
    {
        List<List<GreenThread>> rings = WaitGraph.Rings();
        if (rings.Count != 0) return StallDetector.Report("Deadlock: green threads wait for each other.");
        return StallDetector.IsStalled(StallDetector.CountActors) ? StallDetector.Report("Deadlock: no green thread can ever run again.") : null;
    }

    /// <summary>
    /// Finds parked threads that nothing can wake any more: the channel, the lock, the task they wait for is referred to by
    /// nobody else who runs, and neither is the thread itself.
    /// </summary>
    /// <returns>The threads, still parked. A thread whose object somebody keeps can be interrupted, so it is not among them.</returns>
    /// <remarks>
    /// Runs full garbage collections, and blocks the calling thread meanwhile. Objects with finalizers that only leaked threads
    /// refer to are finalized, as if those had been collected.
    /// </remarks>
    public static IReadOnlyList<GreenThread> FindLeakedThreads() => LeakDetector.Find();

    internal static void RaiseDeadlock(string report)
    {
        if (DeadlockDetected is { } handlers) handlers(null, new GreenDeadlockEventArgs(report));
        else Console.Error.WriteLine(report);
        if (Scheduler.Options.DeadlockEndsProcess) Environment.FailFast(report);
    }
}
