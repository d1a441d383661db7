namespace GreenThreads.Scheduling;

// Where a carrier puts runnable threads, and where it looks for them.
//
// How long a runnable thread waits at most, in slices of the processor on which it lies (a slice ends when its thread waits,
// yields or ends; one that lasts for more than 10 ms while others wait costs the processor its queue, see Watchdog):
//
//   run-next slot   it is next, but for one slice after MaxStreak in a row
//   ring, stack     of MaxStreak + 1 slices in a row one at least is a turn of ring and stack
//   ring            n threads before it: MaxSlicesInRing(n): every other turn is the ring's
//   stack           n older threads on it: n times Processor.OldestMs, and the slices to the next look at the clock after each:
//                   every FairnessInterval
//   global queue    it is looked at every FairnessInterval slices, and a fair share is taken: MaxSlicesInGlobalQueue for the first
//   timer           looked at every TimerInterval slices
//   descriptor      every FairnessInterval slices, but not more often than every BusyPollMs, while nobody waits in the poller
internal sealed partial class Carrier
{
    private const int FairnessInterval = 61;
    private const int TimerInterval = 8;
    private const int StealRounds = 4;
    private const int BusyPollMs = 1;

    // Fewer than fill the ring, more than a carrier that comes to help wants to find.
    private const int JoinersAtOnce = 256;

    /// <summary>How many slices others may be run before the first thread of the global queue.</summary>
    internal const int MaxSlicesInGlobalQueue = FairnessInterval + 1;

    private int _untilFairness = FairnessInterval;
    private uint _random = (uint)Random.Shared.Next() | 1;

    // Changed by this thread; while it is registered as idle, only by grants, see Scheduler.Idle.
    internal Processor? Processor;

    // Guarded by the scheduler's lock.
    internal Processor? Granted;
    internal bool GrantedSpinning;
    internal bool IsDetached;

    // This thread only.
    internal bool IsSpinning;
    internal bool IsCollecting;
    internal ThreadChain Collected;

    /// <summary>How many slices others may be run before a thread in the ring.</summary>
    /// <param name="before">The length of the ring when it was put there.</param>
    internal static int MaxSlicesInRing(int before) => (Processor.MaxStreak + 1) * 2 * (before + 1);

    /// <summary>Whether threads wait for this carrier, or for any.</summary>
    internal bool HasWork => (Processor is { } processor && processor.HasWork) || Scheduler.HasGlobalWork;

    // ---- putting ------------------------------------------------------------------------------------------------

    /// <summary>To the end of the queue.</summary>
    internal void Enqueue(GreenThread thread)
    {
        if (Processor is not { } processor)
        {
            Scheduler.PushGlobal(thread);
            Scheduler.Wake();
        }
        else if (!processor.Queue.TryPush(thread))
        {
            Overflow(processor, thread);
        }
    }

    /// <summary>A thread that was started or woken: runs next.</summary>
    internal void Ready(GreenThread thread)
    {
        if (IsCollecting)
        {
            Collected.Add(thread);
            return;
        }
        if (Processor is not { } processor)
        {
            Scheduler.PushGlobal(thread);
        }
        else
        {
            // Alone in the run-next slot it is about to run here: another carrier could do nothing but look for it. Should
            // the present slice last, the watchdog exposes the slot; if it has done so already, somebody must come.
            if (processor.PutNext(thread) is { } displaced) QueueDisplaced(processor, displaced);
            else if (!processor.IsStuck) return;
            else Interlocked.MemoryBarrier(); // as in QueueDisplaced
        }
        Scheduler.Wake();
    }

    // Queued, with a full fence, before Wake looks whether anybody is idle: Submit.1 in Scheduler.Idle.
    private void QueueDisplaced(Processor processor, GreenThread thread)
    {
        if (thread.Mode == GreenThread.NotStarted)
        {
            if (!processor.Started.TryPush(thread)) OverflowStarted(processor, thread);
            return;
        }
        if (!processor.Queue.TryPush(thread)) Overflow(processor, thread);
        Interlocked.MemoryBarrier();
    }

    /// <summary>With a processor: the threads that were unparked while they were collected.</summary>
    internal void QueueCollected()
    {
        Processor processor = Processor!;
        while (Collected.Count != 0 && processor.Queue.Count < RunQueue.Capacity) processor.Queue.TryPush(Collected.Take()!);
        if (Collected.Count != 0) Scheduler.PushGlobal(ref Collected);
    }

    /// <summary>Joiners of a thread that has ended here: they are woken bit by bit. False: not possible, all have to be woken now.</summary>
    internal bool TryWakeLater(GreenThread ended, JoinerList first)
    {
        if (IsCollecting || Processor is not { } processor || Volatile.Read(ref processor.Joiners) is not null) return false;
        LateJoiners joiners;
        try
        {
            joiners = new LateJoiners(ended, first);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        Interlocked.Exchange(ref processor.Joiners, joiners); // a full fence before Wake looks: Submit.1 in Scheduler.Idle
        Scheduler.Wake();
        return true;
    }

    /// <summary>Wakes joiners, of this processor or stolen from another, as many as there is room for in the ring.</summary>
    /// <returns>Whether any were woken.</returns>
    private bool WakeSome(Processor processor, Processor from)
    {
        int room = RunQueue.Capacity - processor.Queue.Count - JoinerList.Capacity;
        if (room <= 0 || Volatile.Read(ref from.Joiners) is null) return false;
        if (!ReferenceEquals(from, processor) && Volatile.Read(ref processor.Joiners) is not null) return false;
        if (Interlocked.Exchange(ref from.Joiners, null) is not { } joiners) return false;
        IsCollecting = true;
        bool more = joiners.WakeSome(Math.Min(room, JoinersAtOnce));
        IsCollecting = false;
        QueueCollected();
        if (more) Interlocked.Exchange(ref processor.Joiners, joiners);
        else Interlocked.MemoryBarrier();
        Scheduler.Wake(); // Submit.2 in Scheduler.Idle
        return true;
    }

    // The ring is full: half of it goes to the global queue, in one step.
    private void Overflow(Processor processor, GreenThread thread)
    {
        ThreadChain chain = default;
        while (!processor.Queue.TryTakeHalf(ref chain))
        {
            if (processor.Queue.TryPush(thread)) return; // a thief has made room
        }
        chain.Add(thread);
        Scheduler.PushGlobal(ref chain);
    }

    // The same for the stack; while somebody steals from it this thread goes alone.
    private void OverflowStarted(Processor processor, GreenThread thread)
    {
        ThreadChain chain = default;
        if (!processor.Started.TryTakeHalf(ref chain) || !processor.Started.TryPush(thread)) chain.Add(thread);
        Scheduler.PushGlobal(ref chain);
    }

    // ---- looking ------------------------------------------------------------------------------------------------

    /// <summary>The next thread to run; waits for one. Null: the carrier has to end.</summary>
    private GreenThread? Next()
    {
        if (Processor is { IsStuck: false } processor)
        {
            uint tick = ++processor.Tick;
            if (tick % TimerInterval == 0 && processor.Timers.Next != Deadline.Never) ExpireTimers(processor);
            if (--_untilFairness == 0)
            {
                _untilFairness = FairnessInterval;
                Unmount();
                Scheduler.PollBusy(BusyPollMs);
                WakeSome(processor, processor);
                if (Scheduler.TakeGlobal(processor) is { } outside) return outside;
                if (processor.TurnOver() is { } oldest) return oldest;
            }
            if (processor.Take() is { } thread) return thread;
        }
        return Find();
    }

    private void ExpireTimers(Processor processor)
    {
        Unmount();
        long now = Deadline.Now;
        if (processor.Timers.Next <= now) processor.Timers.Expire(now);
    }

    private GreenThread? Find()
    {
        Unmount();
        while (true)
        {
            if (Processor is { IsReplaced: false } processor && !Scheduler.IsStopping)
            {
                processor.ComeBack();
                GreenThread? thread = Look(processor);
                if (thread is not null) return Found(thread);
            }
            if (!Scheduler.GoIdle(this, out GreenThread? found)) return null;
            if (found is not null) return Found(found);
        }
    }

    private GreenThread Found(GreenThread thread)
    {
        if (IsSpinning)
        {
            IsSpinning = false;
            Scheduler.StopSpinning();
        }
        return thread;
    }

    private GreenThread? Look(Processor processor)
    {
        if (processor.Timers.Next != Deadline.Never) ExpireTimers(processor);
        if (processor.Take() is { } local) return local;
        if (WakeSome(processor, processor) && processor.Take() is { } joiner) return joiner;
        if (Scheduler.TakeGlobal(processor) is { } outside) return outside;
        Scheduler.PollBusy(0);
        if (processor.Take() is { } ready) return ready;
        if (!IsSpinning) IsSpinning = Scheduler.TryStartSpinning();
        return IsSpinning ? Steal(processor) : null;
    }

    private GreenThread? Steal(Processor processor)
    {
        for (int round = 0; round < StealRounds; round++)
        {
            Processor[] processors = Scheduler.Processors;
            int start = (int)(NextRandom() % (uint)processors.Length);
            for (int i = 0; i < processors.Length; i++)
            {
                Processor victim = processors[(start + i) % processors.Length];
                if (ReferenceEquals(victim, processor)) continue;
                // the thread in the run-next slot is about to run there: only if its carrier does not come to it
                if (victim.Steal(processor, alsoNext: victim.IsStuck) is { } stolen)
                {
                    Counters.Steals++;
                    return stolen;
                }
                if (WakeSome(processor, victim) && processor.Take() is { } joiner) return joiner;
            }
            if (Scheduler.HasGlobalWork && Scheduler.TakeGlobal(processor) is { } outside) return outside;
            Thread.SpinWait(20);
        }
        return null;
    }

    private uint NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return _random;
    }
}
