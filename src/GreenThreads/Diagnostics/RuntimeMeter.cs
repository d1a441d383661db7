using System.Diagnostics.Metrics;

namespace GreenThreads.Diagnostics;

/// <summary>
/// The metrics of the runtime, under the meter name <c>GreenThreads</c>: for <c>dotnet-counters</c>, OpenTelemetry, or a
/// <see cref="MeterListener"/>. All are read when somebody asks; nothing is added to what the carriers count anyway.
/// </summary>
internal static class RuntimeMeter
{
    private const string Name = "GreenThreads";

    private static readonly Meter s_meter = Create();

    /// <summary>Makes the instruments known; called before the first green thread starts.</summary>
    internal static void EnsureCreated() => _ = s_meter;

    private static Meter Create()
    {
        var meter = new Meter(Name);
        Counter(meter, "greenthreads.started", "Green threads started.", static counters => counters.Started);
        Counter(meter, "greenthreads.finished", "Green threads whose body has ended.", static counters => counters.Finished);
        Counter(meter, "greenthreads.suspensions", "Waits and yields that gave the carrier to another green thread.", static counters => counters.Suspensions);
        Counter(meter, "greenthreads.pinned_waits", "Waits that blocked a carrier, because the green thread was pinned.", static counters => counters.PinnedWaits);
        Counter(meter, "greenthreads.unreplaced_waits", "Pinned waits at the bound of replacement carriers.", static counters => counters.UnreplacedWaits);
        Counter(meter, "greenthreads.carriers_beyond_bound", "Carriers added beyond the bound of replacements, because threads waited.", static counters => counters.CarriersBeyondBound);
        Counter(meter, "greenthreads.steals", "Green threads that a carrier took from the queue of another.", static counters => counters.Steals);
        meter.CreateObservableUpDownCounter(
            "greenthreads.carriers", static () => GreenThreadDiagnostics.Counters.Carriers, "{thread}", "OS threads that run green threads, those that sleep included.");
        return meter;
    }

    private static void Counter(Meter meter, string name, string description, Func<GreenThreadCounters, long> value) =>
        meter.CreateObservableCounter(name, () => value(GreenThreadDiagnostics.Counters), "{event}", description);
}
