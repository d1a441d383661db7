using BenchmarkDotNet.Attributes;

namespace GreenThreads.Operations;

/// <summary>Channels and select.</summary>
public class ChannelOperations
{
    private const int Count = 10_000;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly Action _buffered = static () =>
    {
        var channel = new GreenChannel<int>(1);
        for (int i = 0; i < Count; i++)
        {
            channel.Send(i);
            _ = channel.Receive();
        }
    };

    private readonly Action _roundTrips = static () => RoundTrips(static channel => channel.Receive());

    private readonly Action _limited = static () => RoundTrips(static channel => channel.TryReceive(out int item, s_limit) ? item : -1);

    /// <summary>Into the buffer and out again: no suspension.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void SendAndReceiveBuffered() => GreenThread.Run(_buffered);

    /// <summary>There and back between two threads, without a buffer.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void RoundTripRendezvous() => GreenThread.Run(_roundTrips);

    /// <summary>As <see cref="RoundTripRendezvous"/>, each wait with a limit.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void RoundTripWithLimit() => GreenThread.Run(_limited);

    private static void RoundTrips(Func<GreenChannel<int>, int> receive)
    {
        var ping = new GreenChannel<int>();
        var pong = new GreenChannel<int>();
        GreenThread other = GreenThread.Start(() =>
        {
            for (int i = 0; i < Count; i++) pong.Send(receive(ping));
        });
        for (int i = 0; i < Count; i++)
        {
            ping.Send(i);
            if (receive(pong) != i) throw new InvalidOperationException("A wrong item came back.");
        }
        other.Join();
    }
}
