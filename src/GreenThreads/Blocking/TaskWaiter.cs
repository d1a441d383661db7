using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

// A green thread waits for a task through an Action that unparks it, made once per thread: the task keeps it in its list
// of continuations and calls it, on the completing thread, when it completes. Parks may end spuriously, so an Action that
// is called late (after an interrupt or a timeout) does no harm.

/// <summary>Waits for the completion of tasks on behalf of green threads.</summary>
internal static class TaskWaiter
{
    /// <summary>Has the calling green thread unparked when the task completes.</summary>
    /// <returns>False on a plain OS thread, which does not need it: there the call for the result blocks.</returns>
    [NotWoven]
    internal static bool Register(Task task)
    {
        if (Continuation.CurrentOrNull is not GreenThread self) return false;
        // not to the synchronization context or scheduler of the caller: they could be waiting for this very thread
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(self.WakeAction());
        return true;
    }

    /// <summary>As <see cref="Register(Task)"/>, for an awaiter.</summary>
    [NotWoven]
    internal static void Register<TAwaiter>(TAwaiter awaiter, Action wake)
        where TAwaiter : struct, ICriticalNotifyCompletion
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is null)
        {
            awaiter.UnsafeOnCompleted(wake);
            return;
        }
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            awaiter.UnsafeOnCompleted(wake);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>On a green thread: waits until the task has completed, the deadline has passed or the token is cancelled.</summary>
    /// <returns>Whether the task has completed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    internal static bool Wait(Task task, long deadline, CancellationToken token)
    {
        CancellationTokenRegistration registration = WakeOnCancel(token);
        try
        {
            RegisterOnce(task);
            while (!task.IsCompleted)
            {
                token.ThrowIfCancellationRequested();
                if (!Parker.Park(ParkReason.Task, deadline)) return task.IsCompleted;
            }
            return true;
        }
        finally
        {
            registration.Unregister();
        }
    }

    [NotWoven]
    private static CancellationTokenRegistration WakeOnCancel(CancellationToken token) =>
        token.UnsafeRegister(static self => ((Continuation)self!).Unpark(), Continuation.Current);

    // A loop of timed waits for the same task must not grow its list of continuations.
    [NotWoven]
    private static void RegisterOnce(Task task)
    {
        ThreadSide side = ((GreenThread)Continuation.Current).Side();
        if (ReferenceEquals(side.Awaited, task)) return;
        side.Awaited = task;
        Register(task);
    }
}
