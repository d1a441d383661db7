using System.Threading.Channels;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Channels;

/// <summary>What one select does.</summary>
public class GreenSelectTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void A_case_that_is_ready_is_selected_without_waiting()
    {
        var empty = new GreenChannel<int>(1);
        var ready = new GreenChannel<string>(1);
        ready.Send("there");
        var select = new GreenSelect();
        select.Receive(empty);
        SelectReceive<string> second = select.Receive(ready);
        Assert.Equal(1, second.Index);
        Assert.Equal(second.Index, select.Wait());
        Assert.Equal("there", second.Item);
        Assert.Same(second, select[1]);
        Assert.False(select.TryWait(out int none));
        Assert.Equal(GreenSelect.NoCase, none);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Waits_for_whichever_comes_first_and_takes_only_that(bool green) => On(green, () =>
    {
        var first = new GreenChannel<int>();
        var second = new GreenChannel<int>();
        var select = new GreenSelect();
        SelectReceive<int> a = select.Receive(first);
        SelectReceive<int> b = select.Receive(second);
        GreenThread sender = GreenThread.Start(() =>
        {
            GreenThread.Sleep(s_short);
            second.Send(2);
        });
        Assert.Equal(b.Index, select.Wait());
        Assert.Equal(2, b.Item);
        sender.Join();
        Assert.False(first.TrySend(1)); // nobody waits there any more
        Assert.Equal(0, a.Item);
    });

    [Fact]
    public void A_send_is_selected_when_somebody_receives() => GreenThread.Run(() =>
    {
        var requests = new GreenChannel<string>();
        var orders = new GreenChannel<int>();
        var select = new GreenSelect();
        select.Receive(orders);
        SelectSend<string> send = select.Send(requests, "a");
        GreenThread<string> receiver = GreenThread.Start(() => requests.Receive() + requests.Receive());
        Assert.Equal(send.Index, select.Wait());
        send.Item = "b";
        Assert.Equal(send.Index, select.Wait());
        Assert.Equal("ab", receiver.Result);
        Assert.False(select.TryWait(out _));
        Assert.False(requests.TryReceive(out _));
    });

    [Fact]
    public void Two_selects_meet_on_channels_in_opposite_directions() => GreenThread.Run(() =>
    {
        var there = new GreenChannel<int>();
        var back = new GreenChannel<int>();
        const int Rounds = 200;
        (int Sent, int Received) Play(GreenChannel<int> sends, GreenChannel<int> receives)
        {
            (int Sent, int Received) count = default;
            var select = new GreenSelect();
            SelectSend<int> send = select.Send(sends, 1);
            SelectReceive<int> receive = select.Receive(receives);
            for (int i = 0; i < Rounds; i++)
            {
                if (select.Wait() == send.Index) count.Sent++;
                else count.Received++;
            }
            return count;
        }
        GreenThread<(int Sent, int Received)> other = GreenThread.Start(() => Play(back, there));
        (int sent, int received) = Play(there, back);
        Assert.Equal((received, sent), other.Result);
    });

    [Fact]
    public void A_select_does_not_meet_itself() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>();
        var select = new GreenSelect();
        SelectSend<int> send = select.Send(channel, 1);
        SelectReceive<int> receive = select.Receive(channel);
        Assert.False(select.TryWait(out _, s_short));
        GreenThread other = GreenThread.Start(() => channel.Send(2));
        Assert.Equal(receive.Index, select.Wait());
        Assert.Equal(2, receive.Item);
        other.Join();
        GreenThread<int> another = GreenThread.Start(() => channel.Receive());
        Assert.Equal(send.Index, select.Wait());
        Assert.Equal(1, another.Result);
    });

    [Fact]
    public void Cases_that_stay_ready_take_turns()
    {
        var select = new GreenSelect();
        for (int i = 0; i < 5; i++)
        {
            var channel = new GreenChannel<int>(100);
            if (i is 1 or 2 or 4) for (int item = 0; item < 100; item++) channel.Send(item);
            select.Receive(channel);
        }
        int[] counts = new int[5];
        for (int i = 0; i < 300; i++) counts[select.Wait()]++;
        Assert.Equal([0, 100, 100, 0, 100], counts);
    }

    [Fact]
    public void Two_cases_that_stay_ready_are_selected_alternately()
    {
        var select = new GreenSelect();
        var left = new GreenChannel<int>(10);
        var right = new GreenChannel<int>(10);
        for (int i = 0; i < 10; i++)
        {
            left.Send(i);
            right.Send(i);
        }
        select.Receive(left);
        select.Receive(right);
        int last = select.Wait();
        for (int i = 0; i < 19; i++)
        {
            int now = select.Wait();
            Assert.NotEqual(last, now);
            last = now;
        }
    }

    [Fact]
    public void Handlers_are_called_and_may_wait() => GreenThread.Run(() =>
    {
        long pinned = GreenThreadDiagnostics.Counters.PinnedWaits;
        var numbers = new GreenChannel<int>();
        var words = new GreenChannel<string>(10);
        var log = new List<string>();
        bool numbersClosed = false;
        var select = new GreenSelect()
            .OnReceive(numbers, number =>
            {
                GreenThread.Sleep(1);
                log.Add($"{number}");
            }, () => numbersClosed = true)
            .OnReceive(words, log.Add);
        GreenThread sender = GreenThread.Start(() =>
        {
            numbers.Send(1);
            numbers.Send(2);
            numbers.Close();
            words.Send("three");
            words.Close();
        });
        while (select.Wait() != GreenSelect.NoCase)
        {
        }
        sender.Join();
        Assert.Equal(["1", "2", "three"], log);
        Assert.True(numbersClosed);
        Assert.False(select[0].IsEnabled);
        Assert.Equal(pinned, GreenThreadDiagnostics.Counters.PinnedWaits);
    });

    [Fact]
    public void A_disabled_case_is_not_looked_at_until_it_is_enabled()
    {
        var channel = new GreenChannel<int>(1);
        channel.Send(1);
        var select = new GreenSelect();
        SelectReceive<int> receive = select.Receive(channel);
        receive.IsEnabled = false;
        Assert.Equal(GreenSelect.NoCase, select.Wait());
        receive.IsEnabled = true;
        Assert.Equal(0, select.Wait());
    }

    [Fact]
    public void A_select_without_cases_does_not_wait() => Assert.Equal(GreenSelect.NoCase, new GreenSelect().Wait());

    // ---- closing ------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_closed_channel_is_reported_once(bool whileWaiting) => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>();
        GreenThread? closer = null;
        if (whileWaiting)
        {
            GreenThread self = GreenThread.Current!;
            closer = GreenThread.Start(() =>
            {
                while (self.State != GreenThreadState.Parked) GreenThread.Yield();
                channel.Close(new InvalidDataException("broken"));
            });
        }
        else
        {
            channel.Close(new InvalidDataException("broken"));
        }
        var select = new GreenSelect();
        SelectReceive<int> receive = select.Receive(channel);
        Assert.Equal(0, select.Wait());
        Assert.True(receive.IsClosed);
        Assert.IsType<InvalidDataException>(Assert.Throws<ChannelClosedException>(() => receive.Item).InnerException);
        Assert.Equal(GreenSelect.NoCase, select.Wait());
        closer?.Join();
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_send_on_a_closed_channel_throws(bool whileWaiting) => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>();
        var other = new GreenChannel<int>();
        var select = new GreenSelect();
        select.Send(channel, 1);
        select.Receive(other);
        GreenThread self = GreenThread.Current!;
        GreenThread? closer = whileWaiting
            ? GreenThread.Start(() =>
            {
                while (self.State != GreenThreadState.Parked) GreenThread.Yield();
                channel.Close();
            })
            : null;
        if (!whileWaiting) channel.Close();
        Assert.Throws<ChannelClosedException>(() => select.Wait());
        Assert.False(other.TrySend(1)); // the receive is not left behind
        closer?.Join();
        Assert.Throws<ChannelClosedException>(() => select.Wait()); // usable, with the same answer
    });

    // ---- times, tasks, tokens -----------------------------------------------------------------------------------

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_time_limit_ends_the_wait(bool green) => On(green, () =>
    {
        var channel = new GreenChannel<int>();
        var select = new GreenSelect();
        select.Receive(channel);
        Assert.False(select.TryWait(out int index, s_short));
        Assert.Equal(GreenSelect.NoCase, index);
        Assert.False(channel.TrySend(1));
        SelectTimer limit = select.Timeout(s_short);
        Assert.Equal(limit.Index, select.Wait());
        Assert.Equal(limit.Index, select.Wait());
        Assert.True(limit.IsEnabled);
    });

    [Fact]
    public void Timers_go_off_once_or_periodically() => GreenThread.Run(() =>
    {
        var select = new GreenSelect();
        SelectTimer once = select.After(s_short);
        SelectTimer often = select.Every(TimeSpan.FromMilliseconds(1));
        int[] counts = new int[2];
        for (int i = 0; i < 20; i++) counts[select.Wait()]++;
        Assert.Equal(1, counts[once.Index]);
        Assert.Equal(19, counts[often.Index]);
        Assert.False(once.IsEnabled);
        often.IsEnabled = false;
        once.Restart();
        Assert.Equal(once.Index, select.Wait());
        Assert.Throws<ArgumentOutOfRangeException>("period", () => select.Every(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("limit", () => select.Timeout(TimeSpan.FromSeconds(-3)));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_task_is_selected_when_it_completes_and_can_be_exchanged(bool green) => On(green, () =>
    {
        var channel = new GreenChannel<int>();
        var first = new TaskCompletionSource();
        var select = new GreenSelect();
        select.Receive(channel);
        SelectTask task = select.Completion(first.Task);
        Assert.False(select.TryWait(out _, s_short));
        var completer = new Thread(first.SetResult) { IsBackground = true };
        completer.Start();
        Assert.Equal(task.Index, select.Wait());
        Assert.False(select.TryWait(out _, s_short));
        task.Task = Task.FromException(new InvalidDataException("failed"));
        Assert.Equal(task.Index, select.Wait());
        Assert.True(task.Task.IsFaulted);
        completer.Join();
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cancellation_is_a_case_or_an_exception(bool green) => On(green, () =>
    {
        var channel = new GreenChannel<int>();
        using var asCase = new CancellationTokenSource();
        using var asException = new CancellationTokenSource();
        bool handled = false;
        var select = new GreenSelect().OnReceive(channel, static _ => { }).OnCancellation(asCase.Token, () => handled = true);
        asCase.CancelAfter(s_short);
        Assert.Equal(1, select.Wait());
        Assert.True(handled);
        asException.CancelAfter(s_short);
        var failure = Assert.Throws<OperationCanceledException>(() => select.Wait(asException.Token));
        Assert.Equal(asException.Token, failure.CancellationToken);
        Assert.False(channel.TrySend(1));
        Assert.Throws<OperationCanceledException>(() => select.Wait(asException.Token));
    });

    [Fact]
    public void An_interrupt_ends_the_wait_and_leaves_no_case_behind() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>();
        var select = new GreenSelect();
        select.Receive(channel);
        GreenThread waiting = GreenThread.Start(() => _ = Assert.Throws<ThreadInterruptedException>(() => select.Wait()));
        while (waiting.State != GreenThreadState.Parked) GreenThread.Yield();
        waiting.Interrupt();
        waiting.Join();
        Assert.False(channel.TrySend(1));
        GreenThread sender = GreenThread.Start(() => channel.Send(2));
        Assert.Equal(0, select.Wait()); // usable afterwards, by another thread
        sender.Join();
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
                var select = new GreenSelect();
                SelectReceive<int> receive = select.Receive(channel);
                select.Wait();
                received = receive.Item;
                Assert.Throws<ThreadInterruptedException>(() => select.Wait());
            });
            while (receiver.State != GreenThreadState.Parked) GreenThread.Yield();
            Assert.True(channel.TrySend(7));
            receiver.Interrupt();
            receiver.Join();
            Assert.Equal(7, received);
        }).Join();
    }

    [Fact]
    public void A_select_that_is_waited_on_is_refused_to_others() => GreenThread.Run(() =>
    {
        var channel = new GreenChannel<int>();
        var select = new GreenSelect();
        select.Receive(channel);
        GreenThread waiting = GreenThread.Start(() => _ = select.Wait());
        while (waiting.State != GreenThreadState.Parked) GreenThread.Yield();
        Assert.Throws<InvalidOperationException>(() => select.Wait());
        Assert.Throws<InvalidOperationException>(() => select.Receive(channel));
        channel.Send(1);
        waiting.Join();
    });

    [Fact]
    public void Null_arguments_are_refused()
    {
        var select = new GreenSelect();
        Assert.Throws<ArgumentNullException>("channel", () => select.Receive<int>(null!));
        Assert.Throws<ArgumentNullException>("channel", () => select.Send(null!, 1));
        Assert.Throws<ArgumentNullException>("task", () => select.Completion(null!));
        Assert.Throws<ArgumentNullException>("received", () => select.OnReceive(new GreenChannel<int>(), null!));
        Assert.Equal(0, select.Count);
    }

    private static void On(bool green, Action body)
    {
        if (green) GreenThread.Run(body);
        else body();
    }
}
