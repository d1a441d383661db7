namespace GreenThreads.Bench.Weaving;

/// <summary>Times two ways of doing the same in turn, so that whatever else the machine does hits both.</summary>
internal static class Paired
{
    private const int WarmUpRounds = 8;
    private const int Rounds = 31;

    /// <summary>What one unit of the second costs more than one of the first, in nanoseconds.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="count">How many units each does.</param>
    /// <param name="plain">Does that many; returns a number that both must agree on.</param>
    /// <param name="woven">Does the same, woven.</param>
    /// <param name="atMost">The bound.</param>
    internal static Row Difference(string name, int count, Func<int, long> plain, Func<int, long> woven, double atMost)
    {
        CheckSuspends(name, woven);
        return new Row(name, "ns over plain", [.. Measure(name, count, plain, woven).Select(t => (t.Woven - t.Plain) / count)], atMost);
    }

    /// <summary>What the second costs in units of the first.</summary>
    internal static Row Ratio(string name, int count, Func<int, long> plain, Func<int, long> woven, double atMost, string unit = "times plain") =>
        new(name, unit, [.. Measure(name, count, plain, woven).Select(t => t.Woven / t.Plain)], atMost);

    private static List<(double Plain, double Woven)> Measure(string name, int count, Func<int, long> plain, Func<int, long> woven)
    {
        var times = new List<(double, double)>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            (double plainTime, double wovenTime) = GreenThread.Run(() =>
            {
                bool plainFirst = round % 2 == 0;
                double first = Time(plainFirst ? plain : woven, count, out long firstResult);
                double second = Time(plainFirst ? woven : plain, count, out long secondResult);
                if (firstResult != secondResult) throw new InvalidOperationException($"{name}: the two came out differently.");
                return plainFirst ? (first, second) : (second, first);
            });
            if (round >= WarmUpRounds) times.Add((plainTime, wovenTime));
        }
        return times;
    }

    private static double Time(Func<int, long> work, int count, out long result)
    {
        double start = ProcessorTime.Now;
        result = work(count);
        return ProcessorTime.Now - start;
    }

    // A negative count makes the loop wait: if that pins, something else is measured than what is meant.
    private static void CheckSuspends(string name, Func<int, long> woven)
    {
        long before = Diagnostics.GreenThreadDiagnostics.Counters.PinnedWaits;
        GreenThread.Run(() => woven(-1));
        if (Diagnostics.GreenThreadDiagnostics.Counters.PinnedWaits != before) throw new InvalidOperationException($"{name}: the woven loop is pinned.");
    }
}
