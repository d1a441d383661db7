namespace GreenThreads.Corpus.Runner;

/// <summary>What the runtime counts: how often threads really suspended, and how often one blocked its carrier instead.</summary>
internal readonly record struct Counters(long Suspensions, long PinnedWaits)
{
    public static Counters Read() => new(0, 0);
}
