using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GreenThreads.Scheduling;

// The right to run green threads, with its queue. There are as many as configured carriers (and a few more while the
// watchdog replaces a stuck one), handed from carrier to carrier: a carrier that blocks passes its processor on.
//
// The run-next slot holds the thread that was started or woken last by the running one: it finds the caches warm. At most
// MaxStreak threads in a row are taken from it while others wait: two threads that wake each other cannot starve the rest.
//
// It is the owner's, who reads and writes it without an interlocked operation, until the owner is stuck in a slice; then thieves
// may take the thread from it. Both go to it under a lock from then on, but the owner may be in the middle of an access, and
// perhaps is not being run at this moment:
//
//   owner      1. _isAtNext = true   2. looks at IsStuck: if it is set, _isAtNext = false, and under the lock
//              3. reads and writes the slot   4. _isAtNext = false
//   watchdog   1. IsStuck = true   2. a barrier in all threads of the process
//   thief      under the lock, IsStuck being set:   1. a barrier in all threads of the process
//              2. looks at _isAtNext: if it is set, leaves the slot alone   3. reads and writes the slot
//
// After the thief's barrier either it sees that the owner is at the slot, or the owner sees that it is stuck. IsStuck is reset
// under the lock. After the watchdog's barrier the carrier that it sends sees what the owner has put there, or the owner sees
// that it is stuck and wakes somebody itself (Carrier.Ready). docs/models/next.pml checks all this.
//
// What leaves the slot without having run goes to the ring if it was woken, to the stack if it was started. The ring is first
// in, first out. The stack is last in, first out: a tree of threads (each starts some and waits for them) is gone through
// branch by branch, with as many threads alive as it is deep, and thieves, who take from the bottom, get whole branches. Level
// by level all its leaves would be alive at once. Ring and stack take turns, and every OldestMs the stack is turned over: the
// oldest thread runs, so that nothing starves at its bottom. (Much more often, and a tree is gone through level by level after
// all: a million nodes need 1 us each if it is done every 1,024 slices, 0.15 us if every 10 ms.)

// Where very many threads wait for the end of one, they are woken bit by bit (Joiners): each soon before it runs, while it is
// still in the caches. All at once they would go through the global queue, and be fetched from memory three times.

/// <summary>A run queue and the slot before it; owned by one carrier at a time.</summary>
internal sealed class Processor(int index, TimerWheel timers)
{
    internal const int MaxStreak = 16;

    /// <summary>Milliseconds after which the oldest thread of the stack is run, whatever came after it.</summary>
    internal const int OldestMs = 10;

    internal readonly int Index = index;
    internal readonly TimerWheel Timers = timers;
    internal readonly RunQueue Queue = new();
    internal readonly StartStack Started = new();

    /// <summary>
    /// Those that have to be woken because a thread has ended, or null. Put by the owner, taken by owner and thieves, by
    /// exchange: who gets them wakes some and puts the rest into the field of its own processor.
    /// </summary>
    internal LateJoiners? Joiners;

    // See above: the owner's, and guarded by _stuckGate while that is stuck.
    private GreenThread? _next;
    private bool _isAtNext;
    private readonly Lock _stuckGate = new();
    private int _streak;
    private bool _ringsTurn;
    private long _turnedOver;

    /// <summary>Counts the slices. Written by the owner, read by the watchdog.</summary>
    internal uint Tick;

    /// <summary>
    /// Set by the watchdog under the scheduler's lock when the carrier does not come back from a slice: thieves may take
    /// the run-next slot too. Reset by the carrier, under the lock of the slot.
    /// </summary>
    internal volatile bool IsStuck;

    /// <summary>As <see cref="IsStuck"/>, for good: the carrier has been replaced and gives the processor up after its slice.</summary>
    internal volatile bool IsReplaced;

    /// <summary>Any thread.</summary>
    internal bool HasWork => HasQueued || Volatile.Read(ref _next) is not null;

    /// <summary>Any thread: whether there is something to steal.</summary>
    internal bool HasQueued => HasThreads || Volatile.Read(ref Joiners) is not null;

    private bool HasThreads => !Queue.IsEmpty || !Started.IsEmpty;

    /// <summary>Any thread; exact only for the owner.</summary>
    internal int QueuedCount => Queue.Count + Started.Count;

    /// <summary>Owner only: a thread that was started or woken.</summary>
    /// <returns>What was in the slot, and has to be queued.</returns>
    internal GreenThread? PutNext(GreenThread thread)
    {
        Volatile.Write(ref _isAtNext, true);
        if (IsStuck) return ExchangeStuck(thread);
        GreenThread? before = _next;
        _next = thread;
        Volatile.Write(ref _isAtNext, false);
        return before;
    }

    /// <summary>Owner only.</summary>
    internal GreenThread? Take()
    {
        if ((_streak < MaxStreak || !HasThreads) && TakeNext() is { } next)
        {
            _streak++;
            return next;
        }
        _streak = 0;
        // the slot again: a thief may have emptied the others meanwhile, and null means that there is nothing
        return (Started.IsEmpty ? Queue.Pop() : TakeTurns()) ?? TakeNext();
    }

    private GreenThread? TakeNext()
    {
        if (_next is null) return null;
        Volatile.Write(ref _isAtNext, true);
        if (IsStuck) return ExchangeStuck(null);
        GreenThread? next = _next;
        _next = null;
        Volatile.Write(ref _isAtNext, false);
        return next;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private GreenThread? ExchangeStuck(GreenThread? thread)
    {
        Volatile.Write(ref _isAtNext, false);
        lock (_stuckGate)
        {
            GreenThread? before = _next;
            _next = thread;
            return before;
        }
    }

    /// <summary>Owner only, back from a slice.</summary>
    internal void ComeBack()
    {
        if (!IsStuck) return;
        lock (_stuckGate) IsStuck = false;
    }

    private GreenThread? TakeTurns()
    {
        _ringsTurn = !_ringsTurn;
        if (_ringsTurn && Queue.Pop() is { } woken) return woken;
        return Started.PopNewest() ?? Queue.Pop();
    }

    /// <summary>Owner only, now and then: the oldest thread that was started, if it is its time; else null.</summary>
    internal GreenThread? TurnOver()
    {
        if (Started.IsEmpty) return null;
        long now = Stopwatch.GetTimestamp();
        if (now - _turnedOver < OldestMs * Deadline.TicksPerMillisecond) return null;
        _turnedOver = now;
        return Started.PopOldest();
    }

    /// <summary>A thief, owner of <paramref name="thief"/>.</summary>
    internal GreenThread? Steal(Processor thief, bool alsoNext)
    {
        GreenThread? thread = Started.Steal(thief.Started) ?? Queue.Steal(thief.Queue);
        return thread is null && alsoNext && Volatile.Read(ref _next) is not null ? StealNext() : thread;
    }

    private GreenThread? StealNext()
    {
        lock (_stuckGate)
        {
            if (!IsStuck) return null;
            Interlocked.MemoryBarrierProcessWide();
            if (Volatile.Read(ref _isAtNext)) return null; // it goes on when it is let run: takes the thread, or sees IsStuck
            GreenThread? next = _next;
            _next = null;
            return next;
        }
    }
}
