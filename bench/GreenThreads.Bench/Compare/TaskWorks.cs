using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace GreenThreads.Bench.Compare;

/// <summary>The work with tasks and <c>async</c>, as one would write it without green threads.</summary>
[NotWoven]
internal static class TaskWorks
{
    private const int Batch = 1000;
    private const int RingThreads = 10_000;
    private const int BufferSize = 128;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static long s_count;

    /// <summary>What there is; each takes a size and gives the number of the work's unit.</summary>
    /// <remarks>The base library has no rendezvous channel and no select.</remarks>
    internal static readonly Dictionary<string, Func<int, double>> All = new()
    {
        ["spawn"] = static size => Time(size, SpawnBatches),
        ["spawn-one"] = static size => Time(size, SpawnOne),
        ["yield1"] = static size => Time(size, Yields),
        ["yield1000"] = static size => Time(size, static size => Together(Batch, size, Yields)),
        ["ring"] = static size => Time(size, Ring),
        ["buffered"] = static size => Time(size, Buffered),
        ["skynet"] = static size => Passes.Time(size + (size / 9), () => Task.Run(() => Skynet(0, size)).GetAwaiter().GetResult()),
        ["mutex2"] = static size => Time(size, static size => Contend(2, size)),
        ["mutex1000"] = static size => Time(size, static size => Contend(Batch, size)),
        ["sleep"] = Sleep,
        ["parked1"] = static size => Parked(size, 1, Memory.Heap),
        ["parked3"] = static size => Parked(size, 3, Memory.Heap),
        ["parked10"] = static size => Parked(size, 10, Memory.Heap),
        ["resident3"] = static size => Parked(size, 3, Memory.Resident),
        ["wake"] = Wake,
        ["fanout"] = static size => Time(size, FanOut),
        ["echo"] = static size => Task.Run(() => Echo(size)).GetAwaiter().GetResult(),
        ["timeouts"] = static size => Time(size, Timeouts),
        ["gcpause0"] = static _ => Memory.YoungPauseP99(),
        ["gcpause"] = PauseWithParked,
    };

    private static double Time(int size, Func<int, Task> work) =>
        Passes.Time(size, () => Task.Run(() => work(size)).GetAwaiter().GetResult());

    private static async Task Together(int tasks, int size, Func<int, Task> body)
    {
        var started = new Task[tasks];
        for (int i = 0; i < started.Length; i++) started[i] = Task.Run(() => body(size / tasks));
        foreach (Task task in started) await task;
    }

    private static async Task SpawnBatches(int size)
    {
        var batch = new Task[Batch];
        for (int done = 0; done < size; done += Batch)
        {
            for (int i = 0; i < batch.Length; i++) batch[i] = Task.Run(static () => _ = Interlocked.Increment(ref s_count));
            foreach (Task task in batch) await task;
        }
    }

    private static async Task SpawnOne(int size)
    {
        for (int i = 0; i < size; i++) await Task.Run(static () => _ = Interlocked.Increment(ref s_count));
    }

    private static async Task Yields(int count)
    {
        for (int i = 0; i < count; i++) await Task.Yield();
    }

    private static async Task Ring(int size)
    {
        int rounds = size / RingThreads;
        var channels = new Channel<int>[RingThreads + 1];
        for (int i = 0; i < channels.Length; i++) channels[i] = Channel.CreateBounded<int>(1);
        var tasks = new Task[RingThreads];
        for (int i = 0; i < tasks.Length; i++)
        {
            Channel<int> from = channels[i];
            Channel<int> to = channels[i + 1];
            tasks[i] = Task.Run(async () =>
            {
                for (int round = 0; round < rounds; round++) await to.Writer.WriteAsync(await from.Reader.ReadAsync() + 1);
            });
        }
        for (int round = 0; round < rounds; round++)
        {
            await channels[0].Writer.WriteAsync(0);
            await channels[RingThreads].Reader.ReadAsync();
        }
        foreach (Task task in tasks) await task;
    }

    private static async Task Buffered(int size)
    {
        var channel = Channel.CreateBounded<int>(BufferSize);
        Task producer = Task.Run(async () =>
        {
            for (int i = 0; i < size; i++) await channel.Writer.WriteAsync(i);
        });
        for (int i = 0; i < size; i++) await channel.Reader.ReadAsync();
        await producer;
    }

    private static async Task<long> Skynet(int number, int size)
    {
        if (size == 1) return number;
        var children = new Task<long>[10];
        for (int i = 0; i < children.Length; i++)
        {
            int child = number + (i * (size / 10));
            children[i] = Task.Run(() => Skynet(child, size / 10));
        }
        long sum = 0;
        foreach (Task<long> child in children) sum += await child;
        return sum;
    }

    private static Task Contend(int contenders, int size)
    {
        var gate = new SemaphoreSlim(1, 1);
        return Together(contenders, size, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await gate.WaitAsync();
                s_count++;
                gate.Release();
            }
        });
    }

    private static double Sleep(int size)
    {
        var tasks = new Task[size];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < tasks.Length; i++) tasks[i] = Task.Run(static async () => await Task.Delay(1000));
        foreach (Task task in tasks) task.Wait();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Parked(int size, int depth, Func<long> memory)
    {
        ParkAndRelease(1000, depth, static () => 0);
        return ParkAndRelease(size, depth, memory) / (double)size;
    }

    private static long ParkAndRelease(int size, int depth, Func<long> memory)
    {
        var tasks = new Task<int>[size];
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long before = memory();
        Park(tasks, gate.Task, depth);
        long bytes = memory() - before;
        gate.SetResult();
        foreach (Task task in tasks) task.Wait();
        return bytes;
    }

    private static double Wake(int size)
    {
        double result = 0;
        foreach (int count in (int[])[size / 10, size])
        {
            var tasks = new Task<int>[count];
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Park(tasks, gate.Task, 3);
            result = Passes.Time(count, () =>
            {
                gate.SetResult();
                foreach (Task task in tasks) task.Wait();
            });
        }
        return result;
    }

    private static double PauseWithParked(int size)
    {
        var tasks = new Task<int>[size];
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Park(tasks, gate.Task, 3);
        double pause = Memory.YoungPauseP99();
        gate.SetResult();
        return pause;
    }

    // The first part of an async method runs on the caller: when it returns, the task is parked.
    private static void Park(Task<int>[] tasks, Task gate, int depth)
    {
        for (int i = 0; i < tasks.Length; i++) tasks[i] = Descend(gate, depth - 1);
    }

    private static async Task<int> Descend(Task gate, int depth)
    {
        if (depth != 0) return await Descend(gate, depth - 1) + depth;
        await gate;
        return depth;
    }

    private static async Task FanOut(int size)
    {
        const int Children = 100;
        for (int done = 0; done < size; done += Children)
        {
            var children = new Task<int>[Children];
            for (int i = 0; i < Children; i++)
            {
                int number = i;
                children[i] = Task.Run(() => number % 10 == 0 ? throw new FormatException("one in ten") : number);
            }
            foreach (Task<int> child in children)
            {
                try
                {
                    await child;
                }
                catch (FormatException)
                {
                    _ = Interlocked.Increment(ref s_count);
                }
            }
        }
    }

    private static async Task Timeouts(int size)
    {
        var ping = Channel.CreateBounded<int>(1);
        var pong = Channel.CreateBounded<int>(1);
        Task other = Task.Run(async () =>
        {
            for (int i = 0; i < size / 2; i++) await pong.Writer.WriteAsync(await ping.Reader.ReadAsync().AsTask().WaitAsync(s_limit));
        });
        for (int i = 0; i < size / 2; i++)
        {
            await ping.Writer.WriteAsync(i);
            await pong.Reader.ReadAsync().AsTask().WaitAsync(s_limit);
        }
        await other;
    }

    private static async Task<double> Echo(int size)
    {
        using Socket listener = GreenEcho.Listen();
        var server = (IPEndPoint)listener.LocalEndPoint!;
        Task acceptor = Task.Run(async () =>
        {
            for (int i = 0; i < GreenEcho.Connections; i++)
            {
                Socket socket = await listener.AcceptAsync();
                _ = Task.Run(() => Serve(socket));
            }
        });
        var clients = new Task[GreenEcho.Connections];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < clients.Length; i++) clients[i] = Task.Run(() => Drive(server, size / GreenEcho.Connections));
        foreach (Task client in clients) await client;
        double time = Stopwatch.GetElapsedTime(start).TotalMicroseconds / size;
        await acceptor;
        return time;
    }

    private static async Task Serve(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            byte[] buffer = new byte[GreenEcho.Bytes];
            for (int count; (count = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None)) > 0;)
                await socket.SendAsync(buffer.AsMemory(0, count), SocketFlags.None);
        }
    }

    private static async Task Drive(IPEndPoint server, int roundTrips)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        byte[] buffer = new byte[GreenEcho.Bytes];
        for (int i = 0; i < roundTrips; i++)
        {
            await socket.SendAsync(buffer.AsMemory(), SocketFlags.None);
            for (int received = 0; received < buffer.Length;)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None);
                if (count == 0) throw new EndOfStreamException("The server closed the connection.");
                received += count;
            }
        }
    }
}
