using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Channels;

/// <summary>The steady path allocates nothing.</summary>
public class ChannelAllocationTests
{
    private const int Rounds = 50_000;

    [Fact]
    public void A_rendezvous_allocates_nothing() => Assert.InRange(Allocations.Of(1, start =>
    {
        var ping = new GreenChannel<int>();
        var pong = new GreenChannel<string>();
        GreenThread other = GreenThread.Start(() =>
        {
            foreach (int item in ping) pong.Send("pong");
        });
        start(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                ping.Send(i);
                pong.Receive();
            }
        });
        ping.Close();
        other.Join();
    }), 0, Allocations.NoiseBytes);

    [Fact]
    public void Buffered_traffic_of_large_items_allocates_nothing() => Assert.InRange(Allocations.Of(2, start =>
    {
        var channel = new GreenChannel<(long, string, Guid)>(16);
        var done = new GreenChannel<int>();
        GreenThread receiver = GreenThread.Start(() =>
        {
            for (int i = 1; ; i++)
            {
                if (!channel.TryReceive(out _, Timeout.InfiniteTimeSpan)) break;
                if (i % Rounds == 0) done.Send(i);
            }
        });
        start(() =>
        {
            for (int i = 0; i < Rounds; i++) channel.Send((i, "item", default));
            done.Receive();
        });
        channel.Close();
        receiver.Join();
    }), 0, Allocations.NoiseBytes);

    [Fact]
    public void Waits_with_a_limit_and_a_token_allocate_nothing() => Assert.InRange(Allocations.Of(1, start =>
    {
        using var source = new CancellationTokenSource();
        CancellationToken token = source.Token;
        var ping = new GreenChannel<int>();
        var pong = new GreenChannel<int>();
        GreenThread other = GreenThread.Start(() =>
        {
            foreach (int item in ping.ReceiveAll(token)) pong.Send(item, token);
        });
        start(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                ping.TrySend(i, TimeSpan.FromMinutes(1));
                pong.TryReceive(out _, TimeSpan.FromMinutes(1), token);
            }
        });
        ping.Close();
        other.Join();
    }), 0, Allocations.NoiseBytes);
}
