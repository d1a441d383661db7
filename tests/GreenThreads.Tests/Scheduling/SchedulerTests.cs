using System.Diagnostics;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>Whole schedulers with 1, 2, 3 and 8 carriers.</summary>
public class SchedulerTests
{
    public static readonly TheoryData<int> CarrierCounts = [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Every_started_thread_runs_once(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        const int Count = 20_000;
        var runs = new int[Count];
        var threads = new GreenThread[Count];
        for (int i = 0; i < Count; i++)
        {
            int number = i;
            threads[i] = scheduler.Start(() => Interlocked.Increment(ref runs[number]));
        }
        foreach (GreenThread thread in threads) thread.Join();
        Assert.All(runs, static count => Assert.Equal(1, count));
    }

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Threads_started_by_threads_all_run(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        int leaves = 0;
        void Node(int depth)
        {
            if (depth == 0)
            {
                Interlocked.Increment(ref leaves);
                return;
            }
            GreenThread left = GreenThread.Start(() => Node(depth - 1));
            GreenThread right = GreenThread.Start(() => Node(depth - 1));
            left.Join();
            right.Join();
        }
        scheduler.Start(() => Node(6)).Join();
        Assert.Equal(64, leaves);
    }

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void No_unpark_is_lost(int carriers) => Seeds.Each(8, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        const int Pairs = 8;
        const int Rounds = 300;
        var threads = new List<GreenThread>();
        for (int i = 0; i < Pairs; i++)
        {
            var ping = new Turns();
            int pairSeed = random.Next();
            ping.First = scheduler.Start(() => ping.Play(0, Rounds, pairSeed));
            ping.Second = scheduler.Start(() => ping.Play(1, Rounds, pairSeed + 1));
            ping.First.Unpark();
            ping.Second.Unpark();
            threads.Add(ping.First);
            threads.Add(ping.Second);
        }
        foreach (GreenThread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A wake-up was lost.");
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Unparks_from_OS_threads_timeouts_and_permits_mix(int carriers) => Seeds.Each(4, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        const int Count = 16;
        bool over = false;
        var rounds = new int[Count];
        var threads = new GreenThread[Count];
        for (int i = 0; i < Count; i++)
        {
            int number = i;
            threads[i] = scheduler.Start(() => ParkAtRandom(seed + number, () => Volatile.Read(ref over), rounds, number));
        }
        SpinWait.SpinUntil(() => Array.TrueForAll(rounds, static count => count > 0));
        var wakers = new Thread[2];
        for (int w = 0; w < wakers.Length; w++)
        {
            int wakerSeed = random.Next();
            wakers[w] = new Thread(() =>
            {
                var own = new Random(wakerSeed);
                for (int i = 0; i < 20_000; i++) threads[own.Next(Count)].Unpark();
            });
            wakers[w].Start();
        }
        foreach (Thread waker in wakers) waker.Join();
        Volatile.Write(ref over, true);
        foreach (GreenThread thread in threads)
        {
            thread.Unpark();
            Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "The last wake-up was lost.");
        }
    });

    private static void ParkAtRandom(int seed, Func<bool> over, int[] rounds, int number)
    {
        var random = new Random(seed);
        while (!over())
        {
            rounds[number]++;
            switch (random.Next(4))
            {
                case 0:
                    GreenThread.Yield();
                    break;
                case 1:
                    long deadline = Stopwatch.GetTimestamp() + (random.Next(3) * Deadline.TicksPerMillisecond);
                    if (!Parker.Park(ParkReason.Event, deadline)) Assert.True(Stopwatch.GetTimestamp() >= deadline, "A timeout came early.");
                    break;
                default:
                    Parker.Park(ParkReason.Event);
                    break;
            }
        }
    }

    // The wake-up comes at the moment at which the carrier, having found nothing, stops looking.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_unpark_from_outside_reaches_a_carrier_that_goes_idle(int carriers) => Seeds.Each(1, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 16, null);
        const int Rounds = 20_000;
        int turn = 0;
        GreenThread thread = scheduler.Start(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                while (Volatile.Read(ref turn) == 2 * round) Parker.Park(ParkReason.Event);
                Interlocked.Increment(ref turn);
            }
        });
        for (int round = 0; round < Rounds; round++)
        {
            Thread.SpinWait(random.Next(300));
            Interlocked.Increment(ref turn);
            thread.Unpark();
            int expected = 2 * (round + 1);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref turn) == expected, TimeSpan.FromSeconds(20)), $"Wake-up {round} was lost.");
        }
        thread.Join();
    });

    [Fact]
    public void A_permit_from_before_the_wait_ends_the_wait_at_once()
    {
        using var scheduler = new Scheduler(1, 16, null);
        scheduler.Start(() =>
        {
            GreenThread self = GreenThread.Current!;
            self.Unpark();
            self.Unpark(); // permits do not add up
            GreenThread.Yield(); // and survive a yield
            Assert.True(Parker.Park(ParkReason.Event));
            Assert.False(Parker.Park(ParkReason.Event, Deadline.After(1, "")));
        }).Join();
    }

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Pinned_waits_for_other_green_threads_do_not_deadlock(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        const int Count = 100;
        var events = new ManualResetEventSlim[Count + 1];
        for (int i = 0; i <= Count; i++) events[i] = new ManualResetEventSlim();
        var threads = new GreenThread[Count];
        for (int i = 0; i < Count; i++)
        {
            int number = i;
            GreenThread? next = i == 0 ? null : threads[i - 1];
            // each blocks, pinned, until the one started before it has ended; the first waits for the last to have started
            threads[i] = scheduler.Start(() =>
            {
                if (number == Count - 1) events[Count].Set();
                Pinned.Call(() =>
                {
                    if (next is null) GreenThread.Await(Task.Run(events[Count].Wait));
                    else next.Join();
                });
            });
        }
        foreach (GreenThread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A pinned wait kept the others from running.");
    }

    [Fact]
    public void A_pinned_yield_lets_the_thread_in_the_same_queue_run()
    {
        using var scheduler = new Scheduler(1, 4, null);
        scheduler.Start(() => Pinned.Call(() =>
        {
            bool ran = false;
            GreenThread other = GreenThread.Start(() => Volatile.Write(ref ran, true));
            while (!Volatile.Read(ref ran)) GreenThread.Yield();
            other.Join();
        })).Join();
    }

    [Fact]
    public void A_carrier_that_does_not_come_back_is_replaced()
    {
        using var scheduler = new Scheduler(1, 4, null);
        bool ran = false;
        scheduler.Start(() =>
        {
            GreenThread.Start(() => Volatile.Write(ref ran, true));
            Assert.True(Busy.Until(() => Volatile.Read(ref ran)), "The other thread starved.");
        }).Join();
        // and the scheduler is as before
        for (int i = 0; i < 100; i++) scheduler.Start(GreenThread.Yield).Join();
        Assert.Single(scheduler.Processors);
        Assert.Equal(0, scheduler.DetachedCount);
    }

    [Fact]
    public void What_a_replaced_carrier_starts_is_run_although_its_slice_goes_on()
    {
        using var scheduler = new Scheduler(1, 4, null);
        scheduler.Start(() =>
        {
            WaitUntilReplaced(scheduler);
            bool ran = false;
            GreenThread.Start(() => Volatile.Write(ref ran, true));
            Assert.True(Busy.Until(() => Volatile.Read(ref ran)), "The other thread starved.");
        }).Join();
    }

    [Fact]
    public void What_a_replaced_carrier_started_before_it_blocks_is_run()
    {
        using var scheduler = new Scheduler(1, 4, null);
        scheduler.Start(() =>
        {
            WaitUntilReplaced(scheduler);
            GreenThread other = GreenThread.Start(static () => { });
            Pinned.Call(() => Assert.True(other.Join(TimeSpan.FromSeconds(20)), "The other thread starved."));
        }).Join();
    }

    // Does not leave its slice until it has been replaced, and the replacement has gone idle again.
    private static void WaitUntilReplaced(Scheduler scheduler)
    {
        bool ran = false;
        GreenThread.Start(() => Volatile.Write(ref ran, true));
        Assert.True(Busy.Until(() => Volatile.Read(ref ran) && scheduler.IdleCount == 1));
    }

    [Fact]
    public void At_the_bound_of_replacements_a_pinned_wait_blocks_its_carrier_and_ends()
    {
        using var scheduler = new Scheduler(1, 0, null);
        scheduler.Start(() => Pinned.Call(() => GreenThread.Sleep(5))).Join();
        GreenThread other = scheduler.Start(() => { });
        Assert.True(other.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, scheduler.DetachedCount);
    }

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Sleeps_are_never_short_and_all_end(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        var threads = new List<GreenThread>();
        for (int i = 0; i < 100; i++)
        {
            int milliseconds = 1 + (i % 20);
            threads.Add(scheduler.Start(() =>
            {
                for (int round = 0; round < 3; round++)
                {
                    long start = Stopwatch.GetTimestamp();
                    GreenThread.Sleep(milliseconds);
                    Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(milliseconds), "Slept too short.");
                }
            }));
        }
        foreach (GreenThread thread in threads) thread.Join();
    }

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void Interrupts_at_random_moments_end_exactly_one_wait_each(int carriers) => Seeds.Each(5, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        const int Interrupts = 50;
        int caught = 0;
        GreenThread thread = scheduler.Start(() =>
        {
            while (Volatile.Read(ref caught) < Interrupts)
            {
                try
                {
                    GreenThread.Sleep(Timeout.Infinite);
                }
                catch (ThreadInterruptedException)
                {
                    Interlocked.Increment(ref caught);
                }
            }
        });
        for (int i = 0; i < Interrupts; i++)
        {
            int before = Volatile.Read(ref caught);
            thread.Interrupt();
            SpinWait.SpinUntil(() => Volatile.Read(ref caught) > before);
            Thread.SpinWait(random.Next(2_000));
        }
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
    });

    [Fact]
    public void Dispose_ends_the_carriers()
    {
        var scheduler = new Scheduler(3, 16, null);
        for (int i = 0; i < 10; i++) scheduler.Start(() => GreenThread.Sleep(1)).Join();
        scheduler.Dispose();
        Assert.True(SpinWait.SpinUntil(() => scheduler.Carriers.Length == 0, TimeSpan.FromSeconds(20)));
    }

    // Two threads that take turns through their permits; any lost wake-up stops both.
    private sealed class Turns
    {
        private int _turn;
        private int _ready;

        internal GreenThread? First { get; set; }

        internal GreenThread? Second { get; set; }

        internal void Play(int player, int rounds, int seed)
        {
            var random = new Random(seed);
            while (Volatile.Read(ref _ready) == 0)
            {
                if (First is not null && Second is not null) Volatile.Write(ref _ready, 1);
                else GreenThread.Yield();
            }
            Continuation other = player == 0 ? Second! : First!;
            for (int round = 0; round < rounds; round++)
            {
                while (Volatile.Read(ref _turn) % 2 != player) Parker.Park(ParkReason.Event);
                switch (random.Next(6))
                {
                    case 0:
                        GreenThread.Yield();
                        break;
                    case 1:
                        Thread.SpinWait(random.Next(200));
                        break;
                }
                Interlocked.Increment(ref _turn);
                other.Unpark();
            }
        }
    }
}
