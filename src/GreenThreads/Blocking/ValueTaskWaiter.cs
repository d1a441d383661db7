using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

/// <summary>Waits for the completion of value tasks, on any thread.</summary>
internal static class ValueTaskWaiter
{
    /// <summary>Waits until the task has called back.</summary>
    internal static void Wait(ValueTask task)
    {
        var signal = new CompletionSignal(Continuation.Current);
        TaskWaiter.Register(task.ConfigureAwait(false).GetAwaiter(), signal.Set);
        while (!signal.IsSet) Parker.Park(ParkReason.Task);
    }

    /// <summary>Waits until the task has called back.</summary>
    internal static void Wait<T>(ValueTask<T> task)
    {
        var signal = new CompletionSignal(Continuation.Current);
        TaskWaiter.Register(task.ConfigureAwait(false).GetAwaiter(), signal.Set);
        while (!signal.IsSet) Parker.Park(ParkReason.Task);
    }
}
