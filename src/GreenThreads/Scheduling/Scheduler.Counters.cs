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
}
