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

    [Fact]
    public void A_select_that_waits_allocates_nothing() => Assert.InRange(Allocations.Of(1, start =>
    {
        GreenChannel<int>[] channels = [.. Enumerable.Range(0, 8).Select(static _ => new GreenChannel<int>())];
        var replies = new GreenChannel<string>(1);
        using var source = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        GreenThread other = GreenThread.Start(() =>
        {
            var select = new GreenSelect();
            foreach (GreenChannel<int> channel in channels) select.Receive(channel);
            SelectTimer limit = select.Timeout(TimeSpan.FromMinutes(1));
            SelectTask task = select.Completion(never.Task);
            SelectCancellation token = select.Cancellation(source.Token);
            while (true)
            {
                int index = select.Wait();
                if (index == token.Index || index == task.Index || index == limit.Index) break;
                replies.Send("reply");
            }
        });
        start(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                channels[i % channels.Length].Send(i);
                replies.Receive();
            }
        });
        source.Cancel();
        other.Join();
    }), 0, Allocations.NoiseBytes);
}
