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
