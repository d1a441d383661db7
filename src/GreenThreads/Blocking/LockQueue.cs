using System.Diagnostics;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads.Blocking;

/// <summary>The part of a <see cref="GreenLock"/> that exists from the first time on that a thread has to wait for it.</summary>
/// <remarks>
/// All fields are guarded by the gate, which is held for a few instructions and never while anything waits or is woken.
/// </remarks>
[NotWoven]
internal sealed class LockQueue
{
    // How long the threads that run may pass those that wait, see GreenLock.Internals.
    private static readonly long s_patience = Stopwatch.Frequency / 10_000;

    /// <summary>Those who want to enter, in order of arrival.</summary>
    internal LockWaiterList Entering;

    /// <summary>Those in Monitor.Wait, in order of arrival.</summary>
    internal LockWaiterList Waiting;

    /// <summary>The one of <see cref="Entering"/> that was woken because the lock is free, and is on its way.</summary>
    internal LockWaiter? Designated;

    /// <summary>Whether somebody saw that the owner waits in its section.</summary>
    internal bool IsFair;

    /// <summary>When the lock last came to a waiter.</summary>
    internal long GrantedAt;

    // The last one who came out of this queue, and the slice in which it began its section.
    private Continuation? _noted;
    private Carrier? _carrier;
    private long _slice;

    /// <summary>Guards all of this.</summary>
    internal SpinGate Gate;

    /// <summary>Under the gate: whether the oldest waiter gets the lock from the hands of the owner.</summary>
    internal bool IsDue(LockWaiter oldest, Continuation owner)
    {
        if (IsFair || HasWaited(owner)) return true;
        long before = Stopwatch.GetTimestamp() - s_patience;
        return oldest.Since < before && GrantedAt < before;
    }

    /// <summary>Under the gate: the lock comes to a waiter.</summary>
    internal void Grant()
    {
        GrantedAt = Stopwatch.GetTimestamp();
        IsFair = false;
        _noted = null;
    }

    /// <summary>Under the gate: by the owner that came out of this queue, when it begins to run in its section.</summary>
    internal void NoteSlice(Continuation owner)
    {
        if (Carrier.Current is not { } carrier) return;
        _noted = owner;
        _carrier = carrier;
        _slice = carrier.Counters.Suspensions;
    }

    // Whether the owner is in another slice than when it began its section.
    private bool HasWaited(Continuation owner) =>
        ReferenceEquals(_noted, owner) && (!ReferenceEquals(_carrier, Carrier.Current) || _carrier!.Counters.Suspensions != _slice);
}

/// <summary>A list of waiters, linked through them.</summary>
[NotWoven]
internal struct LockWaiterList
{
    private LockWaiter? _last;

    internal LockWaiter? First { get; private set; }

    internal void Add(LockWaiter waiter)
    {
        waiter.Previous = _last;
        waiter.Next = null;
        if (_last is null) First = waiter;
        else _last.Next = waiter;
        _last = waiter;
    }

    internal void AddFirst(LockWaiter waiter)
    {
        waiter.Previous = null;
        waiter.Next = First;
        if (First is null) _last = waiter;
        else First.Previous = waiter;
        First = waiter;
    }

    internal void Remove(LockWaiter waiter)
    {
        if (waiter.Previous is { } previous) previous.Next = waiter.Next;
        else First = waiter.Next;
        if (waiter.Next is { } next) next.Previous = waiter.Previous;
        else _last = waiter.Previous;
        waiter.Next = null;
        waiter.Previous = null;
    }
}
