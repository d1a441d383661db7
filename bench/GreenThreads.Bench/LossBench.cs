using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GreenThreads.Bench;

/// <summary>Cases in which green threads are expected to lose (docs/choosing.md), in rounds that take turns.</summary>
internal static partial class LossBench
{
    private const int Rounds = 7;
    private const int Blockers = 64;
    private const int BlockMicroseconds = 20_000;
    private const int RoundTrips = 10_000;
    private const int Calls = 20_000_000;
    private const int Steps = 100_000_000;

    /// <summary>A source whose Next might wait, for all that the weaver can know.</summary>
    private interface ISource
    {
        int Next();
    }

    internal static IEnumerable<Row> Run()
    {
        foreach (Row row in InTurns($"{Blockers} native calls that block for 20 ms", "ms", Milliseconds,
            ("OS threads", static () => OnOsThreads(Blockers, Block)),
            ("green, as they are", static () => OnGreenThreads(Blockers, Block)),
            ("green, off-loaded", static () => OnGreenThreads(Blockers, static () => GreenThread.Offload(static () => { Block(); return 0; }))))) yield return row;

        foreach (Row row in InTurns("one connection, loop-back round trip", "us", static elapsed => elapsed.TotalMicroseconds / RoundTrips,
            ("OS threads", static () => Echo(static (server, client) => { var thread = new Thread(() => server()); thread.Start(); client(); thread.Join(); })),
            ("green threads", static () => GreenThread.Run(static () => Echo(static (server, client) => { GreenThread thread = GreenThread.Start(server); client(); thread.Join(); }))))) yield return row;

        foreach (Row row in InTurns("interface call that never waits", "ns per call", static elapsed => elapsed.TotalNanoseconds / Calls,
            ("not woven", static () => SumNotWoven(new Counter())),
            ("woven, green thread", static () => GreenThread.Run(static () => Sum(new Counter()))))) yield return row;

        foreach (Row row in InTurns($"computing on {Environment.ProcessorCount} threads", "ms", Milliseconds,
            ("OS threads", static () => OnOsThreads(Environment.ProcessorCount, static () => Compute(Steps / Environment.ProcessorCount))),
            ("green threads", static () => OnGreenThreads(Environment.ProcessorCount, static () => Compute(Steps / Environment.ProcessorCount))))) yield return row;
    }

    private static double Milliseconds(TimeSpan elapsed) => elapsed.TotalMilliseconds;

    private static IEnumerable<Row> InTurns(string name, string unit, Func<TimeSpan, double> value, params (string Name, Action Body)[] ways)
    {
        var rounds = new List<double>[ways.Length];
        for (int way = 0; way < ways.Length; way++) rounds[way] = [];
        for (int round = -1; round < Rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                long start = Stopwatch.GetTimestamp();
                ways[way].Body();
                if (round >= 0) rounds[way].Add(value(Stopwatch.GetElapsedTime(start)));
            }
        }
        return ways.Select((way, i) => new Row($"{name}: {way.Name}", unit, [.. rounds[i]]));
    }

    private static void OnOsThreads(int count, Action body)
    {
        var threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            threads[i] = new Thread(() => body());
            threads[i].Start();
        }
        foreach (Thread thread in threads) thread.Join();
    }

    private static void OnGreenThreads(int count, Action body)
    {
        var threads = new GreenThread[count];
        for (int i = 0; i < count; i++) threads[i] = GreenThread.Start(body);
        foreach (GreenThread thread in threads) thread.Join();
    }

    private static void Echo(Action<Action, Action> run)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(listener.LocalEndpoint);
        using Socket server = listener.AcceptSocket();
        server.NoDelay = true;
        run(() => Answer(server), () => Ask(client));
    }

    private static void Ask(Socket socket)
    {
        byte[] buffer = new byte[8];
        for (int i = 0; i < RoundTrips; i++)
        {
            socket.Send(buffer);
            socket.Receive(buffer);
        }
    }

    private static void Answer(Socket socket)
    {
        byte[] buffer = new byte[8];
        for (int i = 0; i < RoundTrips; i++)
        {
            socket.Receive(buffer);
            socket.Send(buffer);
        }
    }

    private static void Sum(ISource source)
    {
        int sum = 0;
        for (int i = 0; i < Calls; i++) sum += source.Next();
        if (sum == 1) GreenThread.Yield(); // never
    }

    [NotWoven]
    private static void SumNotWoven(ISource source)
    {
        int sum = 0;
        for (int i = 0; i < Calls; i++) sum += source.Next();
        if (sum == 1) throw new InvalidOperationException();
    }

    private static void Compute(int steps)
    {
        ulong value = 88172645463325252;
        for (int i = 0; i < steps; i++)
        {
            value ^= value << 13;
            value ^= value >> 7;
            value ^= value << 17;
        }
        if (value == 0) throw new InvalidOperationException();
    }

    private static void Block() => SleepMicroseconds(BlockMicroseconds);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int SleepMicroseconds(uint microseconds);

    private sealed class Counter : ISource
    {
        private int _count;

        public int Next()
        {
            if (++_count < 0) GreenThread.Yield(); // never
            return _count & 1;
        }
    }
}
