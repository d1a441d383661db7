using System.Threading.Channels;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;
using GreenThreads.Tests.Synchronization;

namespace GreenThreads.Tests.Channels;

/// <summary>What one channel does, operation by operation.</summary>
public class GreenChannelTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void A_new_channel_is_a_rendezvous() => Assert.Equal(0, new GreenChannel<int>().Capacity);

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_capacity_out_of_range_is_refused_with_the_value_and_the_cure(int capacity)
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => new GreenChannel<int>(capacity));
        Assert.Equal(capacity, failure.ActualValue);
        Assert.Contains("CreateUnbounded", failure.Message);
    }

    [Fact]
    public void A_rendezvous_send_waits_until_its_item_is_received() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<string>();
        bool sent = false;
        GreenThread sender = GreenThread.Start(() =>
        {
            channel.Send("a");
            sent = true;
        });
        while (sender.State != GreenThreadState.Parked) GreenThread.Yield();
        Assert.False(sent);
        Assert.Equal(0, channel.Count);
        Assert.Equal("a", channel.Receive());
        sender.Join();
        Assert.True(sent);
    });

    [Fact]
    public void A_buffered_channel_takes_its_capacity_without_waiting_and_gives_in_order()
    {
        var channel = new GreenChannel<int>(3);
        for (int i = 0; i < 3; i++) Assert.True(channel.TrySend(i));
        Assert.False(channel.TrySend(3));
        Assert.Equal(3, channel.Count);
        for (int i = 0; i < 3; i++) Assert.Equal(i, channel.Receive());
        Assert.False(channel.TryReceive(out _));
    }

    [Fact]
    public void A_sender_at_a_full_channel_gets_in_when_there_is_room_and_in_its_turn() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>(1);
        channel.Send(0);
        GreenThread[] senders = Waiting.Start(3, number => channel.Send(number + 1));
        for (int i = 0; i <= 3; i++) Assert.Equal(i, channel.Receive());
        foreach (GreenThread sender in senders) sender.Join();
    });

    [Fact]
    public void An_unbounded_channel_never_makes_a_sender_wait()
    {
        GreenChannel<int> channel = GreenChannel.CreateUnbounded<int>();
        for (int i = 0; i < 100_000; i++) Assert.True(channel.TrySend(i));
        Assert.Equal(int.MaxValue, channel.Capacity);
        for (int i = 0; i < 100_000; i++) Assert.Equal(i, channel.Receive());
    }

    [Fact]
    public void TrySend_on_a_rendezvous_channel_needs_a_receiver_that_waits() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>();
        Assert.False(channel.TrySend(1));
        GreenThread<int> receiver = GreenThread.Start(() => channel.Receive());
        while (receiver.State != GreenThreadState.Parked) GreenThread.Yield();
        Assert.True(channel.TrySend(2));
        Assert.Equal(2, receiver.Result);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_time_limit_ends_the_wait_and_leaves_nothing_behind(bool green) => On(green, () =>
    {
        var channel = new GreenChannel<string>(1);
        Assert.False(channel.TryReceive(out string? nothing, s_short));
        Assert.Null(nothing);
        Assert.True(channel.TrySend("in", s_short));
        Assert.False(channel.TrySend("out", s_short));
        Assert.Equal("in", channel.Receive());
        Assert.False(channel.TryReceive(out _));
    });

    [Fact]
    public void A_negative_time_is_refused()
    {
        var channel = new GreenChannel<int>(1);
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => channel.TrySend(1, TimeSpan.FromSeconds(-2)));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => channel.TryReceive(out _, TimeSpan.FromSeconds(-2)));
        Assert.Equal(0, channel.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cancelled_token_ends_the_wait(bool green) => On(green, () =>
    {
        var channel = new GreenChannel<int>();
        using var soon = new CancellationTokenSource(s_short);
        var failure = Assert.Throws<OperationCanceledException>(() => channel.Receive(soon.Token));
        Assert.Equal(soon.Token, failure.CancellationToken);
        Assert.Throws<OperationCanceledException>(() => channel.Send(1, soon.Token));
        Assert.Throws<OperationCanceledException>(() => channel.TryReceive(out _, Timeout.InfiniteTimeSpan, soon.Token));
        using var later = new CancellationTokenSource(s_short);
        Assert.Throws<OperationCanceledException>(() => channel.Send(1, later.Token));
        Assert.False(channel.TryReceive(out _));
    });

    [Fact]
    public void An_interrupted_receiver_takes_no_item() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>();
        GreenThread receiver = GreenThread.Start(() => _ = Assert.Throws<ThreadInterruptedException>(() => channel.Receive()));
        while (receiver.State != GreenThreadState.Parked) GreenThread.Yield();
        receiver.Interrupt();
        receiver.Join();
        Assert.False(channel.TrySend(1));
    });

    [Fact]
    public void An_interrupt_after_the_hand_over_leaves_the_item_and_ends_the_next_wait()
    {
        using var scheduler = new Scheduler(1, 16, null);
        scheduler.Start(() =>
        {
            var channel = new GreenChannel<int>();
            int received = 0;
            GreenThread receiver = GreenThread.Start(() =>
            {
                received = channel.Receive();
                Assert.Throws<ThreadInterruptedException>(() => channel.Receive());
            });
            while (receiver.State != GreenThreadState.Parked) GreenThread.Yield();
            Assert.True(channel.TrySend(7)); // handed over; on this one carrier it cannot run before we wait
            receiver.Interrupt();
            receiver.Join();
            Assert.Equal(7, received);
        }).Join();
    }

    // ---- closing ------------------------------------------------------------------------------------------------

    [Fact]
    public void A_closed_channel_is_drained_and_then_ends()
    {
        var channel = new GreenChannel<int>(4);
        channel.Send(1);
        channel.Send(2);
        channel.Close();
        Assert.True(channel.IsClosed);
        Assert.False(channel.IsCompleted);
        Assert.Equal(1, channel.Receive());
        Assert.True(channel.TryReceive(out int second));
        Assert.Equal(2, second);
        Assert.True(channel.IsCompleted);
        Assert.Throws<ChannelClosedException>(() => channel.Receive());
        Assert.False(channel.TryReceive(out _));
        Assert.False(channel.TryReceive(out _, Timeout.InfiniteTimeSpan));
        Assert.Equal(0, channel.ReceiveBatch(new int[4]));
    }

    [Fact]
    public void Sending_on_a_closed_channel_throws()
    {
        var channel = new GreenChannel<int>(4);
        channel.Close(new InvalidDataException("broken"));
        Assert.IsType<InvalidDataException>(Assert.Throws<ChannelClosedException>(() => channel.Send(1)).InnerException);
        Assert.Throws<ChannelClosedException>(() => channel.TrySend(1));
        Assert.Throws<ChannelClosedException>(() => channel.TrySend(1, s_short));
        Assert.Throws<ChannelClosedException>(() => channel.Send(1, CancellationToken.None));
    }

    [Fact]
    public void The_second_Close_throws_and_the_second_TryClose_says_no()
    {
        var channel = new GreenChannel<int>();
        Assert.True(channel.TryClose());
        Assert.False(channel.TryClose(new InvalidDataException("too late")));
        Assert.Contains("TryClose", Assert.Throws<ChannelClosedException>(() => channel.Close()).Message);
        Assert.Null(Assert.Throws<ChannelClosedException>(() => channel.Receive()).InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Closing_with_an_exception_gives_it_to_who_receives_after_the_last_item(bool green) => On(green, () =>
    {
        var channel = new GreenChannel<int>(1);
        channel.Send(5);
        channel.Close(new InvalidDataException("broken"));
        Assert.Equal(5, channel.Receive());
        Assert.IsType<InvalidDataException>(Assert.Throws<ChannelClosedException>(() => channel.Receive()).InnerException);
        Assert.IsType<InvalidDataException>(Assert.Throws<ChannelClosedException>(() => channel.ReceiveBatch(new int[1])).InnerException);
        var failure = Assert.Throws<ChannelClosedException>(() =>
        {
            foreach (int item in channel) Assert.Fail($"There is no item, but {item}.");
        });
        Assert.IsType<InvalidDataException>(failure.InnerException);
    });

    [Fact]
    public void Closing_releases_receivers_and_senders_that_wait() => GreenThread.Run(() =>
    {
        var empty = new GreenChannel<string>();
        var full = new GreenChannel<string>();
        List<GreenThread> waiting = [];
        for (int i = 0; i < 3; i++)
        {
            waiting.Add(GreenThread.Start(() => _ = Assert.Throws<ChannelClosedException>(() => empty.Receive())));
            waiting.Add(GreenThread.Start(() => Assert.Throws<ChannelClosedException>(() => full.Send("never"))));
            waiting.Add(GreenThread.Start(() => Assert.False(empty.TryReceive(out _, TimeSpan.FromMinutes(1)))));
        }
        foreach (GreenThread thread in waiting)
        {
            while (thread.State != GreenThreadState.Parked) GreenThread.Yield();
        }
        empty.Close();
        full.Close();
        foreach (GreenThread thread in waiting) thread.Join();
        Assert.False(full.TryReceive(out _));
    });

    // ---- enumeration and batches --------------------------------------------------------------------------------

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Enumeration_receives_everything_and_ends_with_the_channel(int capacity) => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>(capacity);
        GreenThread sender = GreenThread.Start(() =>
        {
            for (int i = 0; i < 100; i++) channel.Send(i);
            channel.Close();
        });
        int expected = 0;
        foreach (int item in channel) Assert.Equal(expected++, item);
        Assert.Equal(100, expected);
        sender.Join();
    });

    [Fact]
    public void Enumeration_with_a_token_ends_when_it_is_cancelled() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>(1);
        channel.Send(1);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (int item in channel.ReceiveAll(source.Token)) source.CancelAfter(s_short);
        });
    });

    [Fact]
    public void Waits_in_an_enumeration_suspend() => GreenThread.Run(() =>
    {
        long pinned = GreenThreads.Diagnostics.GreenThreadDiagnostics.Counters.PinnedWaits;
        var channel = new GreenChannel<int>();
        GreenThread sender = GreenThread.Start(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                channel.Send(i);
                GreenThread.Yield();
            }
            channel.Close();
        });
        long sum = 0;
        foreach (int item in channel) sum += item;
        while (channel.TryReceive(out int _, s_short)) Assert.Fail("There are no more items.");
        sender.Join();
        Assert.Equal(4950, sum);
        Assert.Equal(pinned, GreenThreads.Diagnostics.GreenThreadDiagnostics.Counters.PinnedWaits);
    });

    [Fact]
    public void A_batch_takes_what_is_there_and_waits_for_the_first() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>(4);
        for (int i = 0; i < 4; i++) channel.Send(i);
        GreenThread[] senders = Waiting.Start(4, number => channel.Send(number + 4));
        int[] buffer = new int[6];
        Assert.Equal(6, channel.ReceiveBatch(buffer));
        Assert.Equal(6, buffer.Distinct().Count());
        Assert.Equal(2, channel.ReceiveBatch(buffer));
        Assert.Equal(0, channel.ReceiveBatch(Memory<int>.Empty));
        Assert.Equal(0, channel.TryReceiveBatch(buffer));
        GreenThread late = GreenThread.Start(() => channel.Send(9));
        Assert.Equal(1, channel.ReceiveBatch(buffer));
        Assert.Equal(9, buffer[0]);
        late.Join();
    });

    // ---- OS threads ---------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Green_and_OS_threads_meet_on_a_channel(bool greenSender, bool greenReceiver)
    {
        var channel = new GreenChannel<int>();
        using var scheduler = new Scheduler(2, 16, null);
        Action send = () =>
        {
            for (int i = 0; i < 300; i++) channel.Send(i);
        };
        long sum = 0;
        Action receive = () =>
        {
            for (int i = 0; i < 300; i++) sum += channel.Receive();
        };
        Action sent = Begin(scheduler, greenSender, send);
        Action received = Begin(scheduler, greenReceiver, receive);
        sent();
        received();
        Assert.Equal(300 * 299 / 2, sum);
    }

    [Fact]
    public void An_interrupted_OS_thread_takes_no_item()
    {
        var channel = new GreenChannel<int>();
        var receiver = new Thread(() => _ = Assert.Throws<ThreadInterruptedException>(() => channel.Receive())) { IsBackground = true };
        receiver.Start();
        Assert.True(SpinWait.SpinUntil(() => (receiver.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromSeconds(10)));
        receiver.Interrupt();
        receiver.Join();
        Assert.False(channel.TrySend(1));
    }

    internal static Action Begin(Scheduler scheduler, bool green, Action body)
    {
        if (green) return scheduler.Start(body).Join;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }) { IsBackground = true };
        thread.Start();
        return () =>
        {
            thread.Join();
            if (failure is not null) throw new InvalidOperationException("The OS thread failed.", failure);
        };
    }

    private static void On(bool green, Action body)
    {
        if (green) GreenThread.Run(body);
        else body();
    }
}
