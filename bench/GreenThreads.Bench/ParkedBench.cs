using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What a green thread costs while it waits.</summary>
internal static class ParkedBench
{
    private const int Threads = 1_000_000;
    private const int Rounds = 3;

    private static readonly TaskCompletionSource[] s_gates = [new(), new(), new()];
    private static GreenThread? s_gate;
    private static int s_arrived;

    /// <summary>A million threads at once, each three woven calls deep.</summary>
    internal static IEnumerable<Row> Run()
    {
        var bytes = new double[Rounds];
        var start = new double[Rounds];
        var wake = new double[Rounds];
        var threads = new GreenThread<long>[Threads];
        for (int round = 0; round < Rounds; round++)
        {
            TaskCompletionSource open = s_gates[round];
            s_gate = GreenThread.Start(() => GreenThread.Await(open.Task));
            s_arrived = 0;
            Array.Clear(threads);
            GC.Collect();
            long before = GC.GetTotalMemory(forceFullCollection: true);
            long time = Stopwatch.GetTimestamp();
            for (int i = 0; i < threads.Length; i++)
            {
                threads[i] = GreenThread.Start(static () => First(Interlocked.Increment(ref s_arrived)));
            }
            foreach (GreenThread<long> thread in threads)
                while (thread.State != GreenThreadState.Parked)
                    Thread.Yield();
            start[round] = Stopwatch.GetElapsedTime(time).TotalNanoseconds / Threads;
            bytes[round] = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Threads;

            time = Stopwatch.GetTimestamp();
            open.SetResult();
            long sum = 0;
            foreach (GreenThread<long> thread in threads) sum += thread.Result;
            wake[round] = Stopwatch.GetElapsedTime(time).TotalNanoseconds / Threads;
            long expected = (long)Threads * (Threads + 1) / 2 * 3;
            if (sum != expected) throw new InvalidOperationException($"The threads returned {sum} in all instead of {expected}.");
        }
        yield return new Row("parked thread, three woven calls deep", "bytes of managed heap", bytes, 350);
        yield return new Row("start and park, 1,000,000 threads", "ns per thread", start);
        yield return new Row("wake and join, 1,000,000 threads", "ns per thread", wake);
    }

    private static long First(long number) => Second(number) + number;

    private static long Second(long number) => Third(number) + number;

    private static long Third(long number)
    {
        s_gate!.Join();
        return number;
    }
}
