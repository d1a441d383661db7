using GreenThreads.Diagnostics;

namespace GreenThreads.Scheduling;

// Blocking that nobody announced: a carrier that has been in one slice for a whole period while threads wait for it gets a
// replacement: a fresh processor over the same timers, whose carrier steals the queue. The stuck one gives its own
// processor up when it comes back.
//
// On a machine that is loaded with other work a carrier may just not have been let run: one that wants to run and has used
// less than half a period of processor time since it was last seen to move is left alone. Another carrier would not be let
// run either.
//
//   Asleep -> Awake  // EnsureAwake, under the scheduler's lock, when a processor leaves the idle list
//   Awake  -> Asleep // under the scheduler's lock: all processors are idle
// So nothing wakes up while nothing runs.

/// <summary>Replaces carriers that do not come back from a slice.</summary>
[NotWoven]
internal sealed class Watchdog(Scheduler scheduler)
{
    /// <summary>A slice that lasts this long, while others wait, is stuck.</summary>
    internal const int PeriodMs = 10;

    /// <summary>After this time of idleness it is asked whether there is a deadlock; where there may be one a few times more, each time later.</summary>
    private const int StallMs = 1000;
    private const int MaxStallLooks = 5;

    private readonly Lock _gate = new();

    // Set after _awake or _stopped was: the watchdog looks at them again. Waiting for it allocates nothing (Monitor.Wait does).
    private readonly AutoResetEvent _changed = new(false);

    // All guarded by _gate.
    private bool _started;
    private bool _awake;
    private bool _stopped;

    /// <summary>A processor when its carrier was first seen in a slice.</summary>
    private readonly record struct Sight(uint Tick, long CpuTime);

    /// <summary>Called with the scheduler's lock held, at each start of a processor: a plain read if it is awake.</summary>
    internal void EnsureAwake()
    {
        if (Volatile.Read(ref _awake)) return;
        lock (_gate)
        {
            if (_stopped) return;
            Volatile.Write(ref _awake, true);
            if (_started)
            {
                _changed.Set();
                return;
            }
            _started = true;
        }
        try
        {
            new Thread(Main, maxStackSize: 128 * 1024) { IsBackground = true, Name = "green watchdog" }.UnsafeStart();
        }
        catch (OutOfMemoryException)
        {
            // no OS thread to be had: tried again when the next processor starts
            lock (_gate)
            {
                _started = false;
                Volatile.Write(ref _awake, false);
            }
        }
    }

    internal void Stop()
    {
        lock (_gate) _stopped = true;
        _changed.Set();
    }

    private void Main()
    {
        var seen = new Dictionary<Processor, Sight>();
        while (true)
        {
            _changed.WaitOne(PeriodMs);
            lock (_gate)
            {
                if (_stopped) return;
            }
            try
            {
                if (scheduler.TryLetWatchdogSleep())
                {
                    seen.Clear();
                    WaitUntilAwake();
                }
                else
                {
                    Look(seen);
                }
            }
            catch (OutOfMemoryException)
            {
                // it looks again when there may be some
            }
        }
    }

    private void WaitUntilAwake()
    {
        int looks = 0;
        while (true)
        {
            lock (_gate)
            {
                if (_awake || _stopped) return;
            }
            if (looks == MaxStallLooks || !scheduler.IsIdle) _changed.WaitOne();
            else if (!_changed.WaitOne(StallMs << looks)) looks = StallDetector.Check() ? looks + 1 : MaxStallLooks;
        }
    }

    private void Look(Dictionary<Processor, Sight> seen)
    {
        bool looked = false;
        foreach (Processor processor in scheduler.Processors)
        {
            uint tick = Volatile.Read(ref processor.Tick);
            bool still = seen.TryGetValue(processor, out Sight before) && before.Tick == tick;
            if (processor.IsReplaced || scheduler.FindRunning(processor) is not { } carrier) continue;
            if (!still)
            {
                seen[processor] = new Sight(tick, ThreadClock.CpuTime(carrier.ThreadNumber));
                continue;
            }
            if (!looked)
            {
                looked = true;
                scheduler.PollBusy(PeriodMs);
            }
            if (scheduler.WorkWaitsFor(processor) && !IsPreempted(carrier, before) && scheduler.Replace(processor)) GreenThreadEventSource.Log.StuckCarrier(PeriodMs);
        }
        if (seen.Count > 4 * scheduler.Processors.Length) seen.Clear();
    }

    private static bool IsPreempted(Carrier carrier, Sight before)
    {
        int thread = carrier.ThreadNumber;
        long used = ThreadClock.CpuTime(thread) - before.CpuTime;
        return before.CpuTime >= 0 && used < PeriodMs * 1_000_000L / 2 && ThreadClock.WantsToRun(thread);
    }

    /// <summary>With the scheduler's lock held, all processors idle.</summary>
    internal void FallAsleepLocked()
    {
        lock (_gate) Volatile.Write(ref _awake, false);
    }
}
