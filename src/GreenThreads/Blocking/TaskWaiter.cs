using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

/// <summary>Waits for the completion of tasks.</summary>
internal static class TaskWaiter
{
    /// <summary>Waits until the task has completed, however; returns at once on a plain OS thread, where the result blocks.</summary>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    internal static void Wait(Task task)
    {
        if (Continuation.Current is not GreenThread self) return;
        Register(task, self);
        while (!task.IsCompleted) Parker.Park(ParkReason.Task);
    }

    // The only allocation is the list entry inside the task; the delegate is made once per thread.
    [NotWoven]
    internal static void Register(Task task, GreenThread self) =>
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(self.WakeAction());
}
