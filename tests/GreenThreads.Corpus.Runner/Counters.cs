using System.Runtime.CompilerServices;
using GreenThreads.Scheduling;

namespace GreenThreads.Corpus.Runner;

/// <summary>What the runtime counts: how often threads really suspended, and how often one blocked its carrier instead.</summary>
internal readonly record struct Counters(long Suspensions, long PinnedWaits)
{
    public static Counters Read()
    {
        Scheduler scheduler = Scheduler.Default;
        CarrierCounters all = Retired(scheduler);
        foreach (Carrier carrier in scheduler.Carriers) all.Add(carrier.Counters);
        return new Counters(all.Suspensions, all.PinnedWaits);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_retired")]
    private static extern ref CarrierCounters Retired(Scheduler scheduler);
}
