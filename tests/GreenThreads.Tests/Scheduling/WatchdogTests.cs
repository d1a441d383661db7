using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>What the watchdog knows of other OS threads, and what it makes of it.</summary>
public class WatchdogTests
{
    [Fact]
    public void A_thread_that_computes_wants_to_run_and_one_that_sleeps_does_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The system says so in /proc.");
        int busy = 0;
        int asleep = 0;
        bool stop = false;
        using var wake = new ManualResetEvent(false);
        var computes = new Thread(() =>
        {
            Volatile.Write(ref busy, ThreadClock.CurrentThread());
            while (!Volatile.Read(ref stop))
            {
            }
        });
        var sleeps = new Thread(() =>
        {
            Volatile.Write(ref asleep, ThreadClock.CurrentThread());
            wake.WaitOne();
        });
        computes.Start();
        sleeps.Start();
        try
        {
            Assert.True(Busy.Until(() => Volatile.Read(ref busy) != 0 && Volatile.Read(ref asleep) != 0));
            Assert.True(Busy.Until(() => ThreadClock.WantsToRun(busy) && !ThreadClock.WantsToRun(asleep)));
            long used = ThreadClock.CpuTime(busy);
            Assert.True(Busy.Until(() => ThreadClock.CpuTime(busy) > used + 5_000_000));
        }
        finally
        {
            Volatile.Write(ref stop, true);
            wake.Set();
            computes.Join();
            sleeps.Join();
        }
        Assert.True(Busy.Until(() => ThreadClock.CpuTime(busy) == -1 && !ThreadClock.WantsToRun(busy)));
    }

    /// <summary>
    /// Slices of 2 ms of processor time each, on a machine that is much too busy: they last far longer than the watchdog's
    /// period, but no other carrier could do better.
    /// </summary>
    [Fact]
    public void Carriers_that_the_system_does_not_let_run_are_not_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The system says so in /proc.");
        bool stop = false;
        var load = new Thread[8 * Environment.ProcessorCount];
        for (int i = 0; i < load.Length; i++)
        {
            load[i] = new Thread(() =>
            {
                while (!Volatile.Read(ref stop))
                {
                }
            });
            load[i].Start();
        }
        long started;
        try
        {
            using var scheduler = new Scheduler(1, 16, null);
            long before = Scheduler.CountAllCarriersStarted();
            GreenThread[] threads = [.. Enumerable.Range(0, 3).Select(_ => scheduler.Start(static () =>
            {
                for (int slice = 0; slice < 20; slice++)
                {
                    Compute(2_000_000);
                    GreenThread.Yield();
                }
            }))];
            foreach (GreenThread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(40)), "The threads do not get on.");
            started = Scheduler.CountAllCarriersStarted() - before;
        }
        finally
        {
            Volatile.Write(ref stop, true);
            foreach (Thread thread in load) thread.Join();
        }
        // one, and a few for looks at moments when a carrier was waiting for a lock or for the collector
        Assert.InRange(started, 1, 5);
    }

    // Of the processor's time, in nanoseconds.
    private static void Compute(long nanoseconds)
    {
        int self = ThreadClock.CurrentThread();
        long end = ThreadClock.CpuTime(self) + nanoseconds;
        while (ThreadClock.CpuTime(self) < end)
        {
        }
    }
}
