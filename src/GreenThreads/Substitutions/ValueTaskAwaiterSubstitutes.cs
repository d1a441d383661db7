using System.ComponentModel;
using System.Runtime.CompilerServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of <see cref="ValueTaskAwaiter.GetResult"/> in woven code.</summary>
[Substitute(typeof(ValueTaskAwaiter))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ValueTaskAwaiterSubstitutes
{
    /// <summary>As <see cref="ValueTaskAwaiter.GetResult"/>; suspends a green thread.</summary>
    /// <param name="awaiter">The awaiter.</param>
    public static void GetResult(ValueTaskAwaiter awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            var signal = new CompletionSignal(self);
            TaskWaiter.Register(awaiter, signal.Set);
            while (!signal.IsSet) Parker.Park(ParkReason.Task);
        }
        awaiter.GetResult();
    }
}

/// <summary>Takes the place of <see cref="ValueTaskAwaiter{TResult}.GetResult"/> in woven code.</summary>
[Substitute(typeof(ValueTaskAwaiter<>))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ValueTaskAwaiterOfResultSubstitutes
{
    /// <summary>As <see cref="ValueTaskAwaiter{TResult}.GetResult"/>; suspends a green thread.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <returns>The result of the task.</returns>
    public static TResult GetResult<TResult>(ValueTaskAwaiter<TResult> awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            var signal = new CompletionSignal(self);
            TaskWaiter.Register(awaiter, signal.Set);
            while (!signal.IsSet) Parker.Park(ParkReason.Task);
        }
        return awaiter.GetResult();
    }
}

/// <summary>Takes the place of <see cref="ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter.GetResult"/> in woven code.</summary>
[Substitute(typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ConfiguredValueTaskAwaiterSubstitutes
{
    /// <summary>As <see cref="ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter.GetResult"/>; suspends a green thread.</summary>
    /// <param name="awaiter">The awaiter.</param>
    public static void GetResult(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            var signal = new CompletionSignal(self);
            TaskWaiter.Register(awaiter, signal.Set);
            while (!signal.IsSet) Parker.Park(ParkReason.Task);
        }
        awaiter.GetResult();
    }
}

/// <summary>Takes the place of <see cref="ConfiguredValueTaskAwaitable{TResult}.ConfiguredValueTaskAwaiter.GetResult"/> in woven code.</summary>
[Substitute(typeof(ConfiguredValueTaskAwaitable<>.ConfiguredValueTaskAwaiter))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ConfiguredValueTaskAwaiterOfResultSubstitutes
{
    /// <summary>As <see cref="ConfiguredValueTaskAwaitable{TResult}.ConfiguredValueTaskAwaiter.GetResult"/>; suspends a green thread.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <returns>The result of the task.</returns>
    public static TResult GetResult<TResult>(ConfiguredValueTaskAwaitable<TResult>.ConfiguredValueTaskAwaiter awaiter)
    {
        if (!awaiter.IsCompleted && Continuation.Current is GreenThread self)
        {
            var signal = new CompletionSignal(self);
            TaskWaiter.Register(awaiter, signal.Set);
            while (!signal.IsSet) Parker.Park(ParkReason.Task);
        }
        return awaiter.GetResult();
    }
}
