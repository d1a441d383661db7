namespace GreenThreads.Bench.Weaving;

/// <summary>What weaving costs where nothing waits, and how the costs of waiting grow.</summary>
internal static class WeaverBench
{
    /// <summary>All of it; each number beside its bound.</summary>
    internal static IEnumerable<Row> Run()
    {
        GreenThread.Configure(new GreenThreadOptions { Carriers = 1 });
        foreach (Row row in CallCosts.Run()) yield return row;
        foreach (Row row in UnwindCosts.Run()) yield return row;
        yield return Paired.Ratio("compute: n-body", 40_000, Unwoven.Compute.NBody, Compute.NBody, 1.03, "times not woven");
        yield return Paired.Ratio("compute: Mandelbrot", 250, Unwoven.Compute.Mandelbrot, Compute.Mandelbrot, 1.03, "times not woven");
        yield return Paired.Ratio("compute: quicksort", 150_000, Unwoven.Compute.Sort, Compute.Sort, 1.03, "times not woven");
        yield return Paired.Ratio("compute: SHA-256", 1 << 20, Unwoven.Compute.Hash, Compute.Hash, 1.03, "times not woven");
    }

    /// <summary>What an exception costs after a wait.</summary>
    internal static IEnumerable<Row> RunExceptions()
    {
        GreenThread.Configure(new GreenThreadOptions { Carriers = 1 });
        yield return UnwindCosts.Exceptions();
    }
}
