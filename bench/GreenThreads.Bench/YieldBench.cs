using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What it costs to switch from a green thread to the next one.</summary>
internal static class YieldBench
{
    private const int Threads = 1000;
    private const int YieldsEach = 5000;
    private const int WarmUpRounds = 3;
    private const int Rounds = 9;

    /// <summary>A thousand threads on one carrier that do nothing but yield.</summary>
    internal static IEnumerable<Row> Run()
    {
        GreenThread.Configure(new GreenThreadOptions { Carriers = 1 });
        yield return Measure("yield, 1,000 threads, one carrier, depth 1", 60, static () => YieldInLoop(YieldsEach));
        yield return Measure("yield, 1,000 threads, one carrier, depth 10", null, static () => _ = Descend(9));
    }

    private static Row Measure(string name, double? atMost, Action body)
    {
        var rounds = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            double nanoseconds = GreenThread.Run(() => Round(body));
            if (round >= WarmUpRounds) rounds.Add(nanoseconds);
        }
        return new Row(name, "ns per yield", [.. rounds], atMost);
    }

    // The starter shares the one carrier: nobody yields before it waits in the first Join.
    private static double Round(Action body)
    {
        var threads = new GreenThread[Threads];
        for (int i = 0; i < threads.Length; i++) threads[i] = GreenThread.Start(body);
        long start = Stopwatch.GetTimestamp();
        foreach (GreenThread thread in threads) thread.Join();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / ((double)Threads * YieldsEach);
    }

    private static void YieldInLoop(int count)
    {
        for (int i = 0; i < count; i++) GreenThread.Yield();
    }

    private static int Descend(int depth)
    {
        if (depth == 0)
        {
            YieldInLoop(YieldsEach);
            return 0;
        }
        return Descend(depth - 1) + 1;
    }
}
