using GreenThreads.Scheduling;

namespace GreenThreads.Tests.Scheduling;

/// <summary>The bounds that Carrier.Work.cs states: how many slices others may be run before a runnable thread.</summary>
public class FairnessTests
{
    private const int Yielders = 10;

    // The chatty pair and the observer beside the yielders.
    private const int Others = 3;

    [Fact]
    public void Threads_that_wake_each_other_let_the_queue_run_after_sixteen_slices()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var chat = new Chat(scheduler);
        var yielders = new GreenThread<long>[Yielders];
        for (int i = 0; i < yielders.Length; i++)
        {
            yielders[i] = new GreenThread<long>(() =>
            {
                long longest = 0;
                long last = chat.Slices;
                for (int turn = 0; turn < 1000; turn++)
                {
                    GreenThread.Yield();
                    long now = chat.Slices;
                    if (turn != 0) longest = Math.Max(longest, now - last);
                    last = now;
                }
                return longest;
            });
            yielders[i].Schedule(scheduler);
        }
        foreach (GreenThread<long> yielder in yielders) Assert.InRange(yielder.Result, 0, Carrier.MaxSlicesInRing(Yielders + Others));
        chat.End();
    }

    /// <summary>Others that are started later and waited for are always there: without its turn the first one would never run.</summary>
    [Fact]
    public void A_thread_at_the_bottom_of_the_stack_runs_though_newer_ones_are_started_without_end()
    {
        using var scheduler = new Scheduler(1, 16, null);
        bool ran = false;
        GreenThread starter = scheduler.Start(() =>
        {
            GreenThread bottom = GreenThread.Start(() => Volatile.Write(ref ran, true));
            while (!Volatile.Read(ref ran))
            {
                GreenThread below = GreenThread.Start(static () => { });
                GreenThread above = GreenThread.Start(static () => { });
                above.Join();
                below.Join();
            }
            bottom.Join();
        });
        Assert.True(starter.Join(TimeSpan.FromSeconds(30)), "The first thread starved.");
    }

    /// <summary>A tree of threads is gone through branch by branch: level by level all leaves would be alive at a time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_tree_of_threads_has_few_of_them_alive_at_a_time(int carriers)
    {
        const int Leaves = 100_000;
        using var scheduler = new Scheduler(carriers, 16, null);
        int alive = 0;
        int most = 0;
        GreenThread tree = scheduler.Start(() => Grow(Leaves));
        tree.Join();
        Assert.InRange(most, 1, Leaves / 4);

        void Grow(int leaves)
        {
            if (leaves > 1)
            {
                var branches = new GreenThread[10];
                int now = Interlocked.Add(ref alive, branches.Length);
                if (now > most) most = now; // about
                for (int i = 0; i < branches.Length; i++) branches[i] = GreenThread.Start(() => Grow(leaves / 10));
                foreach (GreenThread branch in branches) branch.Join();
            }
            Interlocked.Decrement(ref alive);
        }
    }

    /// <summary>So many joiners are woken bit by bit: each is, on any number of carriers, also beside a chat without end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void All_of_very_many_joiners_are_woken(int carriers)
    {
        const int Joiners = 20_000;
        using var scheduler = new Scheduler(carriers, 16, null);
        var chat = new Chat(scheduler);
        int woken = 0;
        GreenThread gate = scheduler.Start(static () =>
        {
            try
            {
                GreenThread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                // it ends
            }
        });
        var joiners = new GreenThread[Joiners];
        for (int i = 0; i < Joiners; i++)
        {
            joiners[i] = scheduler.Start(() =>
            {
                gate.Join();
                Interlocked.Increment(ref woken);
            });
        }
        foreach (GreenThread joiner in joiners) Assert.True(SpinWait.SpinUntil(() => joiner.State == GreenThreadState.Parked, 30_000));
        gate.Interrupt();
        foreach (GreenThread joiner in joiners) Assert.True(joiner.Join(TimeSpan.FromSeconds(30)), $"{woken} were woken.");
        Assert.Equal(Joiners, woken);
        chat.End();
    }

    [Fact]
    public void A_thread_from_outside_runs_within_the_interval_of_the_global_queue()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var chat = new Chat(scheduler);
        for (int i = 0; i < 200; i++)
        {
            long ran = 0;
            GreenThread outsider = scheduler.Start(() => ran = chat.Slices);
            long started = chat.Slices;
            outsider.Join();
            // the one that is joined may be taken in the very slice in which it was started
            Assert.InRange(ran - started, long.MinValue, Carrier.MaxSlicesInGlobalQueue);
        }
        chat.End();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public void Sleepers_yielders_and_newcomers_all_get_on_beside_a_chat_without_end(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 16, null);
        var chat = new Chat(scheduler);
        GreenThread[] threads =
        [
            .. Enumerable.Range(0, 20).Select(_ => scheduler.Start(static () =>
            {
                for (int i = 0; i < 10; i++) GreenThread.Sleep(1);
            })),
            .. Enumerable.Range(0, 20).Select(_ => scheduler.Start(static () =>
            {
                for (int i = 0; i < 100; i++) GreenThread.Yield();
            })),
            .. Enumerable.Range(0, 20).Select(_ => scheduler.Start(static () =>
            {
                for (int i = 0; i < 20; i++) GreenThread.Start(static () => { }).Join();
            })),
        ];
        foreach (GreenThread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A thread starved.");
        chat.End();
    }

    // Two threads that do nothing but wake each other.
    private sealed class Chat
    {
        private readonly Scheduler _scheduler;
        private readonly GreenThread _first;
        private readonly GreenThread _second;
        private volatile bool _over;

        internal Chat(Scheduler scheduler)
        {
            _scheduler = scheduler;
            GreenThread? second = null;
            _first = scheduler.Start(() =>
            {
                while (Volatile.Read(ref second) is null) GreenThread.Yield();
                Talk(second!);
            });
            _second = new GreenThread(() => Talk(_first));
            Volatile.Write(ref second, _second);
            _second.Schedule(scheduler);
        }

        // Of all threads: each slice but the last of a thread ends with a suspension.
        internal long Slices => _scheduler.ReadCounters().Suspensions;

        internal void End()
        {
            _over = true;
            _first.Join();
            _second.Join();
        }

        private void Talk(GreenThread other)
        {
            while (!_over)
            {
                other.Unpark();
                Parker.Park(ParkReason.Event);
            }
            other.Unpark();
        }
    }
}
