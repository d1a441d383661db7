using System.Threading.Channels;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Channels;

/// <summary>Selects against selects, plain senders and receivers, closing, limits and interrupts.</summary>
public class SelectStressTests
{
    public static readonly TheoryData<int> CarrierCounts = [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Every_item_arrives_once(int carriers) => Seeds.Each(6, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var market = new Market([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new GreenChannel<long>(random.Next(3)))]);
        var threads = new List<GreenThread>();
        var ends = new List<Action>();
        for (int i = 0; i < 8; i++)
        {
            int threadSeed = random.Next();
            int number = i;
            Action body = () => market.Trade(number, new Random(threadSeed));
            if (random.Next(5) == 0)
            {
                ends.Add(GreenChannelTests.Begin(scheduler, green: false, body));
                continue;
            }
            GreenThread thread = scheduler.Start(body);
            threads.Add(thread);
            ends.Add(thread.Join);
        }
        bool over = false;
        int interrupterSeed = random.Next();
        var interrupter = new Thread(() =>
        {
            var random = new Random(interrupterSeed);
            while (!Volatile.Read(ref over))
            {
                foreach (GreenThread thread in threads)
                {
                    if (random.Next(8) == 0) thread.Interrupt();
                }
                Thread.SpinWait(random.Next(5000));
            }
        }) { IsBackground = true };
        interrupter.Start();
        market.WaitUntilSaturated();
        market.CloseAll(random);
        foreach (Action end in ends) end();
        Volatile.Write(ref over, true);
        interrupter.Join();
        market.Check();
        Assert.Equal(0, scheduler.TimerCount);
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void A_task_a_time_and_an_item_at_once_lose_no_item(int carriers) => Seeds.Each(4, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        const int Items = 500;
        var channel = new GreenChannel<int>();
        var tasks = new GreenChannel<TaskCompletionSource>(1);
        int selected = 0;
        int received = 0;
        GreenThread receiver = scheduler.Start(() =>
        {
            var select = new GreenSelect();
            SelectReceive<int> receive = select.Receive(channel);
            select.Timeout(TimeSpan.FromMicroseconds(50));
            SelectTask completion = select.Completion(Task.CompletedTask);
            while (true)
            {
                if (!completion.IsEnabled)
                {
                    var next = new TaskCompletionSource();
                    completion.Task = next.Task;
                    tasks.TrySend(next);
                }
                int index = select.Wait();
                if (index == completion.Index) selected++;
                if (index != receive.Index) continue;
                if (receive.IsClosed) break;
                Assert.Equal(received++, receive.Item);
            }
        });
        int completerSeed = random.Next();
        var completer = new Thread(() =>
        {
            var random = new Random(completerSeed);
            foreach (TaskCompletionSource task in tasks)
            {
                Thread.SpinWait(random.Next(3000));
                task.SetResult();
            }
        }) { IsBackground = true };
        completer.Start();
        int senderSeed = random.Next();
        GreenThread sender = scheduler.Start(() =>
        {
            var random = new Random(senderSeed);
            for (int i = 0; i < Items; i++)
            {
                channel.Send(i);
                Thread.SpinWait(random.Next(500));
            }
            channel.Close();
        });
        sender.Join();
        receiver.Join();
        Assert.Equal(Items, received);
        tasks.Close();
        completer.Join();
        Assert.NotEqual(0, selected);
    });

    /// <summary>Everybody sends and receives on all channels, in selects and without, and keeps account.</summary>
    private sealed class Market(GreenChannel<long>[] channels)
    {
        private const int Enough = 1500;

        private readonly Lock _gate = new();
        private readonly List<long> _sent = [];
        private readonly List<long> _received = [];
        private int _trades;

        internal void Trade(int number, Random random)
        {
            var sent = new List<long>();
            var received = new List<long>();
            int next = 0;
            long NextItem() => ((long)number << 32) | (uint)next++;
            var select = new GreenSelect();
            var receives = new List<SelectReceive<long>>();
            var sends = new List<SelectSend<long>>();
            foreach (GreenChannel<long> channel in channels.OrderBy(_ => random.Next()))
            {
                if (random.Next(3) != 0) receives.Add(select.Receive(channel));
                if (random.Next(3) != 0) sends.Add(select.Send(channel, NextItem()));
            }
            while (channels.Any(static channel => !channel.IsCompleted))
            {
                try
                {
                    if (random.Next(5) == 0) TradePlainly(random, sent, received, NextItem);
                    else TradeInSelect(random, select, sends, receives, sent, received, NextItem);
                    Interlocked.Increment(ref _trades);
                }
                catch (ThreadInterruptedException)
                {
                }
                catch (ChannelClosedException)
                {
                    foreach (SelectSend<long> send in sends) send.IsEnabled = !send.Channel.IsClosed;
                }
            }
            lock (_gate)
            {
                _sent.AddRange(sent);
                _received.AddRange(received);
            }
        }

        private void TradePlainly(Random random, List<long> sent, List<long> received, Func<long> nextItem)
        {
            GreenChannel<long> channel = channels[random.Next(channels.Length)];
            if (random.Next(2) == 0)
            {
                long item = nextItem();
                if (channel.TrySend(item, TimeSpan.FromMicroseconds(random.Next(100)))) sent.Add(item);
            }
            else if (channel.TryReceive(out long item, TimeSpan.FromMicroseconds(random.Next(100))))
            {
                received.Add(item);
            }
        }

        private static void TradeInSelect(
            Random random,
            GreenSelect select,
            List<SelectSend<long>> sends,
            List<SelectReceive<long>> receives,
            List<long> sent,
            List<long> received,
            Func<long> nextItem)
        {
            if (!select.TryWait(out int index, TimeSpan.FromMicroseconds(random.Next(1000))))
            {
                if (!select.HasEnabledCase()) GreenThread.Sleep(1);
                return;
            }
            foreach (SelectSend<long> send in sends)
            {
                if (send.Index != index) continue;
                sent.Add(send.Item);
                send.Item = nextItem();
            }
            foreach (SelectReceive<long> receive in receives)
            {
                if (receive.Index == index && !receive.IsClosed) received.Add(receive.Item);
            }
        }

        internal void WaitUntilSaturated() => SpinWait.SpinUntil(() => Volatile.Read(ref _trades) > Enough, TimeSpan.FromSeconds(20));

        internal void CloseAll(Random random)
        {
            foreach (GreenChannel<long> channel in channels)
            {
                channel.Close();
                Thread.SpinWait(random.Next(10_000));
            }
            // what is left is received here: the others may all have gone to send
            foreach (GreenChannel<long> channel in channels)
            {
                foreach (long item in channel)
                {
                    lock (_gate) _received.Add(item);
                }
            }
        }

        internal void Check() => Assert.Equal(_sent.Order(), _received.Order());
    }
}

internal static class SelectExtensions
{
    internal static bool HasEnabledCase(this GreenSelect select)
    {
        for (int i = 0; i < select.Count; i++)
        {
            if (select[i].IsEnabled) return true;
        }
        return false;
    }
}
