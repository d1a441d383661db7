using System.Threading.Channels;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads.Channels;

// Asynchronous code in the queue of a channel. To the channel it is one more thread that waits; being unparked means to
// complete a task. So an asynchronous receiver is served in its turn, and gets its item by the same direct hand-over.

/// <summary>A send or a receive by asynchronous code that could not be done at once.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
[NotWoven]
internal sealed class AsyncOperation<T> : Continuation
{
    private readonly GreenChannel<T> _channel;
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Written before it is enlisted, by the one who waits.
    private CancellationTokenRegistration _registration;

    internal AsyncOperation(GreenChannel<T> channel)
    {
        _channel = channel;
        Node = Waiter.Of<T>(this);
    }

    internal Waiter<T> Node { get; }

    internal Task<T> Task => _completion.Task;

    /// <inheritdoc/>
    internal override Waiter? CachedWaiter { get; set; }

    /// <summary>Once enlisted.</summary>
    internal void CancelWith(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _registration = cancellationToken.UnsafeRegister(static (self, token) => ((AsyncOperation<T>)self!).Cancel(token), this);
        if (Task.IsCompleted) _registration.Unregister();
    }

    /// <inheritdoc/>
    internal override void Unpark()
    {
        if (Node.IsWaiting) return;
        if (Node.IsGranted) _completion.TrySetResult(Node.Item!);
        else _completion.TrySetException(new ChannelClosedException(_channel.Error));
        _registration.Unregister();
    }

    /// <inheritdoc/>
    internal override bool ParkBlocking(ParkReason reason, long deadline, IWaitTarget? target) => throw Unsupported();

    /// <inheritdoc/>
    internal override void AnnounceYield() => throw Unsupported();

    private void Cancel(CancellationToken token)
    {
        if (((IWaitSource)_channel).Withdraw(Node)) _completion.TrySetCanceled(token);
    }

    private static InvalidOperationException Unsupported() => new("An asynchronous operation runs no code.");
}
