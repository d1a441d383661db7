using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Locks;

/// <summary>The lock itself: who gets it when, what ends a wait for it, what it costs.</summary>
public class GreenLockTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    private static void UntilParked(GreenThread thread)
    {
        Assert.True(SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked, s_bound), $"The thread is {thread.State}.");
    }

    [Fact]
    public void It_belongs_to_the_green_thread_and_not_to_its_carrier()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var gate = new GreenLock();
        GreenThread owner = scheduler.Start(() =>
        {
            gate.Enter();
            GreenThread.Sleep(20);
            Assert.True(gate.IsHeldByCurrentThread);
            gate.Exit();
        });
        UntilParked(owner);
        GreenThread other = scheduler.Start(() =>
        {
            Assert.False(gate.IsHeldByCurrentThread);
            Assert.False(gate.TryEnter());
            Assert.Throws<SynchronizationLockException>(gate.Exit);
        });
        other.Join();
        owner.Join();
        Assert.Equal(0, scheduler.ReadCounters().PinnedWaits);
    }

    [Fact]
    public void It_belongs_to_the_green_thread_below_code_that_is_not_woven_too()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var gate = new GreenLock();
        scheduler.Start(() =>
        {
            gate.Enter();
            Pinned.Call(() =>
            {
                Assert.True(gate.IsHeldByCurrentThread);
                gate.Enter();
            });
            GreenThread.Yield();
            gate.Exit();
            gate.Exit();
            Assert.False(gate.IsHeldByCurrentThread);
        }).Join();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Those_who_wait_enter_in_order_of_arrival(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 16, null);
        var gate = new GreenLock();
        var order = new List<int>();
        var threads = new List<GreenThread>();
        GreenThread.Run(() => { });
        gate.Enter();
        for (int i = 0; i < 20; i++)
        {
            int number = i;
            threads.Add(scheduler.Start(() =>
            {
                gate.Enter();
                order.Add(number);
                GreenThread.Yield();
                gate.Exit();
            }));
            UntilParked(threads[i]);
        }
        gate.Exit();
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sections_that_wait_take_turns(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 16, null);
        var gate = new GreenLock();
        var order = new List<int>();
        int ready = 0;
        GreenThread[] threads = [.. Enumerable.Range(0, 4).Select(number => scheduler.Start(() =>
        {
            Interlocked.Increment(ref ready);
            while (Volatile.Read(ref ready) < 4) GreenThread.Yield();
            for (int i = 0; i < 50; i++)
            {
                gate.Enter();
                order.Add(number);
                GreenThread.Sleep(1);
                gate.Exit();
            }
        }))];
        foreach (GreenThread thread in threads) thread.Join();
        // nobody came twice before another one that waited, but for the start and the end
        int[] lastAt = [.. Enumerable.Range(0, 4).Select(n => order.IndexOf(n))];
        int longest = 0;
        for (int at = 0; at < 150; at++)
        {
            longest = Math.Max(longest, at - lastAt[order[at]]);
            lastAt[order[at]] = at;
        }
        Assert.InRange(longest, 1, 8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void One_who_enters_again_and_again_does_not_keep_others_out(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 16, null);
        var gate = new GreenLock();
        bool over = false;
        gate.Enter();
        GreenThread waiter = scheduler.Start(() =>
        {
            gate.Enter();
            over = true;
            gate.Exit();
        });
        UntilParked(waiter);
        gate.Exit();
        long sections = 0;
        GreenThread greedy = scheduler.Start(() =>
        {
            while (true)
            {
                gate.Enter();
                bool isOver = over;
                gate.Exit();
                if (isOver) return;
                sections++;
            }
        });
        Assert.True(greedy.Join(s_bound), $"The other one did not get the lock in {sections} sections.");
        waiter.Join();
    }

    [Fact]
    public void A_wait_for_it_ends_when_its_time_has_passed()
    {
        using var scheduler = new Scheduler(2, 16, null);
        var gate = new GreenLock();
        gate.Enter();
        Assert.False(scheduler.Start(() => gate.TryEnter(5)).AsTask().IsFaulted);
        GreenThread timed = scheduler.Start(() =>
        {
            Assert.False(gate.TryEnter(5));
            Assert.False(gate.TryEnter(TimeSpan.FromMilliseconds(5)));
            Assert.False(gate.TryEnter(0));
            Assert.Throws<ArgumentOutOfRangeException>(() => gate.TryEnter(-2));
        });
        timed.Join();
        gate.Exit();
        scheduler.Start(() => Assert.True(gate.TryEnter(5))).Join();
    }

    [Fact]
    public void An_interrupt_ends_the_wait_for_it_and_the_next_one_gets_it()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var gate = new GreenLock();
        gate.Enter();
        GreenThread first = scheduler.Start(() => Assert.Throws<ThreadInterruptedException>(gate.Enter));
        UntilParked(first);
        GreenThread second = scheduler.Start(() =>
        {
            gate.Enter();
            gate.Exit();
        });
        UntilParked(second);
        first.Interrupt();
        first.Join();
        gate.Exit();
        Assert.True(second.Join(s_bound), "The lock was lost.");
    }

    [Fact]
    public void An_interrupt_of_a_wait_for_a_pulse_comes_with_the_lock()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var gate = new GreenLock();
        GreenThread waiter = scheduler.Start(() =>
        {
            gate.Enter();
            gate.Enter();
            Assert.Throws<ThreadInterruptedException>(() => gate.WaitForPulse(Deadline.Never));
            Assert.True(gate.IsHeldByCurrentThread);
            gate.Exit();
            gate.Exit();
            Assert.False(gate.IsHeldByCurrentThread);
        });
        UntilParked(waiter);
        gate.Enter();
        waiter.Interrupt();
        Assert.True(SpinWait.SpinUntil(() => waiter.Status is { IsParked: true, Reason: ParkReason.LockReacquire }, s_bound), "It does not wait for the lock.");
        gate.Exit();
        waiter.Join();
    }

    [Fact]
    public void A_pulsed_thread_that_is_interrupted_keeps_the_pulse_and_the_interrupt()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var gate = new GreenLock();
        GreenThread waiter = scheduler.Start(() =>
        {
            gate.Enter();
            Assert.True(gate.WaitForPulse(Deadline.Never));
            gate.Exit();
            Assert.Throws<ThreadInterruptedException>(() => GreenThread.Sleep(Timeout.Infinite));
        });
        UntilParked(waiter);
        gate.Enter();
        gate.Pulse(all: false);
        waiter.Interrupt();
        gate.Exit();
        waiter.Join();
    }

    [Fact]
    public void Released_altogether_it_comes_back_as_often_as_it_was_entered()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var gate = new GreenLock();
        scheduler.Start(() =>
        {
            gate.Enter();
            gate.Enter();
            int recursion = gate.ReleaseAll();
            Assert.False(gate.IsHeldByCurrentThread);
            GreenThread other = GreenThread.Start(() =>
            {
                gate.Enter();
                GreenThread.Sleep(5);
                gate.Exit();
            });
            while (other.State != GreenThreadState.Parked) GreenThread.Yield();
            gate.Reacquire(recursion);
            gate.Exit();
            Assert.True(gate.IsHeldByCurrentThread);
            gate.Exit();
            Assert.Throws<SynchronizationLockException>(() => gate.ReleaseAll());
        }).Join();
    }

    [Fact]
    public void Without_contention_nothing_is_allocated()
    {
        var gate = new GreenLock();
        Assert.InRange(Allocations.Of(1, measure => measure(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                gate.Enter();
                gate.Exit();
                if (gate.TryEnter()) gate.Exit();
                using (gate.EnterScope())
                {
                }
            }
        })), 0, Allocations.NoiseBytes);
    }

    [Fact]
    public void With_contention_nothing_is_allocated_on_the_steady_path()
    {
        var gate = new GreenLock();
        Assert.InRange(Allocations.Of(2, measure => measure(() =>
        {
            GreenThread other = GreenThread.Start(() => Sections(gate));
            Sections(gate);
            other.Join();
        })), 0, Allocations.NoiseBytes);
    }

    private static void Sections(GreenLock gate)
    {
        for (int i = 0; i < 100_000; i++)
        {
            gate.Enter();
            gate.Exit();
        }
    }

    [Fact]
    public void Waits_and_pulses_allocate_nothing_on_the_steady_path()
    {
        var gate = new GreenLock();
        Assert.InRange(Allocations.Of(1, measure => measure(() =>
        {
            GreenThread other = GreenThread.Start(() => PingPong(gate));
            PingPong(gate);
            other.Join();
        })), 0, Allocations.NoiseBytes);
    }

    private static void PingPong(GreenLock gate)
    {
        gate.Enter();
        for (int i = 0; i < 20_000; i++)
        {
            gate.Pulse(all: false);
            gate.WaitForPulse(Deadline.After(1000, "time"));
        }
        gate.Pulse(all: false);
        gate.Exit();
    }
}
