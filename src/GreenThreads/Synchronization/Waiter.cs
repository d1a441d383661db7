using System.Diagnostics;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;

namespace GreenThreads.Synchronization;

// One place in one queue. All primitives of this library (channels, select, semaphore, condition, reader/writer lock,
// barrier, once, wait group, rate limiter) wait through these nodes.
//
//   Idle    -> Waiting // Enlist: by its thread, under the gate of the source
//   Waiting -> Granted // Grant: by a waker, under the gate, after it took the node out of the queue
//   Waiting -> Refused // Refuse: the same; the channel was closed
//   Waiting -> Idle    // Withdraw: by its thread, under the gate: timeout, cancellation, interrupt
//   Granted -> Idle    // Release: by its thread, which has taken what it was given
//   Refused -> Idle    // Release: by its thread
//
// Idle:    owned by its thread, in no queue.
// Waiting: linked into a queue of its source; links and owner are guarded by the gate.
// Granted, Refused: in no queue, owned by its thread again. The outcome (also an item) is written before the state.
//
// Why nothing is lost. The waker takes a node out, writes what it hands over and sets the state, all under the gate, then
// leaves the gate and unparks the thread. A thread whose time is up enters the same gate: either it still finds itself in
// the queue and is gone for everybody, or it has been granted and keeps what it was given: the operation then succeeds,
// and an interrupt that came meanwhile stays pending (Parker.Postpone).
//
// Why nobody is resumed twice. The waker reads the owner before it sets the state. If the thread saw the state before the
// waker's Unpark, that Unpark leaves a permit, and the thread's next Park returns for no reason: every wait is a loop.
//
// A thread waits at one place at a time, so that its node is kept (Continuation.CachedWaiter) and a wait allocates nothing.
// A thread that waits in a select has a node for each case, and they share a claim (Claim): a waker that loses it drops the
// node from its queue and looks for the next one.

/// <summary>A thread that waits at a source; reused from wait to wait.</summary>
internal class Waiter : IWaitTarget
{
    // Guarded by the gate of the source while enlisted.
    internal Waiter? Next;
    internal Waiter? Previous;

    /// <summary>Written under the gate. Read without it by a select only: once false, no waker touches the node any more unless it has won.</summary>
    internal volatile bool IsQueued;

    /// <summary>What the source needs to know: a number of permits, a kind of lock. Written before it is enlisted.</summary>
    internal int Tag;

    /// <summary>In a queue of a channel: whether it waits for an item, or with one.</summary>
    internal bool Receives => Tag == 0;

    /// <summary>Shared by the nodes of one select; null for a node of its own. Immutable once used.</summary>
    internal Claim? Claim;

    // The next cached node of the same thread, for items of another type. This thread only.
    private Waiter? _nextCached;

    // Written by the thread before it enlists; read by wakers under the gate.
    private Continuation? _owner;

    // Written by the thread; read by others for reports, without order.
    private IWaitSource? _source;

    // A WaiterState. Changed under the gate of the source (except by its thread while it owns the node), read by its thread
    // at any time: written with release after the outcome.
    private volatile int _state;

    /// <summary>Where it waits, for reports; null when it does not.</summary>
    internal IWaitSource? Source => Volatile.Read(ref _source);

    /// <summary>For reports.</summary>
    internal Waiter? NextCached => Volatile.Read(ref _nextCached);

    /// <summary>The thread that waits. Under the gate, while enlisted.</summary>
    internal Continuation Owner => _owner!;

    Continuation? IWaitTarget.Owner => Source?.Owner;

    internal bool IsWaiting => _state == (int)WaiterState.Waiting;

    internal bool IsGranted => _state == (int)WaiterState.Granted;

    internal bool IsRefused => _state == (int)WaiterState.Refused;

    /// <summary>The node of a thread for a wait without an item.</summary>
    internal static Waiter Of(Continuation thread)
    {
        if (thread.CachedWaiter is { } cached) return cached;
        var made = new Waiter<object>();
        thread.CachedWaiter = made;
        return made;
    }

    /// <summary>The node of a thread for items of a type.</summary>
    /// <remarks>All reference types share the node for <see cref="object"/>: a field of a reference type looks the same for all.</remarks>
    internal static Waiter<T> Of<T>(Continuation thread)
    {
        if (Cached<T>(thread) is { } cached) return cached;
        return typeof(T).IsValueType ? Make<T>(thread) : Unsafe.As<Waiter<T>>(Make<object>(thread));
    }

    /// <summary>As <see cref="Of{T}"/>, null if there is none yet: asks for no memory.</summary>
    internal static Waiter<T>? Cached<T>(Continuation thread)
    {
        if (typeof(T).IsValueType)
            return thread.CachedWaiter is { } value && value.GetType() == typeof(Waiter<T>) ? Unsafe.As<Waiter<T>>(value) : Find<T>(thread);
        Waiter<object>? shared = thread.CachedWaiter is { } reference && reference.GetType() == typeof(Waiter<object>)
            ? Unsafe.As<Waiter<object>>(reference)
            : Find<object>(thread);
        return Unsafe.As<Waiter<T>?>(shared);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Waiter<T>? Find<T>(Continuation thread)
    {
        for (Waiter? node = thread.CachedWaiter; node is not null; node = node._nextCached)
        {
            if (node is Waiter<T> found) return found;
        }
        return null;
    }

    private static Waiter<T> Make<T>(Continuation thread)
    {
        Waiter? first = thread.CachedWaiter;
        var made = new Waiter<T>();
        if (first is null)
        {
            thread.CachedWaiter = made;
        }
        else
        {
            made._nextCached = first._nextCached;
            first._nextCached = made;
        }
        return made;
    }

    string IWaitTarget.Describe() => Source?.Describe() ?? "what it has got already";

    // ---- transitions --------------------------------------------------------------------------------------------

    /// <summary>By its thread, under the gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enlist(Continuation owner, IWaitSource source, ref WaiterQueue queue)
    {
        Debug.Assert(_state == (int)WaiterState.Idle, "A node that is enlisted belongs to its thread.");
        if (!ReferenceEquals(_owner, owner)) _owner = owner;
        _source = source;
        _state = (int)WaiterState.Waiting;
        queue.Add(this);
    }

    /// <summary>Under the gate, after it was taken out of the queue and got what it waits for. Unpark the result after leaving.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Continuation Grant()
    {
        Continuation owner = _owner!;
        _state = (int)WaiterState.Granted;
        return owner;
    }

    /// <summary>Under the gate, after it was taken out of the queue. Unpark the result after leaving.</summary>
    internal Continuation Refuse()
    {
        Continuation owner = _owner!;
        _state = (int)WaiterState.Refused;
        return owner;
    }

    /// <summary>Under the gate, by a source that implements <see cref="IWaitSource.Withdraw"/>.</summary>
    internal bool TryLeave(ref WaiterQueue queue)
    {
        if (!IsQueued) return false;
        queue.Remove(this);
        _state = (int)WaiterState.Idle;
        return true;
    }

    /// <summary>By its thread after the wait: the outcome has been taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Release()
    {
        Debug.Assert(!IsQueued, "A node that is released is in no queue.");
        _source = null;
        _state = (int)WaiterState.Idle;
    }

    // ---- waiting ------------------------------------------------------------------------------------------------

    /// <summary>Waits until it is granted or refused, or the deadline has passed. By its thread, once enlisted.</summary>
    /// <returns>False: the deadline has passed, and it is withdrawn.</returns>
    /// <exception cref="Exception">What ended the wait (an interrupt, a cancellation); it is withdrawn.</exception>
    internal bool Await(ParkReason reason, long deadline)
    {
        try
        {
            while (IsWaiting)
            {
                if (Parker.Park(reason, deadline, this)) continue;
                if (Withdraw()) return false;
                break;
            }
        }
        catch (Exception exception)
        {
            if (Withdraw()) throw;
            Parker.Postpone(exception);
        }
        if (IsWaiting) AwaitOutcome(reason);
        return true;
    }

    // It can no longer give up, but the outcome is not written yet (the action of a barrier runs).
    private void AwaitOutcome(ParkReason reason)
    {
        bool shielded = Parker.Shield();
        while (IsWaiting) Parker.Park(reason, Deadline.Never, this);
        Parker.Unshield(shielded);
    }

    /// <summary>As <see cref="Await(ParkReason, long)"/>, or until the token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is withdrawn.</exception>
    internal bool Await(ParkReason reason, long deadline, CancellationToken token)
    {
        if (!token.CanBeCanceled) return Await(reason, deadline);
        return AwaitCancellable(reason, deadline, token);
    }

    private bool AwaitCancellable(ParkReason reason, long deadline, CancellationToken token)
    {
        bool cancelled = false;
        CancellationTokenRegistration registration = WakeOnCancel(_owner!, token);
        try
        {
            while (IsWaiting)
            {
                if (token.IsCancellationRequested)
                {
                    cancelled = Withdraw();
                    break;
                }
                if (Parker.Park(reason, deadline, this)) continue;
                if (Withdraw()) return false;
                break;
            }
        }
        catch (Exception exception)
        {
            if (Withdraw()) throw;
            Parker.Postpone(exception);
        }
        finally
        {
            registration.Unregister();
        }
        if (cancelled) throw new OperationCanceledException(token);
        if (IsWaiting) AwaitOutcome(reason);
        return true;
    }

    /// <summary>Has the thread unparked when the token is cancelled.</summary>
    [NotWoven]
    internal static CancellationTokenRegistration WakeOnCancel(Continuation thread, CancellationToken token) =>
        token.UnsafeRegister(static self => ((Continuation)self!).Unpark(), thread);

    /// <summary>
    /// By the carrier, on behalf of its thread, after the wait: hands the item, if it received one, to the frame that waits for it.
    /// </summary>
    /// <returns>With what the wait fails; null if it was granted. Where there is no memory for that, nothing has changed.</returns>
    internal virtual Exception? Conclude(Continuation thread) => throw new UnreachableException();

    /// <summary>By its thread, which cannot take what it was granted: for want of memory.</summary>
    internal virtual void Abandon() => Release();

    /// <summary>By the carrier, when there was no memory to say how the wait ends.</summary>
    /// <returns>Whether it has been granted: then it is concluded. If not, it is withdrawn.</returns>
    internal bool TryKeep(Continuation thread)
    {
        if (_source is null || Withdraw()) return false;
        bool granted = IsGranted;
        if (granted) Conclude(thread);
        else Release();
        return granted;
    }

    /// <summary>By its thread, or its carrier: it is Idle afterwards if this says true, else Granted or Refused.</summary>
    [NotWoven]
    internal bool Withdraw()
    {
        if (!_source!.Withdraw(this)) return false;
        _source = null;
        return true;
    }
}

/// <summary>A thread that waits to give or to take an item.</summary>
/// <typeparam name="T">The type of the item.</typeparam>
internal sealed class Waiter<T> : Waiter
{
    /// <summary>
    /// What is handed over. A receiver's: written by the sender under the gate before <see cref="Waiter.Grant"/>; a sender's:
    /// written by itself before it is enlisted, read by the receiver under the gate.
    /// </summary>
    internal T? Item;

    /// <summary>By its thread after the wait.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T TakeItem()
    {
        T item = Item!;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) Item = default;
        return item;
    }

    /// <inheritdoc/>
    internal override void Abandon()
    {
        Item = default;
        Release();
    }

    /// <inheritdoc/>
    [NotWoven]
    internal override Exception? Conclude(Continuation thread)
    {
        Exception? refusal = IsGranted ? null : Source!.Refusal(this);
        if (!Receives) Item = default;
        else if (refusal is null) thread.StoreResult(TakeItem());
        Release();
        return refusal;
    }
}
