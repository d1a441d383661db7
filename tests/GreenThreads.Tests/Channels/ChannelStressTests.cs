using System.Threading.Channels;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Channels;

/// <summary>Many threads at one channel: every item arrives once or stays with its sender.</summary>
public class ChannelStressTests
{
    public static readonly TheoryData<int> CarrierCounts = [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Every_item_arrives_once_whatever_ends_the_waits(int carriers) => Seeds.Each(6, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var traffic = new Traffic(new GreenChannel<long>(random.Next(4) switch { 0 => 0, 1 => 1, 2 => 5, _ => 64 }));
        var greens = new List<GreenThread>();
        var ends = new List<Action>();
        int senders = random.Next(1, 9);
        int receivers = random.Next(1, 9);
        for (int i = 0; i < senders + receivers; i++)
        {
            int number = i;
            int threadSeed = random.Next();
            Action body = i < senders ? () => traffic.Send(number, new Random(threadSeed)) : () => traffic.Receive(new Random(threadSeed));
            if (random.Next(4) != 0)
            {
                GreenThread thread = scheduler.Start(body);
                greens.Add(thread);
                ends.Add(thread.Join);
            }
            else
            {
                ends.Add(GreenChannelTests.Begin(scheduler, green: false, body));
            }
        }
        // interrupts hit threads in the middle of hand-overs
        using var over = new CancellationTokenSource();
        int interrupterSeed = random.Next();
        var interrupter = new Thread(() =>
        {
            var random = new Random(interrupterSeed);
            while (greens.Count != 0 && !over.IsCancellationRequested)
            {
                greens[random.Next(greens.Count)].Interrupt();
                Thread.SpinWait(random.Next(2000));
            }
        }) { IsBackground = true };
        interrupter.Start();
        foreach (Action end in ends.Take(senders)) end();
        traffic.Channel.Close();
        foreach (Action end in ends.Skip(senders)) end();
        over.Cancel();
        interrupter.Join();
        traffic.Check();
        Assert.Equal(0, scheduler.TimerCount);
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void A_close_in_the_middle_loses_nothing_that_was_sent(int carriers) => Seeds.Each(20, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var traffic = new Traffic(new GreenChannel<long>(random.Next(3)));
        var threads = new List<GreenThread>();
        for (int i = 0; i < 6; i++)
        {
            int number = i;
            int threadSeed = random.Next();
            threads.Add(scheduler.Start(() => traffic.Send(number, new Random(threadSeed))));
            threads.Add(scheduler.Start(() => traffic.Receive(new Random(threadSeed))));
        }
        Thread.SpinWait(random.Next(100_000));
        traffic.Channel.Close();
        foreach (GreenThread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A thread still waits at a closed channel.");
        traffic.Check();
    });

    /// <summary>Senders and receivers that give up for every reason there is, and keep account of what was sent and received.</summary>
    private sealed class Traffic(GreenChannel<long> channel)
    {
        private const int ItemsPerSender = 400;

        private readonly Lock _gate = new();
        private readonly List<long> _sent = [];
        private readonly List<long> _received = [];

        internal GreenChannel<long> Channel { get; } = channel;

        internal void Send(int number, Random random)
        {
            var sent = new List<long>();
            for (int i = 0; i < ItemsPerSender; i++)
            {
                long item = ((long)number << 32) | (uint)i;
                try
                {
                    if (TrySend(item, random)) sent.Add(item);
                    else i--;
                }
                catch (ThreadInterruptedException)
                {
                    i--; // not sent: again
                }
                catch (OperationCanceledException)
                {
                    i--;
                }
                catch (ChannelClosedException)
                {
                    break;
                }
            }
            lock (_gate) _sent.AddRange(sent);
        }

        private bool TrySend(long item, Random random)
        {
            switch (random.Next(6))
            {
                case 0:
                    return Channel.TrySend(item);
                case 1:
                    return Channel.TrySend(item, TimeSpan.FromMicroseconds(random.Next(200)));
                case 2:
                    using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(2))))
                    {
                        Channel.Send(item, soon.Token);
                    }
                    return true;
                default:
                    Channel.Send(item);
                    return true;
            }
        }

        internal void Receive(Random random)
        {
            var received = new List<long>();
            long[] batch = new long[5];
            while (!Channel.IsCompleted)
            {
                try
                {
                    ReceiveSome(random, received, batch);
                }
                catch (ThreadInterruptedException)
                {
                }
                catch (OperationCanceledException)
                {
                }
                catch (ChannelClosedException)
                {
                }
            }
            lock (_gate) _received.AddRange(received);
        }

        private void ReceiveSome(Random random, List<long> received, long[] batch)
        {
            switch (random.Next(6))
            {
                case 0:
                    if (Channel.TryReceive(out long ready)) received.Add(ready);
                    else GreenThread.Yield();
                    break;
                case 1:
                    if (Channel.TryReceive(out long inTime, TimeSpan.FromMicroseconds(random.Next(200)))) received.Add(inTime);
                    break;
                case 2:
                    using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(2))))
                    {
                        received.Add(Channel.Receive(soon.Token));
                    }
                    break;
                case 3:
                    int count = Channel.ReceiveBatch(batch);
                    received.AddRange(batch.AsSpan(0, count));
                    break;
                default:
                    received.Add(Channel.Receive());
                    break;
            }
        }

        internal void Check()
        {
            Assert.Equal(_sent.Order(), _received.Order());
            Assert.Equal(0, Channel.Count);
        }
    }
}
