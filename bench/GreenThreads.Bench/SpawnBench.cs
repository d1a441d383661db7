using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What it costs to start a green thread and to join it.</summary>
internal static class SpawnBench
{
    private const int Threads = 1_000_000;
    private const int Batch = 1000;
    private const int WarmUpRounds = 1;
    private const int Rounds = 5;

    private static int s_ran;

    /// <summary>A million threads, one after the other and in batches.</summary>
    internal static IEnumerable<Row> Run()
    {
        yield return Measure("start and join, one after the other", OneByOne);
        yield return Measure("start and join, 1,000 at a time", InBatches);
    }

    private static Row Measure(string name, Action work)
    {
        var rounds = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            s_ran = 0;
            long start = Stopwatch.GetTimestamp();
            GreenThread.Run(work);
            double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            if (s_ran != Threads) throw new InvalidOperationException($"{s_ran} of {Threads} threads ran.");
            if (round >= WarmUpRounds) rounds.Add(time / Threads);
        }
        return new Row(name, "ns per thread", [.. rounds]);
    }

    private static void OneByOne()
    {
        for (int i = 0; i < Threads; i++) GreenThread.Start(static () => _ = Interlocked.Increment(ref s_ran)).Join();
    }

    private static void InBatches()
    {
        var batch = new GreenThread[Batch];
        for (int done = 0; done < Threads; done += Batch)
        {
            for (int i = 0; i < batch.Length; i++) batch[i] = GreenThread.Start(static () => _ = Interlocked.Increment(ref s_ran));
            foreach (GreenThread thread in batch) thread.Join();
        }
    }
}
