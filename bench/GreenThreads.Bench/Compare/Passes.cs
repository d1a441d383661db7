using System.Diagnostics;

namespace GreenThreads.Bench.Compare;

/// <summary>How a piece of work is measured in its process; the peers in other languages do the same.</summary>
[NotWoven]
internal static class Passes
{
    private const int Fewest = 3;
    private const int Most = 40;
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Passes until there were at least three and 1.5 s have gone by. The first half warms up (compilers, heaps); the result is
    /// the median of the rest.
    /// </summary>
    internal static double Measure(Work work, int size, Func<int, double> pass)
    {
        if (work.OnceOnly) return pass(size);
        var results = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (results.Count < Most && (results.Count < Fewest || Stopwatch.GetElapsedTime(start) < s_enough)) results.Add(pass(size));
        double[] counted = [.. results.Skip(results.Count / 2).Order()];
        return counted[counted.Length / 2];
    }

    /// <summary>Nanoseconds that an action takes, for each of a number of operations.</summary>
    internal static double Time(int operations, Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
    }
}
