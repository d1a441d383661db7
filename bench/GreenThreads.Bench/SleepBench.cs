using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What timers cost when there are many.</summary>
internal static class SleepBench
{
    private const int Threads = 1_000_000;
    private const int Rounds = 3;

    /// <summary>A million threads that sleep for one second each: the time from the first start to the last join.</summary>
    internal static IEnumerable<Row> Run()
    {
        var seconds = new double[Rounds];
        var threads = new GreenThread[Threads];
        for (int round = 0; round < Rounds; round++)
        {
            Array.Clear(threads);
            GC.Collect();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < threads.Length; i++) threads[i] = GreenThread.Start(static () => GreenThread.Sleep(1000));
            foreach (GreenThread thread in threads) thread.Join();
            seconds[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        yield return new Row("1,000,000 threads sleep for 1 s", "seconds in all", seconds);
    }
}
