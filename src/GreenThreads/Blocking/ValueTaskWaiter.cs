using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

// A ValueTask may be backed by a source that is reset and reused once its result was taken, so the result must not be
// taken before the source has called back: "completed" can be seen a moment earlier. Hence a flag of its own per wait,
// not just the thread's wake-up action.

/// <summary>Waits for the completion of value tasks.</summary>
internal static class ValueTaskWaiter
{
    /// <summary>Waits until the task has called back; on a plain OS thread too.</summary>
    internal static void Wait(ValueTask task)
    {
        var signal = new CompletionSignal(Continuation.Current);
        Register(task, signal);
        while (!signal.IsSet) Parker.Park(ParkReason.Task);
    }

    /// <summary>Waits until the task has called back; on a plain OS thread too.</summary>
    internal static void Wait<T>(ValueTask<T> task)
    {
        var signal = new CompletionSignal(Continuation.Current);
        Register(task, signal);
        while (!signal.IsSet) Parker.Park(ParkReason.Task);
    }

    [NotWoven]
    private static void Register(ValueTask task, CompletionSignal signal) =>
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(signal.Set);

    [NotWoven]
    private static void Register<T>(ValueTask<T> task, CompletionSignal signal) =>
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(signal.Set);

    private sealed class CompletionSignal(Continuation waiter)
    {
        // Written by the completing thread before it unparks the waiter, which reads it.
        private volatile bool _set;

        internal bool IsSet => _set;

        internal void Set()
        {
            _set = true;
            waiter.Unpark();
        }
    }
}
