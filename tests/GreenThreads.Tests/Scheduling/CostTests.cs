using GreenThreads.Scheduling;

namespace GreenThreads.Tests.Scheduling;

/// <summary>What the steady path costs: real suspensions, no pinned waits, no allocations.</summary>
public class CostTests
{
    // What other threads of the process (the test runner, tiered compilation) may allocate meanwhile.
    private const long NoiseBytes = 64 * 1024;

    [Fact]
    public void Yields_and_parks_suspend_and_do_not_pin()
    {
        using var scheduler = new Scheduler(1, 16, null);
        CarrierCounters before = scheduler.ReadCounters();
        GreenThread first = scheduler.Start(() => Yields(100));
        GreenThread second = scheduler.Start(() =>
        {
            Yields(100);
            GreenThread.Sleep(1);
            first.Join();
            GreenThread.Await(Task.Delay(1, TestContext.Current.CancellationToken));
        });
        second.Join();
        CarrierCounters after = scheduler.ReadCounters();
        Assert.InRange(after.Suspensions - before.Suspensions, 202, 1_000_000);
        Assert.Equal(0, after.PinnedWaits - before.PinnedWaits);
        Assert.Equal(2, after.Started);
        Assert.Equal(2, after.Finished);
    }

    [Fact]
    public void A_wait_below_code_that_is_not_woven_is_counted_as_pinned()
    {
        using var scheduler = new Scheduler(1, 16, null);
        scheduler.Start(() => Infrastructure.Pinned.Call(() => GreenThread.Sleep(1))).Join();
        Assert.Equal(1, scheduler.ReadCounters().PinnedWaits);
    }

    [Fact]
    public void Yields_allocate_nothing()
    {
        using var scheduler = new Scheduler(1, 16, null);
        Assert.InRange(AllocatedBy(scheduler, () => Yields(100_000)), 0, NoiseBytes);
    }

    [Fact]
    public void Parks_and_unparks_allocate_nothing()
    {
        using var scheduler = new Scheduler(1, 16, null);
        Assert.InRange(AllocatedBy(scheduler, () =>
        {
            GreenThread self = GreenThread.Current!;
            bool over = false;
            GreenThread other = GreenThread.Start(() =>
            {
                while (!Volatile.Read(ref over))
                {
                    self.Unpark();
                    Parker.Park(ParkReason.Event);
                }
            });
            for (int i = 0; i < 50_000; i++)
            {
                other.Unpark();
                Parker.Park(ParkReason.Event);
            }
            Volatile.Write(ref over, true);
            other.Unpark();
            other.Join();
        }), 0, NoiseBytes);
    }

    [Fact]
    public void Waits_that_take_turns_allocate_nothing()
    {
        using var scheduler = new Scheduler(1, 16, null);
        Assert.InRange(AllocatedBy(scheduler, () =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                if (YieldsTwice(i) != i + 1) throw new InvalidOperationException();
                if (YieldsDeeper(i) != i + 2) throw new InvalidOperationException();
            }
        }), 0, NoiseBytes);
    }

    private static int YieldsTwice(int number)
    {
        GreenThread.Yield();
        GreenThread.Yield();
        return number + 1;
    }

    private static int YieldsDeeper(int number) => YieldsTwice(number) + 1;

    [Fact]
    public void Sleeps_allocate_nothing()
    {
        using var scheduler = new Scheduler(1, 16, null);
        Assert.InRange(AllocatedBy(scheduler, () =>
        {
            for (int i = 0; i < 100; i++) GreenThread.Sleep(1);
        }), 0, NoiseBytes);
    }

    [Fact]
    public void A_hundred_thousand_sleepers_all_wake()
    {
        using var scheduler = new Scheduler(2, 16, null);
        const int Count = 100_000;
        var threads = new GreenThread[Count];
        for (int i = 0; i < Count; i++) threads[i] = scheduler.Start(static () => GreenThread.Sleep(200));
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal(0, scheduler.ReadCounters().PinnedWaits);
        Assert.Equal(0, scheduler.TimerCount);
    }

    private static void Yields(int count)
    {
        for (int i = 0; i < count; i++) GreenThread.Yield();
    }

    // On a green thread, the second time: the first makes what is made once (frame classes, arrays of the timers).
    private static long AllocatedBy(Scheduler scheduler, Action body)
    {
        scheduler.Start(body).Join();
        long bytes = 0;
        scheduler.Start(() =>
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            body();
            bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        }).Join();
        return bytes;
    }
}
