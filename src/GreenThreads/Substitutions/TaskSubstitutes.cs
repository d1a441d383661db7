using System.ComponentModel;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Substitutions;

// The pattern of all: where the plain call does not block, or would throw for its arguments, or the caller is no green
// thread, the plain call. Else wait, and let the plain call, which does not block any more, give the result or throw.

/// <summary>Takes the place of blocking members of <see cref="Task"/> in woven code.</summary>
[Substitute(typeof(Task))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskSubstitutes
{
    /// <summary>As <see cref="Task.Wait()"/>; suspends a green thread.</summary>
    /// <param name="task">The task.</param>
    public static void Wait(Task task)
    {
        if (!task.IsCompleted && TaskWaiter.Register(task))
        {
            while (!task.IsCompleted) Parker.Park(ParkReason.Task);
        }
        task.Wait();
    }

    /// <summary>As <see cref="Task.Wait(int)"/>; suspends a green thread.</summary>
    /// <param name="task">The task.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether the task has completed.</returns>
    public static bool Wait(Task task, int millisecondsTimeout) => Wait(task, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="Task.Wait(CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void Wait(Task task, CancellationToken cancellationToken) => Wait(task, Timeout.Infinite, cancellationToken);

    /// <summary>As <see cref="Task.Wait(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="task">The task.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the task has completed.</returns>
    public static bool Wait(Task task, TimeSpan timeout) => Wait(task, timeout, CancellationToken.None);

    /// <summary>As <see cref="Task.Wait(TimeSpan, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="task">The task.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the task has completed.</returns>
    public static bool Wait(Task task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return task.Wait(timeout, cancellationToken);
        return Wait(task, (int)milliseconds, cancellationToken);
    }

    /// <summary>As <see cref="Task.Wait(int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="task">The task.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the task has completed.</returns>
    public static bool Wait(Task task, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (task.IsCompleted || !MayWait(millisecondsTimeout)) return task.Wait(millisecondsTimeout, cancellationToken);
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        return TaskWaiter.Wait(task, deadline, cancellationToken) && task.Wait(0, cancellationToken);
    }

    /// <summary>As <see cref="Task.WaitAll(Task[])"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    public static void WaitAll(Task[] tasks) => WaitAll(tasks, Timeout.Infinite, CancellationToken.None);

    /// <summary>As <see cref="Task.WaitAll(ReadOnlySpan{Task})"/>; blocks the carrier of a green thread, which is replaced.</summary>
    /// <param name="tasks">The tasks.</param>
    public static void WaitAll(ReadOnlySpan<Task> tasks)
    {
        if (Continuation.Current is GreenThread) WaitAll(tasks.ToArray(), Timeout.Infinite, CancellationToken.None);
        else Task.WaitAll(tasks);
    }

    /// <summary>As <see cref="Task.WaitAll(Task[], TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether all tasks have completed.</returns>
    public static bool WaitAll(Task[] tasks, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return Task.WaitAll(tasks, timeout);
        return WaitAll(tasks, (int)milliseconds, CancellationToken.None);
    }

    /// <summary>As <see cref="Task.WaitAll(Task[], int)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether all tasks have completed.</returns>
    public static bool WaitAll(Task[] tasks, int millisecondsTimeout) => WaitAll(tasks, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="Task.WaitAll(Task[], CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void WaitAll(Task[] tasks, CancellationToken cancellationToken) => WaitAll(tasks, Timeout.Infinite, cancellationToken);

    /// <summary>As <see cref="Task.WaitAll(IEnumerable{Task}, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void WaitAll(IEnumerable<Task> tasks, CancellationToken cancellationToken = default)
    {
        if (tasks is null) Task.WaitAll(tasks!, cancellationToken); // throws
        else WaitAll([.. tasks], Timeout.Infinite, cancellationToken);
    }

    /// <summary>As <see cref="Task.WaitAll(Task[], int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether all tasks have completed.</returns>
    public static bool WaitAll(Task[] tasks, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!MayWait(millisecondsTimeout) || tasks is null || Array.IndexOf(tasks, null) >= 0)
            return Task.WaitAll(tasks!, millisecondsTimeout, cancellationToken);
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        for (int i = 0; i < tasks.Length; i++)
        {
            Task task = tasks[i];
            if (!task.IsCompleted && !TaskWaiter.Wait(task, deadline, cancellationToken)) return false;
        }
        return Task.WaitAll(tasks, 0, cancellationToken);
    }

    /// <summary>As <see cref="Task.WaitAny(Task[])"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The index of a completed task.</returns>
    public static int WaitAny(Task[] tasks) => WaitAny(tasks, Timeout.Infinite, CancellationToken.None);

    /// <summary>As <see cref="Task.WaitAny(Task[], TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>The index of a completed task, or -1.</returns>
    public static int WaitAny(Task[] tasks, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return Task.WaitAny(tasks, timeout);
        return WaitAny(tasks, (int)milliseconds, CancellationToken.None);
    }

    /// <summary>As <see cref="Task.WaitAny(Task[], CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The index of a completed task.</returns>
    public static int WaitAny(Task[] tasks, CancellationToken cancellationToken) => WaitAny(tasks, Timeout.Infinite, cancellationToken);

    /// <summary>As <see cref="Task.WaitAny(Task[], int)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>The index of a completed task, or -1.</returns>
    public static int WaitAny(Task[] tasks, int millisecondsTimeout) => WaitAny(tasks, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="Task.WaitAny(Task[], int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The index of a completed task, or -1.</returns>
    public static int WaitAny(Task[] tasks, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!MayWait(millisecondsTimeout) || tasks is null || tasks.Length == 0)
            return Task.WaitAny(tasks!, millisecondsTimeout, cancellationToken);
        int completed = Task.WaitAny(tasks, 0, cancellationToken); // also refuses null elements
        if (completed >= 0) return completed;
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        if (!TaskWaiter.Wait(Task.WhenAny(tasks), deadline, cancellationToken)) return -1;
        return Task.WaitAny(tasks, 0, CancellationToken.None);
    }

    // Else the plain call does not wait: it blocks an OS thread rightly, returns at once, or throws for its argument.
    private static bool MayWait(int millisecondsTimeout) =>
        (millisecondsTimeout > 0 || millisecondsTimeout == Timeout.Infinite) && Continuation.CurrentOrNull is GreenThread;
}

/// <summary>Takes the place of blocking members of <see cref="Task{TResult}"/> in woven code.</summary>
[Substitute(typeof(Task<>))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskOfResultSubstitutes
{
    /// <summary>As <see cref="Task{TResult}.Result"/>; suspends a green thread.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="task">The task.</param>
    /// <returns>The result of the task.</returns>
    public static TResult get_Result<TResult>(Task<TResult> task)
    {
        if (!task.IsCompleted && TaskWaiter.Register(task))
        {
            while (!task.IsCompleted) Parker.Park(ParkReason.Task);
        }
        return task.Result;
    }
}
