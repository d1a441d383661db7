using System.ComponentModel;
using System.Runtime.CompilerServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of <see cref="TaskAwaiter.GetResult"/> in woven code.</summary>
[Substitute(typeof(TaskAwaiter))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskAwaiterSubstitutes
{
    /// <summary>As <see cref="TaskAwaiter.GetResult"/>; suspends a green thread.</summary>
    /// <param name="awaiter">The awaiter.</param>
    public static void GetResult(TaskAwaiter awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            TaskWaiter.Register(awaiter, self.WakeAction());
            while (!awaiter.IsCompleted) Parker.Park(ParkReason.Task);
        }
        awaiter.GetResult();
    }
}

/// <summary>Takes the place of <see cref="TaskAwaiter{TResult}.GetResult"/> in woven code.</summary>
[Substitute(typeof(TaskAwaiter<>))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TaskAwaiterOfResultSubstitutes
{
    /// <summary>As <see cref="TaskAwaiter{TResult}.GetResult"/>; suspends a green thread.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <returns>The result of the task.</returns>
    public static TResult GetResult<TResult>(TaskAwaiter<TResult> awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            TaskWaiter.Register(awaiter, self.WakeAction());
            while (!awaiter.IsCompleted) Parker.Park(ParkReason.Task);
        }
        return awaiter.GetResult();
    }
}

/// <summary>Takes the place of <see cref="ConfiguredTaskAwaitable.ConfiguredTaskAwaiter.GetResult"/> in woven code.</summary>
[Substitute(typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ConfiguredTaskAwaiterSubstitutes
{
    /// <summary>As <see cref="ConfiguredTaskAwaitable.ConfiguredTaskAwaiter.GetResult"/>; suspends a green thread.</summary>
    /// <param name="awaiter">The awaiter.</param>
    public static void GetResult(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            TaskWaiter.Register(awaiter, self.WakeAction());
            while (!awaiter.IsCompleted) Parker.Park(ParkReason.Task);
        }
        awaiter.GetResult();
    }
}

/// <summary>Takes the place of <see cref="ConfiguredTaskAwaitable{TResult}.ConfiguredTaskAwaiter.GetResult"/> in woven code.</summary>
[Substitute(typeof(ConfiguredTaskAwaitable<>.ConfiguredTaskAwaiter))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ConfiguredTaskAwaiterOfResultSubstitutes
{
    /// <summary>As <see cref="ConfiguredTaskAwaitable{TResult}.ConfiguredTaskAwaiter.GetResult"/>; suspends a green thread.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <returns>The result of the task.</returns>
    public static TResult GetResult<TResult>(ConfiguredTaskAwaitable<TResult>.ConfiguredTaskAwaiter awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            TaskWaiter.Register(awaiter, self.WakeAction());
            while (!awaiter.IsCompleted) Parker.Park(ParkReason.Task);
        }
        return awaiter.GetResult();
    }
}
