using System.Runtime.InteropServices;

namespace GreenThreads.Scheduling;

// The wake-up protocol. (After Go's proc.go, whose comment "Worker thread parking/unparking" argues for it.)
//
// Waking a carrier for each thread that becomes runnable would wake too many; waking none would lose parallelism. So:
//
//   Submit (Started, MakeRunnable):      1. put the thread on a queue (then a full fence)
//                                        2. Wake: if a processor is idle and nobody spins, give it to a carrier, spinning
//                                           (_spinning + 1 before the lock, - 1 under it if there was none after all)
//   A spinning carrier finds work:       1. stop spinning (_spinning - 1)
//                                        2. Wake: another one looks on
//   A carrier finds nothing (GoIdle):    1. under _gate: the global queue is empty; the processor becomes idle, the carrier
//                                           is registered as sleeping or polling
//                                        2. if it was spinning: _spinning - 1 (a full fence)
//                                        3. look at the global queue and those of all processors again, also if it was not
//                                           spinning (too many were, and may have given up); if there is work, take a processor back
//                                        4. sleep, or wait in the poller
//
// Both sides write first and read then, with a full fence between (PushGlobal, Ready; GoIdle): the queues against _spinning
// and _idleCount. docs/models/wakeup.pml checks all this, and that it fails without each of the steps.
//
// No wake-up is lost. From outside, a thread goes to the global queue under _gate: GoIdle.1 either sees it, or has made the
// processor idle before, and then Submit.2 sees an idle processor. If Submit.2 does nothing because somebody spins, that one
// does GoIdle.2 and .3 after it, and finds the thread, or finds other work and does Wake. A thread on a ring always has a
// carrier: the owner of the ring, which does not go idle before it is empty, and hands it over before it blocks; by the same
// steps it does not wait there for a slice that lasts while a processor is idle.
//
// Who watches timers and descriptors: whoever goes idle first becomes the polling carrier (_polling). It waits until the
// first timer of all wheels is due, and an earlier one interrupts it (Scheduler.Arm, PollUntil). When it leaves with
// work, Wake brings another carrier, which finds nothing and polls. If no processor is idle, carriers look at their own
// timers every 8 slices, at the poller every 61, and the watchdog replaces those that do not come to it.
//
// Each registered carrier is woken by a grant: a processor put into Carrier.Granted under _gate, then a signal.

internal sealed partial class Scheduler
{
    /// <summary>How many carriers may sleep beyond the number of processors before one ends at once.</summary>
    private const int SpareCarriers = 1;

    /// <summary>How long such a carrier sleeps before it ends: the next pinned wait needs none to be started, an idle process none at all.</summary>
    private const int SpareCarrierMs = 2_000;

    private readonly Lock _gate = new();

    // All guarded by _gate. The volatile ones are read without it where the protocol above allows.
    private ThreadChain _global;
    private volatile int _globalCount;
    private Processor?[] _idle = new Processor?[16];
    private volatile int _idleCount;
    private readonly List<Carrier> _sleeping = [];
    private Carrier? _polling;
    private int _detached;
    private volatile Processor[] _processors;
    private volatile Carrier[] _carriers = [];
    private volatile bool _stopping;
    private CarrierCounters _retired;
    private long _carriersStarted;

    // Interlocked by any OS thread that is no carrier of this scheduler.
    private long _startedOutside;

    // Until when the polling carrier waits, 0 if nobody does; written by that carrier.
    private long _pollUntil;

    // When the poller was last looked at; written by carriers without order: it only spaces the looks.
    private long _lastPoll;

    // On a cache line of its own: Spinning.Count is read at each wake-up. Interlocked.
    private PaddedCount _spinning;

    internal bool IsStopping => _stopping;

    internal int IdleCount => _idleCount;

    internal bool HasGlobalWork => _globalCount != 0;

    internal Processor[] Processors => _processors;

    internal int DetachedCount => Volatile.Read(ref _detached);

    /// <summary>After work was queued: brings one more carrier if that can help.</summary>
    internal void Wake()
    {
        if (_idleCount == 0 || Volatile.Read(ref _spinning.Count) != 0) return;
        WakeSlow();
    }

    private void WakeSlow()
    {
        if (Interlocked.CompareExchange(ref _spinning.Count, 1, 0) != 0) return;
        Wakeup wakeup;
        lock (_gate)
        {
            if (_stopping || PopIdleLocked() is not { } processor)
            {
                Interlocked.Decrement(ref _spinning.Count);
                return;
            }
            wakeup = GrantLocked(processor, spinning: true);
        }
        Notify(wakeup);
    }

    // ---- the carrier's side -------------------------------------------------------------------------------------

    internal bool TryStartSpinning()
    {
        int busy = _processors.Length - _idleCount;
        if (2 * Volatile.Read(ref _spinning.Count) >= busy) return false;
        Interlocked.Increment(ref _spinning.Count);
        return true;
    }

    internal void StopSpinning()
    {
        Interlocked.Decrement(ref _spinning.Count);
        Wake();
    }

    /// <summary>
    /// By a carrier that found nothing to do, or lost its processor: waits until there may be something.
    /// </summary>
    /// <returns>
    /// Whether to go on, with a processor; false: the carrier has to end. <paramref name="found"/> may be a thread.
    /// </returns>
    internal bool GoIdle(Carrier carrier, out GreenThread? found)
    {
        found = null;
        bool polls = false;
        bool ends;
        bool spun = carrier.IsSpinning;
        if (carrier.Processor is { IsReplaced: true } replaced) Retire(carrier, replaced);
        lock (_gate)
        {
            if (carrier.IsDetached)
            {
                carrier.IsDetached = false;
                _detached--;
            }
            if (carrier.Processor is { IsReplaced: true }) return true; // at this moment: it comes again
            if (carrier.Processor is null && !_stopping && PopIdleLocked() is { } idle)
            {
                carrier.Processor = idle;
                return true;
            }
            if (carrier.Processor is { } own && !_stopping && _globalCount != 0)
            {
                found = TakeGlobalLocked(own);
                return true;
            }
            ends = _stopping || IsSurplusLocked();
            if (ends)
            {
                EndLocked(carrier);
            }
            else
            {
                if (carrier.Processor is { } processor)
                {
                    carrier.Processor = null;
                    PushIdleLocked(processor);
                }
                polls = RegisterLocked(carrier);
            }
        }
        if (ends)
        {
            // as below, but somebody else has to take the work
            Interlocked.MemoryBarrier();
            if (AnyWork()) Wake();
            return false;
        }
        if (spun)
        {
            carrier.IsSpinning = false;
            Interlocked.Decrement(ref _spinning.Count);
        }
        else
        {
            Interlocked.MemoryBarrier(); // the processor is seen to be idle before the queues are looked at
        }
        if (AnyWork() && TryTakeBack(carrier)) return true;
        return polls ? WaitInPoll(carrier) : WaitForGrant(carrier);
    }

    // Carriers come in for those that are blocked; when these come back there are too many. Whoever would poll stays.
    private bool IsSurplusLocked() =>
        _polling is not null && _sleeping.Count >= SpareCarriers && CarriersLeft > CarrierCount + SpareCarriers;

    // Those that are not blocked. Exact under _gate; without it good enough to choose for how long to sleep: who comes back from a
    // pinned wait either sleeps itself, with a limit, or polls, and then whoever polled before sleeps so.
    private int CarriersLeft => _carriers.Length - Volatile.Read(ref _detached);

    // After a processor has become idle or _spinning was reduced: what came before, when nobody was woken for it.
    private bool AnyWork()
    {
        if (_globalCount != 0) return true;
        foreach (Processor processor in _processors)
        {
            if (processor.HasQueued || (processor.IsStuck && processor.HasWork)) return true;
        }
        return false;
    }

    private bool TryTakeBack(Carrier carrier)
    {
        lock (_gate)
        {
            if (carrier.Granted is null)
            {
                if (PopIdleLocked() is not { } idle) return false;
                UnregisterLocked(carrier);
                carrier.Granted = idle;
                carrier.GrantedSpinning = true;
                Interlocked.Increment(ref _spinning.Count);
            }
            TakeGrantLocked(carrier);
            return true;
        }
    }

    private bool WaitForGrant(Carrier carrier)
    {
        while (true)
        {
            bool isSpare = CarriersLeft > CarrierCount && Deadline.Clock is null;
            bool signaled = carrier.OsThread.Wait(isSpare ? Deadline.Now + (SpareCarrierMs * Deadline.TicksPerMillisecond) : Deadline.Never);
            lock (_gate)
            {
                if (carrier.Granted is not null)
                {
                    TakeGrantLocked(carrier);
                    return true;
                }
                if (_stopping || (!signaled && CarriersLeft > CarrierCount))
                {
                    UnregisterLocked(carrier);
                    EndLocked(carrier);
                    return false;
                }
            }
        }
    }

    private bool WaitInPoll(Carrier carrier)
    {
        while (true)
        {
            PollUntil(carrier);
            carrier.IsCollecting = true; // what is unparked now is collected
            ExpireAll();
            carrier.IsCollecting = false;
            lock (_gate)
            {
                if (carrier.Granted is null && _stopping)
                {
                    UnregisterLocked(carrier);
                    EndLocked(carrier);
                    return false;
                }
                if (carrier.Granted is null && carrier.Collected.Count != 0)
                {
                    if (PopIdleLocked() is { } idle)
                    {
                        UnregisterLocked(carrier);
                        carrier.Granted = idle;
                    }
                    else
                    {
                        // all processors are busy; their carriers look at the global queue
                        _global.Add(ref carrier.Collected);
                        _globalCount = _global.Count;
                    }
                }
                if (carrier.Granted is null) continue;
                TakeGrantLocked(carrier);
            }
            if (carrier.Collected.Count != 0) carrier.QueueCollected();
            if (!carrier.IsSpinning) Wake(); // for the threads that were collected, and for the poller, which nobody watches now
            return true;
        }
    }

    private void PollUntil(Carrier carrier)
    {
        long until;
        do
        {
            until = Deadline.Clock is null ? NextTimer() : Deadline.Never; // a virtual clock expires the timers itself
            Volatile.Write(ref _pollUntil, until);
            Interlocked.MemoryBarrier(); // pairs with that in Arm
        }
        while (Deadline.Clock is null && NextTimer() < until);
        carrier.IsCollecting = true;
        if (_poller is null) carrier.OsThread.Wait(until);
        else _poller.Poll(Deadline.MillisecondsLeft(until));
        carrier.IsCollecting = false;
        Volatile.Write(ref _pollUntil, 0);
        Volatile.Write(ref _lastPoll, System.Diagnostics.Stopwatch.GetTimestamp());
    }

    /// <summary>By a busy carrier, now and then: descriptors that have become ready.</summary>
    /// <param name="intervalMs">Not more often than this.</param>
    internal void PollBusy(int intervalMs)
    {
        if (_poller is null || Volatile.Read(ref _pollUntil) != 0) return;
        long now = System.Diagnostics.Stopwatch.GetTimestamp();
        if (now - Volatile.Read(ref _lastPoll) < intervalMs * Deadline.TicksPerMillisecond) return;
        Volatile.Write(ref _lastPoll, now);
        _poller.Poll(0);
    }

    private void InterruptPoll()
    {
        if (_poller is not null)
        {
            _poller.Interrupt();
            return;
        }
        lock (_gate) _polling?.OsThread.Signal();
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedCount
    {
        [FieldOffset(64)]
        internal int Count;
    }
}
