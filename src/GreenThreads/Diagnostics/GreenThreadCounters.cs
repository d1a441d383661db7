namespace GreenThreads.Diagnostics;

/// <summary>What the schedulers of this process have counted, see <see cref="GreenThreadDiagnostics.Counters"/>.</summary>
public readonly record struct GreenThreadCounters
{
    /// <summary>Green threads started so far.</summary>
    public long Started { get; init; }

    /// <summary>Green threads that have ended.</summary>
    public long Finished { get; init; }

    /// <summary>Green threads that live: started and not ended.</summary>
    public long Alive => Started - Finished;

    /// <summary>How often a green thread left its carrier to wait or to yield.</summary>
    public long Suspensions { get; init; }

    /// <summary>How often a green thread blocked its carrier, because a method that is not woven was on its stack.</summary>
    public long PinnedWaits { get; init; }

    /// <summary>Pinned waits whose carrier was not replaced, because <see cref="GreenThreadOptions.MaxReplacements"/> was reached.</summary>
    public long UnreplacedWaits { get; init; }

    /// <summary>Carriers added beyond <see cref="GreenThreadOptions.MaxReplacements"/>, because threads waited and no carrier came back.</summary>
    public long CarriersBeyondBound { get; init; }

    /// <summary>How often a carrier without work took some from another one's queue.</summary>
    public long Steals { get; init; }

    /// <summary>OS threads that are carriers now.</summary>
    public int Carriers { get; init; }

    /// <summary>OS threads that have been carriers.</summary>
    public long CarriersStarted { get; init; }
}
