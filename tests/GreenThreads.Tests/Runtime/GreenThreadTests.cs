using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Runtime;

/// <summary>Start, join, results, exceptions, names, states.</summary>
public class GreenThreadTests
{
    [Fact]
    public void Run_returns_the_result_of_the_body() => Assert.Equal(42, GreenThread.Run(() => 42));

    [Fact]
    public void Run_returns_references_and_large_structs()
    {
        Assert.Equal("text", GreenThread.Run(() => "text"));
        Assert.Equal((1L, "two", 3.0), GreenThread.Run(() => (1L, "two", 3.0)));
        Assert.Null(GreenThread.Run(string? () => null));
    }

    [Fact]
    public void Join_from_a_green_thread_waits_for_the_end()
    {
        int sum = GreenThread.Run(() =>
        {
            var threads = new List<GreenThread<int>>();
            for (int i = 0; i < 50; i++)
            {
                int number = i;
                threads.Add(GreenThread.Start(() =>
                {
                    GreenThread.Yield();
                    return number;
                }));
            }
            int total = 0;
            foreach (GreenThread<int> thread in threads) total += thread.Result;
            return total;
        });
        Assert.Equal(1225, sum);
    }

    [Fact]
    public void Join_rethrows_what_the_body_threw_at_each_call()
    {
        GreenThread thread = GreenThread.Start(() => throw new InvalidDataException("broken"));
        for (int i = 0; i < 2; i++)
        {
            var exception = Assert.Throws<InvalidDataException>(thread.Join);
            Assert.Equal("broken", exception.Message);
            Assert.Contains(nameof(Join_rethrows_what_the_body_threw_at_each_call), exception.StackTrace);
        }
    }

    [Fact]
    public void Result_rethrows_what_the_body_threw()
    {
        GreenThread<int> thread = GreenThread.Start(int () => throw new FormatException("bad"));
        Assert.Throws<FormatException>(() => thread.Result);
    }

    [Fact]
    public void Join_with_a_timeout_says_whether_the_thread_has_ended()
    {
        using var gate = new ManualResetEventSlim();
        GreenThread thread = GreenThread.Start(gate.Wait);
        Assert.False(thread.Join(TimeSpan.FromMilliseconds(20)));
        Assert.False(thread.Join(TimeSpan.Zero));
        gate.Set();
        Assert.True(thread.Join(Timeout.InfiniteTimeSpan));
        Assert.True(thread.Join(TimeSpan.Zero));
    }

    [Fact]
    public void Join_of_oneself_is_refused()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => GreenThread.Run(() => GreenThread.Current!.Join()));
        Assert.Contains("its own end", exception.Message);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    public void Negative_times_are_refused_with_their_value(int milliseconds)
    {
        var sleep = Assert.Throws<ArgumentOutOfRangeException>(() => GreenThread.Sleep(milliseconds));
        Assert.Equal(milliseconds, sleep.ActualValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => GreenThread.Sleep(TimeSpan.FromMilliseconds(milliseconds)));
        GreenThread thread = GreenThread.Start(() => { });
        Assert.Throws<ArgumentOutOfRangeException>(() => thread.Join(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.Throws<ArgumentOutOfRangeException>(() => thread.Join(TimeSpan.FromDays(25)));
    }

    [Fact]
    public void Null_bodies_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => GreenThread.Start((Action)null!));
        Assert.Throws<ArgumentNullException>(() => GreenThread.Start((Func<int>)null!));
        Assert.Throws<ArgumentNullException>(() => GreenThread.Run((Action)null!));
        Assert.Throws<ArgumentNullException>(() => GreenThread.Await((Task)null!));
        Assert.Throws<ArgumentNullException>(() => GreenThread.Offload((Func<int>)null!));
    }

    [Fact]
    public void Current_is_the_running_thread_and_null_outside()
    {
        Assert.Null(GreenThread.Current);
        GreenThread? inside = null;
        GreenThread thread = GreenThread.Start(() => inside = GreenThread.Current);
        thread.Join();
        Assert.Same(thread, inside);
        Assert.Null(GreenThread.Current);
    }

    [Fact]
    public void Ids_differ_and_names_are_kept()
    {
        GreenThread first = GreenThread.Start(() => { });
        GreenThread second = GreenThread.Start(() => { });
        Assert.NotEqual(first.Id, second.Id);
        Assert.Null(first.Name);
        first.Name = "worker";
        first.Join();
        second.Join();
        Assert.Equal("worker", first.Name);
    }

    [Fact]
    public void State_follows_the_thread()
    {
        bool open = false;
        bool running = false;
        GreenThread thread = GreenThread.Start(() =>
        {
            Volatile.Write(ref running, true);
            Busy.Until(() => Volatile.Read(ref open));
            GreenThread.Sleep(Timeout.Infinite);
        });
        SpinWait.SpinUntil(() => Volatile.Read(ref running));
        Assert.Equal(GreenThreadState.Running, thread.State);
        Volatile.Write(ref open, true);
        SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
        Assert.Equal(ParkReason.Sleep, thread.Status.Reason);
        thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(thread.Join);
        Assert.Equal(GreenThreadState.Done, thread.State);
    }

    [Fact]
    public void Interrupt_before_the_wait_ends_the_next_wait()
    {
        bool open = false;
        GreenThread thread = GreenThread.Start(() =>
        {
            Busy.Until(() => Volatile.Read(ref open));
            GreenThread.Yield();
            Assert.Throws<ThreadInterruptedException>(() => GreenThread.Sleep(Timeout.Infinite));
            GreenThread.Sleep(1);
        });
        thread.Interrupt();
        Volatile.Write(ref open, true);
        thread.Join();
    }

    [Fact]
    public async Task AsTask_completes_with_the_thread()
    {
        Assert.Equal(7, await GreenThread.Start(() => 7).AsTask());
        await GreenThread.Start(() => { }).AsTask();
        await Assert.ThrowsAsync<FormatException>(() => GreenThread.Start(() => throw new FormatException()).AsTask());
        GreenThread ended = GreenThread.Start(() => { });
        ended.Join();
        await ended.AsTask();
    }

    [Fact]
    public void Many_joiners_all_wake()
    {
        using var gate = new ManualResetEventSlim();
        GreenThread target = GreenThread.Start(gate.Wait);
        int woken = 0;
        var joiners = new List<GreenThread>();
        for (int i = 0; i < 20; i++)
        {
            joiners.Add(GreenThread.Start(() =>
            {
                target.Join();
                Interlocked.Increment(ref woken);
            }));
        }
        foreach (GreenThread joiner in joiners) SpinWait.SpinUntil(() => joiner.State == GreenThreadState.Parked);
        gate.Set();
        foreach (GreenThread joiner in joiners) joiner.Join();
        Assert.Equal(20, woken);
    }

    [Fact]
    public void An_exception_that_nobody_observes_is_reported()
    {
        string marker = Guid.NewGuid().ToString();
        using var reported = new ManualResetEventSlim();
        void OnUnobserved(object? sender, UnobservedGreenThreadExceptionEventArgs args)
        {
            if (args.Exception.Message == marker && sender is GreenThread) reported.Set();
        }
        GreenThread.UnobservedException += OnUnobserved;
        try
        {
            using var ended = new CountdownEvent(20);
            for (int i = 0; i < 20; i++) StartFailing(marker, ended);
            ended.Wait();
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return reported.IsSet;
                },
                TimeSpan.FromSeconds(30)));
        }
        finally
        {
            GreenThread.UnobservedException -= OnUnobserved;
        }
    }

    [Fact]
    public void A_handler_of_unobserved_exceptions_without_memory_is_asked_a_few_times_only()
    {
        const int Threads = 20;
        string marker = Guid.NewGuid().ToString();
        int reports = 0;
        void OnUnobserved(object? sender, UnobservedGreenThreadExceptionEventArgs args)
        {
            if (args.Exception.Message != marker) return;
            Interlocked.Increment(ref reports);
            throw new OutOfMemoryException();
        }
        GreenThread.UnobservedException += OnUnobserved;
        try
        {
            using var ended = new CountdownEvent(Threads);
            for (int i = 0; i < Threads; i++) StartFailing(marker, ended);
            ended.Wait();
            for (int i = 0; i < 3 * Failure.MaxReports; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            Assert.InRange(reports, Failure.MaxReports, Threads * Failure.MaxReports);
        }
        finally
        {
            GreenThread.UnobservedException -= OnUnobserved;
        }
    }

    private static void StartFailing(string marker, CountdownEvent ended) => GreenThread.Start(() =>
    {
        ended.Signal();
        throw new InvalidOperationException(marker);
    });
}
