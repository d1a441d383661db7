namespace GreenThreads.Bench.Compare;

/// <summary>One piece of work that every system does in its own way.</summary>
/// <param name="Name">The name by which peers know it.</param>
/// <param name="Title">For people.</param>
/// <param name="Unit">Of the result; less is better everywhere.</param>
/// <param name="Size">How much of it; what the size means is told in <paramref name="Title"/>.</param>
/// <param name="QuickSize">The same for <c>--quick</c>.</param>
/// <param name="OnceOnly">A pass is long, or leaves the process in a state that the next pass would feel: one pass.</param>
/// <param name="AtMost">What this project wants of itself on two cores.</param>
internal sealed record Work(
    string Name, string Title, string Unit, int Size, int QuickSize, bool OnceOnly = false, double? AtMost = null)
{
    private const int Million = 1_000_000;

    /// <summary>In the order in which they are done and shown.</summary>
    internal static readonly Work[] All =
    [
        new("spawn", "start and join, 1,000 at a time", "ns per thread", Million, 100_000, AtMost: 130),
        new("spawn-one", "start and join, one after the other", "ns per thread", Million, 100_000, AtMost: 130),
        new("yield1", "yield, 1 thread", "ns per yield", 2 * Million, 200_000),
        new("yield1000", "yield, 1,000 threads", "ns per yield", 5 * Million, 500_000, AtMost: 40),
        new("pingpong", "ping-pong, rendezvous channels", "ns per round trip", 500_000, 50_000, AtMost: 140),
        new("ring", "ring of 10,000 threads, channels", "ns per hop", 500_000, 50_000),
        new("buffered", "producer and consumer, buffer of 128", "ns per item", 2 * Million, 200_000),
        new("skynet", "skynet, 1,000,000 leaves", "ns per node", Million, 100_000, AtMost: 350),
        new("mutex2", "mutex, 2 contenders", "ns per section", 2 * Million, 200_000),
        new("mutex1000", "mutex, 1,000 contenders", "ns per section", 2 * Million, 200_000, AtMost: 30),
        new("sleep", "1,000,000 threads sleep for 1 s", "s in all", Million, 100_000, OnceOnly: true, AtMost: 2.0),
        new("parked1", "parked at call depth 1, heap", "bytes per thread", Million, 100_000, OnceOnly: true),
        new("parked3", "parked at call depth 3, heap", "bytes per thread", Million, 100_000, OnceOnly: true, AtMost: 220),
        new("parked10", "parked at call depth 10, heap", "bytes per thread", Million, 100_000, OnceOnly: true),
        new("resident3", "parked at call depth 3, resident", "bytes per thread", Million, 100_000, OnceOnly: true, AtMost: 350),
        new("wake", "wake 1,000,000 parked threads, all run once", "ns per thread", Million, 100_000, OnceOnly: true, AtMost: 150),
        new("select", "select over 8 channels", "ns per item", Million, 100_000),
        new("fanout", "fan-out of 100 and fan-in, one in ten fails", "ns per thread", 100_000, 10_000),
        new("echo", "TCP echo, 64 bytes, 100 connections", "us per round trip", 200_000, 20_000),
        new("timeouts", "waits with a limit that does not pass", "ns per wait", 500_000, 50_000),
        new("gcpause0", "pause of a young collection, p99, no parked threads", "us", 0, 0, OnceOnly: true),
        new("gcpause", "pause of a young collection, p99, 1,000,000 parked threads", "us", Million, 100_000, OnceOnly: true),
    ];
}
