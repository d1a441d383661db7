using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>Sleep and join, whose condition the carrier tests: what ends them, what does not, what they cost.</summary>
public class WaitsOfTheCarrierTests
{
    [Fact]
    public void A_stray_unpark_ends_neither_a_sleep_nor_a_join()
    {
        using var scheduler = new Scheduler(2, 16, null);
        bool slept = false;
        GreenThread sleeper = scheduler.Start(() =>
        {
            GreenThread.Sleep(50);
            slept = true;
        });
        bool joined = false;
        GreenThread joiner = scheduler.Start(() =>
        {
            sleeper.Join();
            joined = slept;
        });
        while (sleeper.State != GreenThreadState.Done)
        {
            sleeper.Unpark();
            joiner.Unpark();
        }
        joiner.Join();
        Assert.True(joined);
        Assert.Equal(0, scheduler.TimerCount);
    }

    [Fact]
    public void An_interrupt_ends_a_sleep_for_ever_and_a_join()
    {
        using var scheduler = new Scheduler(1, 16, null);
        GreenThread sleeper = scheduler.Start(static () => GreenThread.Sleep(Timeout.Infinite));
        GreenThread joiner = scheduler.Start(sleeper.Join);
        SpinWait.SpinUntil(() => joiner.State == GreenThreadState.Parked);
        joiner.Interrupt();
        Assert.Throws<ThreadInterruptedException>(joiner.Join);
        sleeper.Interrupt();
        Assert.Throws<ThreadInterruptedException>(sleeper.Join);
    }

    [Fact]
    public void A_join_throws_in_its_caller_what_the_joined_thread_threw_later()
    {
        using var scheduler = new Scheduler(1, 16, null);
        GreenThread failing = scheduler.Start(static () =>
        {
            GreenThread.Yield();
            throw new FormatException("later");
        });
        string? caught = null;
        scheduler.Start(() =>
        {
            try
            {
                failing.Join();
            }
            catch (FormatException exception)
            {
                caught = exception.Message;
            }
        }).Join();
        Assert.Equal("later", caught);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_joiner_of_many_is_woken_whenever_the_end_comes(int carriers) => Seeds.Each(20, (random, _) =>
    {
        using var scheduler = new Scheduler(carriers, 16, null);
        const int Joiners = 200;
        int yields = random.Next(100);
        GreenThread ending = scheduler.Start(() =>
        {
            for (int i = 0; i < yields; i++) GreenThread.Yield();
        });
        var joiners = new GreenThread[Joiners];
        for (int i = 0; i < joiners.Length; i++) joiners[i] = scheduler.Start(ending.Join);
        Task[] tasks = [.. Enumerable.Range(0, 20).Select(_ => ending.AsTask())];
        foreach (GreenThread joiner in joiners) joiner.Join();
        Task.WaitAll(tasks);
    });

    [Fact]
    public void A_thread_parked_three_calls_deep_takes_at_most_220_bytes()
    {
        const int Threads = 100_000;
        using var scheduler = new Scheduler(2, 16, null);
        GreenThread gate = scheduler.Start(SleepUntilInterrupted);
        Func<int> body = () => First(gate, 1);
        var threads = new GreenThread[Threads];
        var first = new GreenThread[1000];
        Park(scheduler, gate, body, first); // frame classes, chunks of the registry
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Park(scheduler, gate, body, threads);
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        gate.Interrupt();
        Assert.InRange((double)bytes / Threads, 100, 220);
        foreach (GreenThread thread in first) thread.Join();
        foreach (GreenThread thread in threads) thread.Join();
    }

    // Ends without an exception, which each of those who join would get.
    private static void SleepUntilInterrupted()
    {
        try
        {
            GreenThread.Sleep(Timeout.Infinite);
        }
        catch (ThreadInterruptedException)
        {
        }
    }

    [NotWoven]
    private static void Park(Scheduler scheduler, GreenThread gate, Func<int> body, GreenThread[] threads)
    {
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow(); // the test runner's context would be kept with each
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new GreenThread<int>(body);
            threads[i].Schedule(scheduler);
        }
        foreach (GreenThread thread in threads) SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
        GC.KeepAlive(gate);
    }

    private static int First(GreenThread gate, int number) => Second(gate, number) + number;

    private static int Second(GreenThread gate, int number) => Third(gate, number) + number;

    private static int Third(GreenThread gate, int number)
    {
        try
        {
            gate.Join();
        }
        catch (ThreadInterruptedException)
        {
            return number;
        }
        return -number;
    }
}
