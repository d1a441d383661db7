namespace GreenThreads.Scheduling;

// What the carriers have counted, added up for metrics and tests.
internal sealed partial class Scheduler
{
    /// <summary>
    /// The sum over all carriers, those that have ended included. Each counter may lag behind what a running carrier has
    /// just counted; it never goes back.
    /// </summary>
    internal CarrierCounters ReadCounters()
    {
        CarrierCounters sum;
        lock (_gate)
        {
            sum = _retired;
            foreach (Carrier carrier in _carriers) sum.Add(carrier.Counters);
        }
        sum.Started += Interlocked.Read(ref _startedOutside);
        return sum;
    }

    /// <summary>The sum over all schedulers of the process.</summary>
    internal static CarrierCounters ReadAllCounters()
    {
        CarrierCounters sum = default;
        foreach (Scheduler scheduler in All) sum.Add(scheduler.ReadCounters());
        return sum;
    }

    /// <summary>OS threads that run green threads, those that sleep included, of all schedulers of the process.</summary>
    internal static int CountAllCarriers()
    {
        int count = 0;
        foreach (Scheduler scheduler in All) count += scheduler._carriers.Length;
        return count;
    }

    /// <summary>OS threads that have been carriers, of all schedulers of the process.</summary>
    internal static long CountAllCarriersStarted()
    {
        long count = 0;
        foreach (Scheduler scheduler in All) count += Interlocked.Read(ref scheduler._carriersStarted);
        return count;
    }

    /// <summary>Number of armed timers.</summary>
    /// <summary>Nothing runs, is queued, or has a timer, and no carrier blocks in a slice. Any thread; may be out of date.</summary>
    internal bool IsIdle => IdleCount == Processors.Length && !HasGlobalWork && DetachedCount == 0 && TimerCount == 0;

    internal int TimerCount
    {
        get
        {
            int count = 0;
            foreach (TimerWheel wheel in _wheels) count += wheel.Count;
            return count;
        }
    }

    /// <summary>One line for dumps; takes no lock, so that it can be written when a lock is held for ever.</summary>
    internal void Describe(TextWriter writer)
    {
        int queued = 0;
        foreach (Processor processor in _processors) queued += processor.QueuedCount;
        writer.WriteLine(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"scheduler {Index}: {_processors.Length} processors ({_idleCount} idle), {_carriers.Length} carriers ({_sleeping.Count} asleep, {(_polling is null ? "none" : "one")} polling, {_detached} detached, {Volatile.Read(ref _spinning.Count)} spinning), {_globalCount} + {queued} threads queued, {TimerCount} timers"));
    }
}
