using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using GreenThreads.Channels;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>Hands items from threads that send to threads that receive, in the order in which they were sent.</summary>
/// <remarks>
/// <para>
/// All members may be used from green threads and from plain OS threads, in any mixture. Members that wait suspend the
/// calling green thread; they block a plain OS thread. Who waits longest is served first.
/// </para>
/// <para>
/// An item is delivered exactly once or stays: if a wait ends with an exception (an interrupt, a cancellation) or because
/// its time is up, the item was not taken and not sent. A receive to which an item had already been handed returns it, and
/// the interrupt ends the thread's next wait.
/// </para>
/// <para>After <see cref="Close"/> the items in the channel can still be received; then receiving ends.</para>
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed partial class GreenChannel<T>
{
    /// <summary>Makes a channel that holds up to a number of items.</summary>
    /// <param name="capacity">How many items; 0 (the default) makes a rendezvous channel: a send waits until its item is received.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is negative or more than 2^30.</exception>
    public GreenChannel(int capacity = 0)
        : this(capacity, unbounded: false)
    {
        if (capacity is < 0 or > ChannelBuffer<T>.MaxCapacity)
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacity),
                capacity,
                $"A channel holds between 0 (rendezvous) and {ChannelBuffer<T>.MaxCapacity} items; GreenChannel.CreateUnbounded makes one without a limit.");
        }
    }

    /// <summary>How many items the channel holds before a send waits: 0 for a rendezvous channel, <see cref="int.MaxValue"/> for an unbounded one.</summary>
    public int Capacity => _capacity;

    /// <summary>The number of items in the channel; may have changed when the caller looks at it. The items of senders that wait do not count.</summary>
    public int Count => _buffer.Count;

    /// <summary>Whether the channel has been closed; there may be items left.</summary>
    public bool IsClosed => _closed;

    /// <summary>Whether the channel has been closed and every item received: nothing will ever be received again.</summary>
    public bool IsCompleted => _closed && Count == 0;

    // ---- sending ------------------------------------------------------------------------------------------------

    /// <summary>Sends an item. Waits while the channel is full; on a rendezvous channel until the item is received.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="ChannelClosedException">The channel is closed, or was closed before the item got in.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; the item was not sent.</exception>
    public void Send(T item)
    {
        switch (PutOrEnlist(Continuation.Current, item, out Waiter<T>? waiter))
        {
            case ChannelStep.Done:
                if (_streak >= MaxStreak) YieldToOthers();
                break;
            case ChannelStep.Enlisted:
                AwaitSent(waiter!);
                break;
            default:
                ThrowClosedForSending();
                break;
        }
    }

    /// <summary>Sends an item. Waits while the channel is full; on a rendezvous channel until the item is received.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChannelClosedException">The channel is closed, or was closed before the item got in.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the item was sent.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; the item was not sent.</exception>
    public void Send(T item, CancellationToken cancellationToken) => TrySendUntil(item, Deadline.Never, cancellationToken);

    /// <summary>Sends an item if that is possible without waiting.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether it was sent: there was room in the channel, or a receiver waited.</returns>
    /// <exception cref="ChannelClosedException">The channel is closed.</exception>
    public bool TrySend(T item)
    {
        switch (TryPut(item))
        {
            case ChannelStep.Done:
                return true;
            case ChannelStep.Closed:
                ThrowClosedForSending();
                return false;
            default:
                return false;
        }
    }

    /// <summary>Sends an item, waiting for a limited time.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was sent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="ChannelClosedException">The channel is closed, or was closed before the item got in.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the item was sent.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; the item was not sent.</exception>
    public bool TrySend(T item, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        TrySendUntil(item, Deadline.After(timeout, nameof(timeout)), cancellationToken);

    // ---- receiving ----------------------------------------------------------------------------------------------

    /// <summary>Receives an item. Waits while there is none.</summary>
    /// <returns>The item.</returns>
    /// <exception cref="ChannelClosedException">The channel is closed and drained; the inner exception is the one it was closed with.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no item was taken.</exception>
    public T Receive()
    {
        switch (TakeOrEnlist(Continuation.Current, out T? item, out Waiter<T>? waiter))
        {
            case ChannelStep.Done:
                return _streak >= MaxStreak ? YieldToOthers(item!) : item!;
            case ChannelStep.Enlisted:
                return AwaitItem(waiter!);
            default:
                ThrowClosedForReceiving();
                return default!;
        }
    }

    /// <summary>Receives an item. Waits while there is none.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The item.</returns>
    /// <exception cref="ChannelClosedException">The channel is closed and drained; the inner exception is the one it was closed with.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before an item came; none was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no item was taken.</exception>
    public T Receive(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        switch (TakeOrEnlist(Continuation.Current, out T? item, out Waiter<T>? waiter))
        {
            case ChannelStep.Done:
                return _streak >= MaxStreak ? YieldToOthers(item!) : item!;
            case ChannelStep.Enlisted:
                return AwaitItem(waiter!, cancellationToken);
            default:
                ThrowClosedForReceiving();
                return default!;
        }
    }

    /// <summary>Receives an item if there is one. Does not wait.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether there was one; false also when the channel is closed and drained (see <see cref="IsCompleted"/>).</returns>
    public bool TryReceive([MaybeNullWhen(false)] out T item) =>
        TryTake(out item) == ChannelStep.Done;

    /// <summary>Receives an item, waiting for a limited time.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was one; false when the time was up, and as soon as the channel is closed and drained (see <see cref="IsCompleted"/>).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before an item came; none was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no item was taken.</exception>
    public bool TryReceive([MaybeNullWhen(false)] out T item, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long deadline = Deadline.After(timeout, nameof(timeout));
        cancellationToken.ThrowIfCancellationRequested();
        Waiter<T>? waiter = null;
        ChannelStep step = timeout == TimeSpan.Zero ? TryTake(out item) : TakeOrEnlist(Continuation.Current, out item, out waiter);
        if (step != ChannelStep.Enlisted) return step == ChannelStep.Done;
        bool inTime = waiter!.Await(ParkReason.Channel, deadline, cancellationToken);
        return TryEndReceive(waiter, inTime, out item);
    }

    /// <summary>Receives as many items as there are. Waits until there is at least one.</summary>
    /// <param name="buffer">Where to put them; at most as many are taken as it is long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many items were received; 0 when the channel is closed and drained, or if the buffer is empty.</returns>
    /// <exception cref="ChannelClosedException">The channel was closed with an exception, which is the inner one, and is drained.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before an item came; none was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no item was taken.</exception>
    public int ReceiveBatch(Memory<T> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int count = TryReceiveBatch(buffer.Span);
        if (count != 0)
        {
            if (_streak >= MaxStreak) YieldToOthers();
            return count;
        }
        if (buffer.IsEmpty || !TryReceiveNext(out T? first, cancellationToken)) return 0;
        return FillBatch(first!, buffer);
    }

    /// <summary>Receives as many items as there are. Does not wait.</summary>
    /// <param name="buffer">Where to put them; at most as many are taken as it is long.</param>
    /// <returns>How many items were received.</returns>
    public int TryReceiveBatch(Span<T> buffer)
    {
        int count = 0;
        while (TakeSome(buffer, ref count))
        {
        }
        return count;
    }

    // ---- closing ------------------------------------------------------------------------------------------------

    /// <summary>
    /// Closes the channel: nothing more can be sent, senders that wait fail, and what is in the channel can still be received.
    /// Does not wait.
    /// </summary>
    /// <param name="error">Why it is closed; who receives after the last item gets it as the inner exception. Null: the regular end.</param>
    /// <exception cref="ChannelClosedException">The channel was closed before. <see cref="TryClose"/> says so without an exception.</exception>
    public void Close(Exception? error = null)
    {
        if (!TryClose(error)) ThrowClosedBefore();
    }

    /// <summary>As <see cref="Close"/>, but may be called again.</summary>
    /// <param name="error">Why it is closed; who receives after the last item gets it as the inner exception. Null: the regular end.</param>
    /// <returns>False if the channel was closed before; nothing has changed then.</returns>
    public bool TryClose(Exception? error = null) => CloseCore(error);

    // ---- enumeration --------------------------------------------------------------------------------------------

    /// <summary>
    /// Receives until the channel is closed and drained: <c>foreach (T item in channel)</c>. Allocates nothing. Several threads
    /// may enumerate a channel at a time; each item goes to one of them.
    /// </summary>
    /// <returns>An enumerator that takes each item out of the channel; see <see cref="Enumerator.MoveNext"/>.</returns>
    public Enumerator GetEnumerator() => new(this, default);

    /// <summary>As <see cref="GetEnumerator"/>, with a token: <c>foreach (T item in channel.ReceiveAll(token))</c>.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>What <c>foreach</c> wants.</returns>
    public Enumerable ReceiveAll(CancellationToken cancellationToken) => new(this, cancellationToken);

    // ---- interop ------------------------------------------------------------------------------------------------

    /// <summary>The receiving side for asynchronous code: items go to it or to receivers of this channel, whoever came first.</summary>
    /// <returns>A reader over this channel.</returns>
    public ChannelReader<T> AsReader() => new GreenChannelReader<T>(this);

    /// <summary>The sending side for asynchronous code.</summary>
    /// <returns>A writer over this channel.</returns>
    public ChannelWriter<T> AsWriter() => new GreenChannelWriter<T>(this);
}
