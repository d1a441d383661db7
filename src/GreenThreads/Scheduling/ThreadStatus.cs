namespace GreenThreads.Scheduling;

// The state of a green thread, one word.
//
//   New    -> Active // Start, TryStartKnown: published to a queue by the starter
//   New    -> Done   // TryFinishNew: it will never be started
//   Active -> Active // runs, yields, is runnable again: the word does not change, so a yield costs no interlocked operation
//   Active -> Parked // TryPark, TryParkPinned: by its carrier, after its frames are linked (or, pinned, before it blocks)
//   Parked -> Active // Unpark, Interrupt: by whoever wakes it, who then enqueues it (or signals its OS thread if pinned)
//   Parked -> Active // TryUnparkSelf: by the pinned thread itself when its deadline has passed
//   Active -> Done   // Finish: by its carrier
//
// New:    owned by the starter; on no queue.
// Active: owned by the carrier on which it is mounted, or on exactly one queue (runnable).
// Parked: mounted nowhere (pinned: blocks its OS thread), on no queue. Whoever wins the exchange Parked -> Active owns it.
// Done:   final.
//
// Permit (a bit): an Unpark that found the thread Active. The race "unpark before the park is completed": Park is
// announced, frames are being unwound, and Unpark comes: it finds Active and leaves the permit; TryPark then finds the
// permit, takes it and refuses, and the carrier makes the thread runnable again. Both sides exchange the same word, so
// one of the two sees the other. A permit left while the thread is runnable after a yield stays until its next Park.
//
// Interrupted (a bit): as the permit, but taken by Park with an exception.
//
// Canceled (a bit): the thread's cancellation (CancellationNode) may have been cancelled: Park looks at it, and throws or
// clears the bit. Set by whoever cancels, after the node says so; cleared by the thread itself before it looks at the node
// once more: of the two, one sees the other. It stays while the node is cancelled, so that every further wait throws.
//
// Shielded (a bit, the thread itself only): neither of the two ends a wait; both stay pending.

/// <summary>The state word of a green thread; every change is one of the methods below.</summary>
internal struct ThreadStatus
{
    private const int New = 0;
    private const int Active = 1;
    private const int Parked = 2;
    private const int Done = 3;
    private const int StateMask = 3;
    private const int Permit = 1 << 2;
    private const int Interrupted = 1 << 3;
    private const int Pinned = 1 << 4;
    private const int Canceled = 1 << 5;
    private const int Shielded = 1 << 6;
    private const int Ends = Interrupted | Canceled;
    private const int ReasonShift = 8;
    private const int ReasonMask = 0xFF << ReasonShift;
    private const int SchedulerShift = 16;
    private const int SchedulerMask = 0xFF << SchedulerShift;

    // What a change of state keeps.
    private const int Kept = SchedulerMask | Ends | Shielded;

    // Written by interlocked operations of any thread once Active; before by the starter alone.
    private volatile int _word;

    internal readonly bool IsNew => (_word & StateMask) == New;

    internal readonly bool IsParked => (_word & StateMask) == Parked;

    internal readonly bool IsDone => (_word & StateMask) == Done;

    internal readonly bool IsPinned => (_word & Pinned) != 0;

    internal readonly bool IsInterrupted => (_word & Interrupted) != 0;

    internal readonly bool IsShielded => (_word & Shielded) != 0;

    /// <summary>Whether a wait has to look for an interrupt or a cancellation.</summary>
    internal readonly bool IsEnding
    {
        get
        {
            int word = _word;
            return (word & Ends) != 0 && (word & Shielded) == 0;
        }
    }

    /// <summary>What it is parked for.</summary>
    internal readonly ParkReason Reason => (ParkReason)((_word & ReasonMask) >> ReasonShift);

    /// <summary>The number of its scheduler.</summary>
    internal readonly int SchedulerIndex => (_word & SchedulerMask) >> SchedulerShift;

    internal void Start(int scheduler) => _word = Active | (scheduler << SchedulerShift);

    /// <summary>As <see cref="Start"/>, for a thread that others know already: keeps what they asked for. False: it has been finished.</summary>
    internal bool TryStartKnown(int scheduler)
    {
        while (true)
        {
            int word = _word;
            if ((word & StateMask) != New) return false;
            int active = (word & (Permit | Ends)) | Active | (scheduler << SchedulerShift);
            if (Interlocked.CompareExchange(ref _word, active, word) == word) return true;
        }
    }

    /// <summary>A thread that has not been started never will be. False: it has been started or finished.</summary>
    internal bool TryFinishNew()
    {
        while (true)
        {
            int word = _word;
            if ((word & StateMask) != New) return false;
            if (Interlocked.CompareExchange(ref _word, Done, word) == word) return true;
        }
    }

    /// <summary>By the thread itself: takes the permit if there is one.</summary>
    internal bool TryTakePermit()
    {
        if ((_word & Permit) == 0) return false;
        Interlocked.And(ref _word, ~Permit);
        return true;
    }

    /// <summary>By the thread or its carrier: takes the interrupt if there is one.</summary>
    internal bool TryTakeInterrupt()
    {
        if ((_word & Interrupted) == 0) return false;
        Interlocked.And(ref _word, ~Interrupted);
        return true;
    }

    /// <summary>By the thread or its carrier: the cancellation that was pointed at is looked at now.</summary>
    internal void ClearCanceled() => Interlocked.And(ref _word, ~Canceled);

    /// <summary>By the thread itself: interrupts and cancellation stay pending from now on.</summary>
    /// <returns>Whether they did before.</returns>
    internal bool Shield() => (Interlocked.Or(ref _word, Shielded) & Shielded) != 0;

    /// <summary>By the thread itself: the end of the outermost <see cref="Shield"/>.</summary>
    internal void Unshield() => Interlocked.And(ref _word, ~Shielded);

    /// <summary>By the carrier, frames linked. False: it stays active, a permit (now taken) or an interrupt was there.</summary>
    internal bool TryPark(ParkReason reason) => TryPark(Parked | ((int)reason << ReasonShift));

    /// <summary>By the thread itself, which then blocks its OS thread. False as for <see cref="TryPark(ParkReason)"/>.</summary>
    internal bool TryParkPinned(ParkReason reason) => TryPark(Parked | Pinned | ((int)reason << ReasonShift));

    private bool TryPark(int parked)
    {
        while (true)
        {
            int word = _word;
            if ((word & Ends) != 0 && (word & Shielded) == 0) return false;
            if ((word & Permit) != 0)
            {
                Interlocked.And(ref _word, ~Permit);
                return false;
            }
            if (Interlocked.CompareExchange(ref _word, (word & Kept) | parked, word) == word) return true;
        }
    }

    /// <summary>By any thread; says what the caller has to do.</summary>
    internal WakeDuty Unpark() => Wake(Permit);

    /// <summary>By any thread; says what the caller has to do.</summary>
    internal WakeDuty Interrupt() => Wake(Interrupted);

    /// <summary>By any thread, after the thread's cancellation was cancelled; says what the caller has to do.</summary>
    internal WakeDuty Cancel() => Wake(Canceled);

    private WakeDuty Wake(int bit)
    {
        while (true)
        {
            int word = _word;
            if ((word & StateMask) == Parked && (bit == Permit || (word & Shielded) == 0))
            {
                int active = (word & Kept) | Active | (bit & Ends);
                if (Interlocked.CompareExchange(ref _word, active, word) != word) continue;
                return (word & Pinned) != 0 ? WakeDuty.Signal : WakeDuty.Enqueue;
            }
            if ((word & StateMask) == Done) return WakeDuty.None;
            if ((word & bit) != 0)
            {
                // Somebody else's permit will do, but only if the thread takes it after our caller's write can be seen. The
                // barrier pairs with the exchange in TryTakePermit and TryPark: without it the write could still sit in the
                // store buffer while the thread takes the permit, tests its condition in vain and parks.
                Interlocked.MemoryBarrier();
                if (_word == word) return WakeDuty.None;
                continue;
            }
            if (Interlocked.CompareExchange(ref _word, word | bit, word) == word) return WakeDuty.None;
        }
    }

    /// <summary>By a pinned thread whose deadline has passed. False: it was woken at that moment, and the signal is on its way.</summary>
    internal bool TryUnparkSelf()
    {
        while (true)
        {
            int word = _word;
            if ((word & StateMask) != Parked) return false;
            if (Interlocked.CompareExchange(ref _word, (word & Kept) | Active, word) == word) return true; // else a bit was set
        }
    }

    internal void Finish() => Interlocked.Exchange(ref _word, (_word & SchedulerMask) | Done);
}

/// <summary>What the one who woke a thread has to do.</summary>
internal enum WakeDuty
{
    /// <summary>Nothing: it does not wait.</summary>
    None,

    /// <summary>Put it on a run queue.</summary>
    Enqueue,

    /// <summary>Signal the OS thread that it blocks.</summary>
    Signal,
}
