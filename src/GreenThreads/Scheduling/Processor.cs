namespace GreenThreads.Scheduling;

// The right to run green threads, with its queue. There are as many as configured carriers (and a few more while the
// watchdog replaces a stuck one), handed from carrier to carrier: a carrier that blocks passes its processor on.
//
// The run-next slot holds the thread that was woken last by the running one: it finds the caches warm. At most
// MaxStreak threads in a row are taken from it while others wait in the ring: two threads that wake each other cannot
// starve the rest.

/// <summary>A run queue and the slot before it; owned by one carrier at a time.</summary>
internal sealed class Processor(int index, TimerWheel timers)
{
    internal const int MaxStreak = 16;

    internal readonly int Index = index;
    internal readonly TimerWheel Timers = timers;
    internal readonly RunQueue Queue = new();

    // Exchanged by the owner; by a thief only when the owner is stuck.
    private GreenThread? _next;
    private int _streak;

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
    internal bool HasWork => !Queue.IsEmpty || Volatile.Read(ref _next) is not null;

    /// <summary>Owner only: a thread that was woken. What was in the slot goes to the ring.</summary>
    /// <returns>False: the ring is full, and the displaced thread is in <paramref name="displaced"/>.</returns>
    internal bool PutNext(GreenThread thread, out GreenThread? displaced)
    {
        displaced = Interlocked.Exchange(ref _next, thread);
        return displaced is null || Queue.TryPush(displaced);
    }

    /// <summary>Owner only.</summary>
    internal GreenThread? Take()
    {
        if (_next is not null)
        {
            if (_streak < MaxStreak || Queue.IsEmpty)
            {
                if (Interlocked.Exchange(ref _next, null) is { } next)
                {
                    _streak++;
                    return next;
                }
            }
        }
        _streak = 0;
        return Queue.Pop();
    }

    /// <summary>A thief, owner of <paramref name="thief"/>.</summary>
    internal GreenThread? Steal(Processor thief, bool alsoNext)
    {
        GreenThread? thread = Queue.Steal(thief.Queue);
        if (thread is null && alsoNext && Volatile.Read(ref _next) is not null) thread = Interlocked.Exchange(ref _next, null);
        return thread;
    }
}
