using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using GreenThreads.Tests.Infrastructure;
using GreenThreads.Tests.Net;

namespace GreenThreads.Tests.Twins;

/// <summary>Waiting in memory as the base library offers it: a thousand green threads at once suspend.</summary>
public class WaitCoverageTests
{
    [Fact]
    public void Manual_reset_events()
    {
        using var slim = new ManualResetEventSlim();
        using var handle = new ManualResetEvent(false);
        Crowd.Run(
            i =>
            {
                if (i % 2 == 0) slim.Wait();
                else Assert.True(handle.WaitOne());
            },
            () =>
            {
                Thread.Sleep(20);
                slim.Set();
                handle.Set();
            });
    }

    [Fact]
    public void Auto_reset_events_wake_one_each()
    {
        using var signal = new AutoResetEvent(false);
        int woken = 0;
        Crowd.Run(
            _ =>
            {
                signal.WaitOne();
                Interlocked.Increment(ref woken);
                signal.Set();
            },
            () => signal.Set());
        Assert.Equal(Crowd.Size, woken);
        Assert.True(signal.WaitOne(0));
    }

    [Fact]
    public void Several_handles_at_once()
    {
        using var first = new AutoResetEvent(false);
        using var second = new AutoResetEvent(false);
        using var gate = new ManualResetEvent(false);
        int any = 0;
        Crowd.Run(
            i =>
            {
                if (i % 2 == 0)
                {
                    int index = WaitHandle.WaitAny([first, second]);
                    Interlocked.Increment(ref any);
                    (index == 0 ? second : first).Set();
                }
                else
                {
                    Assert.True(WaitHandle.WaitAll([gate]));
                    Assert.Equal(WaitHandle.WaitTimeout, WaitHandle.WaitAny([new ManualResetEvent(false)], 1));
                }
            },
            () =>
            {
                first.Set();
                gate.Set();
            });
        Assert.Equal(Crowd.Size / 2, any);
    }

    [Fact]
    public void All_of_several_signals_are_taken_together()
    {
        using var a = new AutoResetEvent(false);
        using var b = new AutoResetEvent(false);
        int rounds = 0;
        Crowd.Run(
            _ =>
            {
                Assert.True(WaitHandle.WaitAll([a, b]));
                Interlocked.Increment(ref rounds);
                a.Set();
                GreenThread.Yield();
                b.Set();
            },
            () =>
            {
                a.Set();
                b.Set();
            },
            size: 100);
        Assert.Equal(100, rounds);
    }

    [Fact]
    public void Countdowns()
    {
        using var countdown = new CountdownEvent(Crowd.Size);
        Crowd.Run(_ =>
        {
            countdown.Signal();
            countdown.Wait();
        });
    }

    [Fact]
    public void Barriers()
    {
        int phases = 0;
        using var barrier = new Barrier(Crowd.Size, _ => phases++);
        Crowd.Run(
            _ =>
            {
                for (int i = 0; i < 3; i++)
                {
                    barrier.SignalAndWait();
                    Assert.True(barrier.CurrentPhaseNumber > i);
                }
            });
        Assert.Equal(3, phases);
    }

    [Fact]
    public void A_barrier_is_left_after_a_timeout() => GreenThread.Run(() =>
    {
        using var barrier = new Barrier(2);
        Assert.False(barrier.SignalAndWait(5));
        Assert.Equal(2, barrier.ParticipantsRemaining);
        using var stop = new CancellationTokenSource(5);
        Assert.Throws<OperationCanceledException>(() => barrier.SignalAndWait(stop.Token));
        Assert.Equal(2, barrier.ParticipantsRemaining);
        GreenThread other = GreenThread.Start(() => barrier.SignalAndWait());
        barrier.SignalAndWait();
        other.Join();
        Assert.Equal(1, barrier.CurrentPhaseNumber);
    });

    [Fact]
    public void Blocking_collections()
    {
        using var collection = new BlockingCollection<int>(boundedCapacity: 10);
        long sum = 0;
        Crowd.Run(i =>
        {
            if (i >= Crowd.Size / 2) collection.Add(i);
            else Interlocked.Add(ref sum, collection.Take());
        });
        Assert.Equal(Enumerable.Range(Crowd.Size / 2, Crowd.Size / 2).Sum(), sum);
        Assert.Empty(collection);
    }

    [Fact]
    public void A_completed_collection_ends_its_enumerations_and_takers()
    {
        using var collection = new BlockingCollection<int>();
        int items = 0;
        int refused = 0;
        Crowd.Run(
            i =>
            {
                if (i % 2 == 0)
                {
                    foreach (int _ in collection.GetConsumingEnumerable()) Interlocked.Increment(ref items);
                    return;
                }
                try
                {
                    collection.Take();
                    Interlocked.Increment(ref items);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
            },
            () =>
            {
                for (int i = 0; i < 300; i++) collection.Add(i);
                collection.CompleteAdding();
            });
        Assert.Equal(300, items);
        Assert.InRange(refused, Crowd.Size / 2 - 300, Crowd.Size / 2);
    }

    [Fact]
    public void An_interrupted_taker_takes_nothing()
    {
        using var collection = new BlockingCollection<int>();
        GreenThread taker = GreenThread.Start(() => Assert.Throws<ThreadInterruptedException>(() => collection.Take()));
        GreenThread second = GreenThread.Start(() => Assert.Throws<ThreadInterruptedException>(() => collection.Take()));
        Thread.Sleep(20);
        second.Interrupt();
        second.Join();
        taker.Interrupt();
        taker.Join();
        collection.Add(7);
        Assert.Equal(7, GreenThread.Run(() => collection.Take()));
    }

    [Fact]
    public void Spinning_until_a_condition_holds()
    {
        bool set = false;
        Crowd.Run(
            _ =>
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref set));
                Assert.False(SpinWait.SpinUntil(() => false, 2));
            },
            () => Volatile.Write(ref set, true));
    }

    [Fact]
    public void Polling_sockets()
    {
        TcpPair[] pairs = [.. Enumerable.Range(0, 300).Select(_ => new TcpPair())];
        Crowd.Run(
            i =>
            {
                Socket here = pairs[i].Here;
                if (i % 2 == 0)
                {
                    Assert.False(here.Poll(1000, SelectMode.SelectRead));
                    Assert.True(here.Poll(-1, SelectMode.SelectRead));
                }
                else
                {
                    var read = new List<Socket> { here, pairs[(i + 2) % 300].Here };
                    Socket.Select(read, null, null, -1);
                    Assert.NotEmpty(read);
                }
                Assert.True(here.Poll(-1, SelectMode.SelectWrite));
            },
            () =>
            {
                Thread.Sleep(10);
                foreach (TcpPair pair in pairs) pair.There.Send([1]);
            },
            size: 300);
        foreach (TcpPair pair in pairs) pair.Dispose();
    }

    [Fact]
    public void A_mutex_belongs_to_the_green_thread_that_holds_it()
    {
        using var mutex = new Mutex();
        int inside = 0;
        GreenThread[] threads = [.. Enumerable.Range(0, 20).Select(_ => GreenThread.Start(() =>
        {
            mutex.WaitOne();
            Assert.Equal(1, Interlocked.Increment(ref inside));
            GreenThread.Sleep(1);
            Interlocked.Decrement(ref inside);
            mutex.ReleaseMutex();
        }))];
        foreach (GreenThread thread in threads) thread.Join();
    }

    [Fact]
    public void Processes_with_a_limit_on_time() => Crowd.Run(
        _ =>
        {
            using Process child = Process.Start("sleep", "0.2");
            Assert.False(child.WaitForExit(5));
            Assert.True(child.WaitForExit(30_000));
        },
        size: 30);
}
