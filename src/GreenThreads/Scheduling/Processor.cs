using System.Diagnostics;

namespace GreenThreads.Scheduling;

// The right to run green threads, with its queue. There are as many as configured carriers (and a few more while the
// watchdog replaces a stuck one), handed from carrier to carrier: a carrier that blocks passes its processor on.
//
// The run-next slot holds the thread that was started or woken last by the running one: it finds the caches warm. At most
// MaxStreak threads in a row are taken from it while others wait: two threads that wake each other cannot starve the rest.
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

    // Exchanged by the owner; by a thief only when the owner is stuck.
    private GreenThread? _next;
    private int _streak;
    private bool _ringsTurn;
    private long _turnedOver;

    /// <summary>Counts the slices. Written by the owner, read by the watchdog.</summary>
    internal uint Tick;

    /// <summary>
    /// Set by the watchdog under the scheduler's lock when the carrier does not come back from a slice: thieves may take
    /// the run-next slot too. Reset by the carrier.
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
    internal GreenThread? PutNext(GreenThread thread) => Interlocked.Exchange(ref _next, thread);

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

    private GreenThread? TakeNext() => _next is null ? null : Interlocked.Exchange(ref _next, null);

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
        if (thread is null && alsoNext && Volatile.Read(ref _next) is not null) thread = Interlocked.Exchange(ref _next, null);
        return thread;
    }
}
