using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Races of interrupts, cancellation, deadlines and failures with everything else, on 1 to 8 carriers.</summary>
public class ScopeStressTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(40);

    public static TheoryData<int> Carriers => [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(Carriers))]
    public void Trees_of_scopes_with_random_failures_leave_nothing_behind(int carriers) => Seeds.Each(6, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var storm = new Storm();
        var roots = new GreenThread[10];
        for (int i = 0; i < roots.Length; i++)
        {
            int rootSeed = random.Next();
            roots[i] = scheduler.Start(() => storm.Root(rootSeed));
        }
        foreach (GreenThread root in roots) Assert.True(root.Join(s_bound), "A thread never ended.");
        Assert.Equal(storm.Entered, storm.Left);
        AssertEmpty(scheduler);
    });

    [Theory]
    [MemberData(nameof(Carriers))]
    public void An_interrupt_racing_with_an_unpark_is_neither_lost_nor_doubled(int carriers) => Seeds.Each(4, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        for (int round = 0; round < 200; round++)
        {
            var channel = new GreenChannel<int>(1);
            int received = 0;
            int interrupted = 0;
            GreenThread receiver = scheduler.Start(() =>
            {
                while (received + interrupted < 2)
                {
                    try
                    {
                        channel.Receive();
                        received++;
                    }
                    catch (ThreadInterruptedException)
                    {
                        interrupted++;
                    }
                }
            });
            int spin = random.Next(200);
            GreenThread sender = scheduler.Start(() =>
            {
                Thread.SpinWait(spin);
                channel.Send(1);
            });
            Thread.SpinWait(random.Next(200));
            receiver.Interrupt();
            Assert.True(sender.Join(s_bound) && receiver.Join(s_bound), "It never ended.");
            Assert.Equal((1, 1), (received, interrupted));
        }
    });

    [Theory]
    [MemberData(nameof(Carriers))]
    public void Cancellation_racing_with_a_hand_over_loses_no_item(int carriers) => Seeds.Each(4, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        for (int round = 0; round < 100; round++)
        {
            var channel = new GreenChannel<int>(0);
            int sent = 0;
            int received = 0;
            int spin = random.Next(400);
            GreenThread owner = scheduler.Start(() =>
            {
                using var scope = new GreenScope();
                for (int i = 0; i < 3; i++)
                {
                    scope.Start(() =>
                    {
                        while (true)
                        {
                            channel.Send(1);
                            Interlocked.Increment(ref sent);
                        }
                    });
                    scope.Start(() =>
                    {
                        while (true)
                        {
                            channel.Receive();
                            Interlocked.Increment(ref received);
                        }
                    });
                }
                for (int i = 0; i < 3; i++) GreenThread.Yield();
                Thread.SpinWait(spin);
                scope.Cancel();
            });
            Assert.True(owner.Join(s_bound), "It never ended.");
            Assert.Equal(sent, received);
        }
    });

    [Theory]
    [MemberData(nameof(Carriers))]
    public void A_deadline_racing_with_the_result_gives_one_of_the_two(int carriers) => Seeds.Each(2, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var rounds = new List<GreenThread>();
        int results = 0;
        int timeouts = 0;
        for (int round = 0; round < 300; round++)
        {
            int work = random.Next(4);
            int limit = random.Next(1, 4);
            rounds.Add(scheduler.Start(() =>
            {
                try
                {
                    GreenThread<int> child;
                    using (var scope = new GreenScope(TimeSpan.FromMilliseconds(limit)))
                    {
                        child = scope.Start(() =>
                        {
                            GreenThread.Sleep(work);
                            return work;
                        });
                    }
                    Assert.Equal(work, child.Result);
                    Interlocked.Increment(ref results);
                }
                catch (TimeoutException)
                {
                    Interlocked.Increment(ref timeouts);
                }
                GreenThread.Sleep(1); // outside of the scope nothing is cancelled any more
            }));
        }
        foreach (GreenThread round in rounds) Assert.True(round.Join(s_bound), "It never ended.");
        Assert.Equal(300, results + timeouts);
        AssertEmpty(scheduler);
    });

    [Theory]
    [MemberData(nameof(Carriers))]
    public void A_limit_of_concurrency_holds_when_children_fail_and_are_cancelled(int carriers) => Seeds.Each(3, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        int running = 0;
        int most = 0;
        int failAt = random.Next(1, 120);
        GreenThread owner = scheduler.Start(() =>
        {
            using var scope = new GreenScope(maxConcurrency: 4);
            for (int i = 0; i < 100; i++)
            {
                int number = i;
                scope.Start(() =>
                {
                    int now = Interlocked.Increment(ref running);
                    int seen;
                    while (now > (seen = Volatile.Read(ref most))) Interlocked.CompareExchange(ref most, now, seen);
                    try
                    {
                        GreenThread.Yield();
                        if (number == failAt) throw new InvalidDataException();
                        if (number % 7 == 0) GreenThread.Sleep(1);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref running);
                    }
                });
            }
        });
        try
        {
            Assert.True(owner.Join(s_bound), "It never ended.");
            Assert.True(failAt >= 100);
        }
        catch (InvalidDataException)
        {
            Assert.True(failAt < 100);
        }
        Assert.InRange(most, 1, 4);
        Assert.Equal(0, running);
        AssertEmpty(scheduler);
    });

    private static void AssertEmpty(Scheduler scheduler)
    {
        Assert.True(SpinWait.SpinUntil(() => scheduler.ReadCounters() is var counters && counters.Started == counters.Finished, s_bound));
        Assert.Equal(0, scheduler.TimerCount);
    }

    private sealed class Storm
    {
        private int _entered;
        private int _left;

        internal int Entered => _entered;

        internal int Left => _left;

        internal void Root(int seed)
        {
            try
            {
                Node(new Random(seed), 3);
            }
            catch (Exception exception) when (exception is InvalidDataException or TimeoutException or OperationCanceledException or ThreadInterruptedException)
            {
                // any of these may reach the root
            }
        }

        private void Node(Random random, int depth)
        {
            Interlocked.Increment(ref _entered);
            try
            {
                if (depth == 0) Leaf(random);
                else Branch(random, depth);
            }
            finally
            {
                using (GreenThread.Shield())
                {
                    if (random.Next(4) == 0) SleepThroughInterrupts();
                }
                Interlocked.Increment(ref _left);
            }
        }

        private static void SleepThroughInterrupts()
        {
            try
            {
                GreenThread.Sleep(1);
            }
            catch (ThreadInterruptedException)
            {
                // a shield does not hold these off
            }
        }

        private void Branch(Random random, int depth)
        {
            var options = new GreenScopeOptions { KeepSiblings = random.Next(3) == 0 };
            if (random.Next(3) == 0) options.Deadline = TimeSpan.FromMilliseconds(random.Next(1, 10));
            if (random.Next(3) == 0) options.MaxConcurrency = random.Next(1, 3);
            var live = new List<GreenThread>();
            using (var scope = new GreenScope(options))
            {
                for (int i = 0; i < 4; i++)
                {
                    int seed = random.Next();
                    live.Add(scope.Start(() => Node(new Random(seed), depth - 1)));
                }
                switch (random.Next(6))
                {
                    case 0:
                        scope.Cancel();
                        break;
                    case 1:
                        live[random.Next(live.Count)].Interrupt();
                        break;
                    case 2:
                        throw new InvalidDataException("body");
                    case 3:
                        live[0].Join(TimeSpan.FromMilliseconds(random.Next(3)));
                        break;
                    case 4:
                        scope.Join();
                        break;
                }
            }
            Assert.All(live, thread => Assert.Equal(GreenThreadState.Done, thread.State));
        }

        private static void Leaf(Random random)
        {
            switch (random.Next(7))
            {
                case 0:
                    GreenThread.Sleep(random.Next(4));
                    break;
                case 1:
                    int milliseconds = random.Next(3);
                    Pinned.Call(() => GreenThread.Sleep(milliseconds));
                    break;
                case 2:
                    throw new InvalidDataException("leaf");
                case 3:
                    GreenThread.Await(Task.Delay(random.Next(3)));
                    break;
                case 4:
                    new GreenChannel<int>(0).TryReceive(out _, TimeSpan.FromMilliseconds(random.Next(3)));
                    break;
                default:
                    for (int i = 0; i < 3; i++) GreenThread.Yield();
                    break;
            }
        }
    }
}
