using System.Diagnostics;

namespace GreenThreads.Bench.Compare;

/// <summary>The work on green threads.</summary>
internal static partial class GreenWorks
{
    private const int Batch = 1000;

    private static long s_count;

    /// <summary>What there is; each takes a size and gives the number of the work's unit.</summary>
    internal static readonly Dictionary<string, Func<int, double>> All = new()
    {
        ["spawn"] = static size => Passes.Time(size, () => GreenThread.Run(() => SpawnBatches(size))),
        ["spawn-one"] = static size => Passes.Time(size, () => GreenThread.Run(() => SpawnOne(size))),
        ["yield1"] = static size => Passes.Time(size, () => GreenThread.Run(() => Yields(size))),
        ["yield1000"] = static size => Passes.Time(size, () => Together(Batch, () => Yields(size / Batch))),
        ["pingpong"] = static size => Passes.Time(size, () => GreenThread.Run(() => PingPong(size))),
        ["ring"] = static size => Passes.Time(size, () => GreenThread.Run(() => Ring(size))),
        ["buffered"] = static size => Passes.Time(size, () => GreenThread.Run(() => Buffered(size))),
        ["skynet"] = static size => Passes.Time(size + (size / 9), () => CheckSkynet(GreenThread.Run(() => Skynet(0, size)), size)),
        ["mutex2"] = static size => Passes.Time(size, () => Contend(2, size)),
        ["mutex1000"] = static size => Passes.Time(size, () => Contend(Batch, size)),
        ["sleep"] = Sleep,
        ["parked1"] = static size => Parked(size, 1, Memory.Heap),
        ["parked3"] = static size => Parked(size, 3, Memory.Heap),
        ["parked10"] = static size => Parked(size, 10, Memory.Heap),
        ["resident3"] = static size => Parked(size, 3, Memory.Resident),
        ["wake"] = Wake,
        ["select"] = static size => Passes.Time(size, () => GreenThread.Run(() => Select(size))),
        ["fanout"] = static size => Passes.Time(size, () => GreenThread.Run(() => FanOut(size))),
        ["echo"] = static size => GreenEcho.Measure(size),
        ["timeouts"] = static size => Passes.Time(size, () => GreenThread.Run(() => Timeouts(size))),
        ["gcpause0"] = static _ => Memory.YoungPauseP99(),
        ["gcpause"] = PauseWithParked,
    };

    private static void Together(int threads, Action body)
    {
        GreenThread.Run(() =>
        {
            var started = new GreenThread[threads];
            for (int i = 0; i < started.Length; i++) started[i] = GreenThread.Start(body);
            foreach (GreenThread thread in started) thread.Join();
        });
    }

    private static void SpawnBatches(int size)
    {
        var batch = new GreenThread[Batch];
        for (int done = 0; done < size; done += Batch)
        {
            for (int i = 0; i < batch.Length; i++) batch[i] = GreenThread.Start(static () => _ = Interlocked.Increment(ref s_count));
            foreach (GreenThread thread in batch) thread.Join();
        }
    }

    private static void SpawnOne(int size)
    {
        for (int i = 0; i < size; i++) GreenThread.Start(static () => _ = Interlocked.Increment(ref s_count)).Join();
    }

    private static void Yields(int count)
    {
        for (int i = 0; i < count; i++) GreenThread.Yield();
    }

    private static long Skynet(int number, int size)
    {
        if (size == 1) return number;
        var children = new GreenThread<long>[10];
        for (int i = 0; i < children.Length; i++)
        {
            int child = number + (i * (size / 10));
            children[i] = GreenThread.Start(() => Skynet(child, size / 10));
        }
        long sum = 0;
        foreach (GreenThread<long> child in children) sum += child.Result;
        return sum;
    }

    private static void CheckSkynet(long sum, int size)
    {
        if (sum != (long)size * (size - 1) / 2) throw new InvalidOperationException($"The leaves add up to {sum}.");
    }

    private static void Contend(int contenders, int size)
    {
        var gate = new object();
        s_count = 0;
        Together(contenders, () =>
        {
            for (int i = 0; i < size / contenders; i++)
            {
                lock (gate) s_count++;
            }
        });
        if (s_count != size) throw new InvalidOperationException("An increment was lost.");
    }

    private static double Sleep(int size)
    {
        var threads = new GreenThread[size];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < threads.Length; i++) threads[i] = GreenThread.Start(static () => GreenThread.Sleep(1000));
        foreach (GreenThread thread in threads) thread.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void FanOut(int size)
    {
        const int Children = 100;
        for (int done = 0; done < size; done += Children)
        {
            var children = new GreenThread<int>[Children];
            for (int i = 0; i < Children; i++)
            {
                int number = i;
                children[i] = GreenThread.Start(() => number % 10 == 0 ? throw new FormatException("one in ten") : number);
            }
            int failed = 0;
            foreach (GreenThread<int> child in children)
            {
                try
                {
                    _ = child.Result;
                }
                catch (FormatException)
                {
                    failed++;
                }
            }
            if (failed != Children / 10) throw new InvalidOperationException($"{failed} failed.");
        }
    }
}
