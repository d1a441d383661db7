using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scopes;

namespace GreenThreads;

/// <summary>A green thread with a result.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
public sealed class GreenThread<T> : GreenThread
{
    internal GreenThread(Func<T> body)
        : base(body)
    {
    }

    internal GreenThread(Func<T> body, ScopeCore scope)
        : base(body, scope)
    {
    }

    /// <summary>Waits for the end of the thread; what its body returned.</summary>
    /// <exception cref="Exception">What its body threw.</exception>
    /// <exception cref="InvalidOperationException">The thread is the calling one.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="GreenThread.Interrupt"/> was called on the waiting thread.</exception>
    public T Result
    {
        get
        {
            Join();
            return PeekResult<T>();
        }
    }

    /// <summary>A task that completes with the thread: with its result, or its exception.</summary>
    /// <returns>A new task at each call.</returns>
    public new Task<T> AsTask() => (Task<T>)AsTaskCore();

    /// <summary>Lets asynchronous code write <c>await thread</c>: it gets the result of the thread, or the exception of its body.</summary>
    /// <returns>The awaiter of <see cref="AsTask"/>.</returns>
    /// <remarks>Does not suspend.</remarks>
    public new TaskAwaiter<T> GetAwaiter() => AsTask().GetAwaiter();

    [NotWoven]
    private protected override bool CallBody(Delegate body)
    {
        var function = (Func<T>)body;
        Continuations.Handshake.OfferDelegate(function, this);
        T result = function();
        if (EndSlice()) return true;
        StoreResult(result);
        return false;
    }

    private protected override Task AsTaskCore()
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        AddJoiner(new Completion(completion));
        return completion.Task;
    }

    private sealed class Completion(TaskCompletionSource<T> completion) : EndCallback
    {
        internal override void Ended(GreenThread thread)
        {
            if (thread.TakeFailure() is { } exception) completion.TrySetException(exception);
            else completion.TrySetResult(thread.PeekResult<T>());
        }
    }
}
