using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What weaving adds to a direct call that does not wait.</summary>
internal static class CallBench
{
    private const int N = 32;
    private const int WarmUpRounds = 5;
    private const int Rounds = 11;

    /// <summary>The same recursion woven and not woven, in turn.</summary>
    internal static IEnumerable<Row> Run()
    {
        double calls = 2.0 * Plain(N + 1) - 1;
        var plain = new List<double>();
        var woven = new List<double>();
        var difference = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            (double plainTime, double wovenTime) = GreenThread.Run(static () => (Time(static () => Plain(N)), Time(static () => Woven(N))));
            if (round < WarmUpRounds) continue;
            plain.Add(plainTime / calls);
            woven.Add(wovenTime / calls);
            difference.Add((wovenTime - plainTime) / calls);
        }
        yield return new Row("call, not woven, fib(32)", "ns per call", [.. plain]);
        yield return new Row("call, woven, fib(32)", "ns per call", [.. woven]);
        yield return new Row("what weaving adds to a direct call", "ns per call", [.. difference], 2.5);
    }

    private static double Time(Func<long> work)
    {
        long start = Stopwatch.GetTimestamp();
        long result = work();
        double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        if (result != 2178309) throw new InvalidOperationException($"fib({N}) came out as {result}.");
        return time;
    }

    private static long Woven(int n)
    {
        if (n < 0) GreenThread.Yield(); // never; it makes this a method that may wait
        return n < 2 ? n : Woven(n - 1) + Woven(n - 2);
    }

    [NotWoven]
    private static long Plain(int n)
    {
        if (n < 0) GreenThread.Yield();
        return n < 2 ? n : Plain(n - 1) + Plain(n - 2);
    }
}
