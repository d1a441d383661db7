using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GreenThreads.Channels;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

// The halves of the operations that wait. HOT: ping-pong over a rendezvous channel, 0 bytes per round trip.
public sealed partial class GreenChannel<T>
{
    private void AwaitSent(Waiter<T> waiter)
    {
        Continuation self = Continuation.Current;
        if (self.PinDepth != 0) AwaitSentBlocking(waiter);
        else if (Unsafe.As<GreenThread>(self).AnnounceWait(waiter)) Suspension.Suspend();
        else EndSend(waiter);
    }

    // In tail position: the carrier hands the item to the frame of the caller, see Waiter.Conclude.
    private T AwaitItem(Waiter<T> waiter)
    {
        Continuation self = Continuation.Current;
        if (self.PinDepth != 0) return AwaitItemBlocking(waiter);
        if (!TravelsFree) return AwaitLargeItem(waiter);
        if (Unsafe.As<GreenThread>(self).AnnounceWait(waiter)) return Suspension.SuspendFor<T>();
        return EndReceive(waiter);
    }

    // Whether a carrier can hand an item on without asking for memory, where there may be none.
    private static bool TravelsFree => !typeof(T).IsValueType || Continuation.FitsHandshake<T>();

    private T AwaitLargeItem(Waiter<T> waiter)
    {
        waiter.Await(ParkReason.Channel, Deadline.Never);
        return EndReceive(waiter);
    }

    [NotWoven]
    private void AwaitSentBlocking(Waiter<T> waiter)
    {
        waiter.Await(ParkReason.Channel, Deadline.Never);
        EndSend(waiter);
    }

    [NotWoven]
    private T AwaitItemBlocking(Waiter<T> waiter)
    {
        waiter.Await(ParkReason.Channel, Deadline.Never);
        return EndReceive(waiter);
    }

    private T AwaitItem(Waiter<T> waiter, CancellationToken cancellationToken)
    {
        waiter.Await(ParkReason.Channel, Deadline.Never, cancellationToken);
        return EndReceive(waiter);
    }

    private bool TrySendUntil(T item, long deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter<T>? waiter = null;
        switch (Deadline.HasPassed(deadline) ? TryPut(item) : PutOrEnlist(Continuation.Current, item, out waiter))
        {
            case ChannelStep.Done:
                if (_streak >= MaxStreak) YieldToOthers();
                return true;
            case ChannelStep.Enlisted:
                if (waiter!.Await(ParkReason.Channel, deadline, cancellationToken)) return EndSend(waiter);
                waiter.TakeItem(); // withdrawn: the node must not keep it
                return false;
            case ChannelStep.WouldWait:
                return false;
            default:
                ThrowClosedForSending();
                return false;
        }
    }

    /// <summary>Waits for the next item.</summary>
    /// <returns>False: the channel is closed (without an exception) and drained.</returns>
    internal bool TryReceiveNext([MaybeNullWhen(false)] out T item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChannelStep step = TakeOrEnlist(Continuation.Current, out item!, out Waiter<T>? waiter);
        if (step == ChannelStep.Enlisted)
        {
            waiter!.Await(ParkReason.Channel, Deadline.Never, cancellationToken);
            if (TryEndReceive(waiter, true, out item)) return true;
        }
        else if (step == ChannelStep.Done)
        {
            if (_streak >= MaxStreak) YieldToOthers();
            return true;
        }
        if (_error is not null) ThrowClosedForReceiving();
        return false;
    }

    // Threads whose channels are never full and never empty would keep their carriers to themselves.
    private void YieldToOthers()
    {
        _streak = 0;
        if (Continuation.Current.PinDepth == 0 && Carrier.Current!.HasWork) Suspension.Suspend();
    }

    private T YieldToOthers(T item)
    {
        YieldToOthers();
        return item;
    }

    // ---- after the wait -----------------------------------------------------------------------------------------

    [NotWoven]
    private bool EndSend(Waiter<T> waiter)
    {
        bool sent = waiter.IsGranted;
        if (!sent) waiter.TakeItem();
        waiter.Release();
        if (!sent) ThrowClosedForSending();
        return true;
    }

    [NotWoven]
    private T EndReceive(Waiter<T> waiter)
    {
        if (waiter.IsGranted)
        {
            T item = waiter.TakeItem();
            waiter.Release();
            return item;
        }
        waiter.Release();
        ThrowClosedForReceiving();
        return default!;
    }

    [NotWoven]
    private static bool TryEndReceive(Waiter<T> waiter, bool inTime, [MaybeNullWhen(false)] out T item)
    {
        bool received = inTime && waiter.IsGranted;
        item = received ? waiter.TakeItem() : default;
        if (inTime) waiter.Release();
        return received;
    }

    [NotWoven]
    private int FillBatch(T first, Memory<T> buffer)
    {
        Span<T> span = buffer.Span;
        span[0] = first;
        return 1 + TryReceiveBatch(span[1..]);
    }

    [DoesNotReturn]
    internal void ThrowClosedForSending() => throw ClosedForSending();

    [DoesNotReturn]
    internal void ThrowClosedForReceiving() => throw ClosedForReceiving();

    [NotWoven]
    Exception IWaitSource.Refusal(Waiter waiter) => waiter.Receives ? ClosedForReceiving() : ClosedForSending();

    private ChannelClosedException ClosedForSending() => new("Nothing can be sent: the channel has been closed.", _error);

    private ChannelClosedException ClosedForReceiving() => new("The channel has been closed and every item received.", _error);

    [DoesNotReturn]
    private static void ThrowClosedBefore() =>
        throw new ChannelClosedException("The channel has been closed before. Use TryClose where several threads may close it.");
}
