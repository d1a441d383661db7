using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Bench.Compare;

/// <summary>The work on OS threads: a hundredth of the threads where there would be more than the system has.</summary>
[NotWoven]
internal static class OsWorks
{
    private const int Fewer = 100;
    private const int Batch = 1000;
    private const int BufferSize = 128;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static long s_count;

    /// <summary>What there is; each takes a size and gives the number of the work's unit.</summary>
    internal static readonly Dictionary<string, Func<int, double>> All = new()
    {
        ["spawn"] = static size => Passes.Time(size / Fewer, () => SpawnBatches(size / Fewer)),
        ["spawn-one"] = static size => Passes.Time(size / Fewer, () => SpawnOne(size / Fewer)),
        ["yield1"] = static size => Passes.Time(size, () => Together(1, () => Yields(size))),
        ["yield1000"] = static size => Passes.Time(size, () => Together(Batch, () => Yields(size / Batch))),
        ["buffered"] = static size => Passes.Time(size, () => Buffered(size)),
        ["mutex2"] = static size => Passes.Time(size, () => Contend(2, size)),
        ["mutex1000"] = static size => Passes.Time(size, () => Contend(Batch, size)),
        ["parked3"] = static size => Parked(size / Fewer, Memory.Heap),
        ["resident3"] = static size => Parked(size / Fewer, Memory.Resident),
        ["fanout"] = static size => Passes.Time(size / Fewer, () => FanOut(size / Fewer)),
        ["echo"] = Echo,
        ["timeouts"] = static size => Passes.Time(size / 10, () => Timeouts(size / 10)),
    };

    private static Thread Start(Action body)
    {
#pragma warning disable GT2001 // OS threads are what is compared with
        var thread = new Thread(() => body(), maxStackSize: 128 * 1024) { IsBackground = true };
#pragma warning restore GT2001
        thread.UnsafeStart();
        return thread;
    }

    private static void Together(int threads, Action body)
    {
        var started = new Thread[threads];
        for (int i = 0; i < started.Length; i++) started[i] = Start(body);
        foreach (Thread thread in started) thread.Join();
    }

    private static void SpawnBatches(int size)
    {
        for (int done = 0; done < size; done += Batch) Together(Math.Min(Batch, size), static () => _ = Interlocked.Increment(ref s_count));
    }

    private static void SpawnOne(int size)
    {
        for (int i = 0; i < size; i++) Start(static () => _ = Interlocked.Increment(ref s_count)).Join();
    }

    private static void Yields(int count)
    {
        for (int i = 0; i < count; i++) Thread.Yield();
    }

    private static void Buffered(int size)
    {
        using var channel = new BlockingCollection<int>(BufferSize);
        Thread producer = Start(() =>
        {
            for (int i = 0; i < size; i++) channel.Add(i);
        });
        for (int i = 0; i < size; i++) channel.Take();
        producer.Join();
    }

    private static void Contend(int contenders, int size)
    {
        var gate = new object();
        Together(contenders, () =>
        {
            for (int i = 0; i < size / contenders; i++)
            {
                lock (gate) s_count++;
            }
        });
    }

    private static double Parked(int size, Func<long> memory)
    {
        using var gate = new ManualResetEventSlim();
        using var arrived = new CountdownEvent(size);
        long before = memory();
        var threads = new Thread[size];
        for (int i = 0; i < size; i++)
        {
            threads[i] = Start(() =>
            {
                arrived.Signal();
                gate.Wait();
            });
        }
        arrived.Wait();
        double bytes = (memory() - before) / (double)size;
        gate.Set();
        foreach (Thread thread in threads) thread.Join();
        return bytes;
    }

    private static void FanOut(int size)
    {
        const int Children = 100;
        for (int done = 0; done < size; done += Children)
        {
            var failures = new Exception?[Children];
            var children = new Thread[Children];
            for (int i = 0; i < Children; i++)
            {
                int number = i;
                children[i] = Start(() =>
                {
                    try
                    {
                        if (number % 10 == 0) throw new FormatException("one in ten");
                    }
                    catch (FormatException exception)
                    {
                        failures[number] = exception;
                    }
                });
            }
            foreach (Thread child in children) child.Join();
        }
    }

    private static void Timeouts(int size)
    {
        using var ping = new BlockingCollection<int>(1);
        using var pong = new BlockingCollection<int>(1);
        Thread other = Start(() =>
        {
            for (int i = 0; i < size / 2; i++)
            {
                ping.TryTake(out int item, s_limit);
                pong.Add(item);
            }
        });
        for (int i = 0; i < size / 2; i++)
        {
            ping.Add(i);
            pong.TryTake(out _, s_limit);
        }
        other.Join();
    }

    private static double Echo(int size)
    {
        using Socket listener = GreenEcho.Listen();
        Thread acceptor = Start(() =>
        {
            for (int i = 0; i < GreenEcho.Connections; i++)
            {
                Socket socket = listener.Accept();
                Start(() => GreenEcho.Serve(socket));
            }
        });
        double time = Passes.Time(
            size, () => Together(GreenEcho.Connections, () => GreenEcho.Drive((IPEndPoint)listener.LocalEndPoint!, size / GreenEcho.Connections)));
        acceptor.Join();
        return time / 1000;
    }
}
