namespace GreenThreads.Scheduling;

/// <summary>What a carrier has counted; each carrier writes its own, without synchronisation, and readers add them up.</summary>
internal struct CarrierCounters
{
    internal long Started;
    internal long Finished;
    internal long Suspensions;
    internal long PinnedWaits;
    internal long UnreplacedWaits;
    internal long Steals;

    internal void Add(in CarrierCounters other)
    {
        Started += other.Started;
        Finished += other.Finished;
        Suspensions += other.Suspensions;
        PinnedWaits += other.PinnedWaits;
        UnreplacedWaits += other.UnreplacedWaits;
        Steals += other.Steals;
    }
}
