using System.Diagnostics.Tracing;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>Carriers that block are replaced; also beyond the bound, one by one, while threads wait.</summary>
public class CompensationTests
{
    private const int Carriers = 4;
    private const int Bound = 32;
    private const int Threads = 100;

    [Fact]
    public void Pinned_threads_that_all_wait_for_the_last_one_get_on_beyond_the_bound()
    {
        using var listener = new Listener();
        using var scheduler = new Scheduler(Carriers, Bound, null);
        long unreplaced = GreenThreadDiagnostics.Counters.UnreplacedWaits;
        long beyond = GreenThreadDiagnostics.Counters.CarriersBeyondBound;
        var turn = new GreenSemaphore[Threads + 1];
        for (int i = 0; i < turn.Length; i++) turn[i] = new GreenSemaphore(0);
        turn[Threads].Release(); // the last one need not wait, but has to be run
        var threads = new GreenThread[Threads];
        for (int i = 0; i < Threads; i++)
        {
            int index = i;
            threads[i] = scheduler.Start(() => Pinned.Call(() =>
            {
                turn[index + 1].Wait();
                turn[index].Release();
            }));
        }
        turn[0].Wait();
        foreach (GreenThread thread in threads) thread.Join();
        Assert.True(GreenThreadDiagnostics.Counters.UnreplacedWaits > unreplaced);
        Assert.True(GreenThreadDiagnostics.Counters.CarriersBeyondBound > beyond);
        Assert.True(listener.Has(nameof(GreenThreadEventSource.ReplacementsExhausted)));
        Assert.True(listener.Has(nameof(GreenThreadEventSource.CarrierBeyondBound)));
        Assert.True(SpinWait.SpinUntil(() => scheduler.DetachedCount == 0 && scheduler.Carriers.Length <= Carriers, 20_000));
    }

    [Fact, HangBound(180)]
    public void Thousands_of_pinned_threads_that_wait_for_one_another_get_on_at_the_default_bound()
    {
        const int Pairs = 1000;
        int bound = new GreenThreadOptions().MaxReplacements;
        Assert.Equal(256, bound);
        using var listener = new Listener();
        using var scheduler = new Scheduler(Carriers, bound, null);
        long unreplaced = GreenThreadDiagnostics.Counters.UnreplacedWaits;
        long beyond = GreenThreadDiagnostics.Counters.CarriersBeyondBound;
        GreenSemaphore[] asked = [.. Enumerable.Range(0, Pairs).Select(static _ => new GreenSemaphore(0))];
        GreenSemaphore[] answered = [.. Enumerable.Range(0, Pairs).Select(static _ => new GreenSemaphore(0))];
        int done = 0;
        // All of the first kind come first, and each waits for one that is queued behind them all.
        GreenThread[] threads =
        [
            .. Enumerable.Range(0, Pairs).Select(i => scheduler.Start(() => Pinned.Call(() =>
            {
                asked[i].Release();
                answered[i].Wait();
                Interlocked.Increment(ref done);
            }))),
            .. Enumerable.Range(0, Pairs).Select(i => scheduler.Start(() => Pinned.Call(() =>
            {
                asked[i].Wait();
                answered[i].Release();
            }))),
        ];
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal(Pairs, done);
        Assert.True(GreenThreadDiagnostics.Counters.UnreplacedWaits > unreplaced);
        Assert.True(GreenThreadDiagnostics.Counters.CarriersBeyondBound > beyond);
        Assert.True(listener.Has(nameof(GreenThreadEventSource.ReplacementsExhausted)));
        Assert.True(listener.Has(nameof(GreenThreadEventSource.CarrierBeyondBound)));
    }

    [Fact]
    public void Carriers_that_stood_in_for_blocked_ones_end_when_nothing_has_needed_them_for_a_while()
    {
        using var scheduler = new Scheduler(2, Bound, null);
        for (int round = 0; round < 2; round++)
        {
            using var blocked = new CountdownEvent(5);
            using var release = new ManualResetEventSlim();
            GreenThread[] threads = [.. Enumerable.Range(0, 5).Select(_ => scheduler.Start(() => Pinned.Call(() =>
            {
                blocked.Signal();
                release.Wait();
            })))];
            Assert.True(blocked.Wait(20_000));
            Assert.True(scheduler.Carriers.Length >= 5);
            release.Set();
            foreach (GreenThread thread in threads) thread.Join();
            Assert.True(SpinWait.SpinUntil(() => scheduler.Carriers.Length <= 2, 20_000), $"{scheduler.Carriers.Length} carriers");
        }
        Assert.True(scheduler.Start(static () => { }).Join(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Waiting_for_the_lock_of_a_pinned_owner_lets_the_one_that_it_waits_for_run()
    {
        using var scheduler = new Scheduler(2, Bound, null);
        object shared = Shared.Object;
        var release = new GreenSemaphore(0);
        int inside = 0;
        GreenThread owner = scheduler.Start(() =>
        {
            lock (shared) Pinned.Call(() => release.Wait());
        });
        GreenThread[] contenders = [.. Enumerable.Range(0, 20).Select(_ => scheduler.Start(() =>
        {
            lock (shared) inside++;
        }))];
        GreenThread releaser = scheduler.Start(() => release.Release());
        releaser.Join();
        owner.Join();
        foreach (GreenThread contender in contenders) contender.Join();
        Assert.Equal(contenders.Length, inside);
    }

    [Fact]
    public void A_contended_lock_statement_hands_the_queue_over_at_once()
    {
        using var scheduler = new Scheduler(1, Bound, null);
        object shared = Shared.Object;
        for (int round = 0; round < 20; round++)
        {
            bool ran = false;
            GreenThread contender;
            lock (shared) // by this OS thread
            {
                contender = scheduler.Start(() =>
                {
                    GreenThread.Start(() => Volatile.Write(ref ran, true));
                    lock (shared)
                    {
                    }
                });
                Assert.True(Busy.Until(() => Volatile.Read(ref ran)));
                Assert.Single(scheduler.Processors); // handed over; the watchdog would have made another one
            }
            contender.Join();
        }
    }

    [Fact]
    public void A_contended_scope_of_a_lock_hands_the_queue_over_at_once()
    {
        using var scheduler = new Scheduler(1, Bound, null);
        Lock shared = Shared.Lock;
        bool ran = false;
        GreenThread contender;
        lock (shared) // by this OS thread
        {
            contender = scheduler.Start(() =>
            {
                GreenThread.Start(() => Volatile.Write(ref ran, true));
                lock (shared)
                {
                    lock (shared)
                    {
                    }
                }
            });
            Assert.True(Busy.Until(() => Volatile.Read(ref ran)));
            Assert.Single(scheduler.Processors);
        }
        contender.Join();
    }

    [Fact]
    public void A_lock_statement_throws_what_the_plain_one_throws() => GreenThread.Run(() =>
    {
        object? nothing = Shared.Nothing;
        Assert.Throws<ArgumentNullException>(() =>
        {
            lock (nothing!)
            {
            }
        });
    });

    // Not private, and not made by woven code: anybody might lock them.
    [NotWoven]
    internal static class Shared
    {
        public static object Object => typeof(Shared);

        public static Lock Lock { get; } = new();

        public static object? Nothing { get; set; }
    }

    private sealed class Listener : EventListener
    {
        private readonly HashSet<string> _seen = [];

        internal bool Has(string name)
        {
            lock (_seen) return _seen.Contains(name);
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "GreenThreads") EnableEvents(eventSource, EventLevel.Warning);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (_seen is null || eventData.EventName is null) return;
            lock (_seen) _seen.Add(eventData.EventName);
        }
    }
}
