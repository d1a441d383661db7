using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Locks;

/// <summary>Mutual exclusion holds for any mixture of threads and ways to lock, and every thread gets its turn.</summary>
public class LockStressTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Mutual_exclusion_holds_for_any_mixture_of_threads(int carriers) => Seeds.Each(6, (random, _) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var section = new Section();
        int green = random.Next(2, 12);
        int plain = random.Next(0, 4);
        var threads = new List<GreenThread>();
        var osThreads = new List<Thread>();
        var greenOnes = new List<GreenThread>();
        for (int i = 0; i < green; i++)
        {
            int seed = random.Next();
            bool isPinned = random.Next(4) == 0;
            GreenThread thread = scheduler.Start(() =>
            {
                if (isPinned) Pinned.Call(() => Hammer(section, new Random(seed), greenOnes));
                else Hammer(section, new Random(seed), greenOnes);
            });
            threads.Add(thread);
        }
        lock (greenOnes) greenOnes.AddRange(threads);
        for (int i = 0; i < plain; i++)
        {
            int seed = random.Next();
            var thread = new Thread(() => Hammer(section, new Random(seed), greenOnes));
            thread.Start();
            osThreads.Add(thread);
        }
        foreach (GreenThread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A thread never got the lock.");
        foreach (Thread thread in osThreads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "An OS thread never got the lock.");
        section.AssertSound();
    });

    private static void Hammer(Section section, Random random, List<GreenThread> greenOnes)
    {
        for (int i = 0; i < 60; i++)
        {
            try
            {
                if (random.Next(12) == 0) InterruptOne(random, greenOnes);
                section.Visit(random);
                if (random.Next(4) == 0) GreenThread.Yield();
            }
            catch (ThreadInterruptedException)
            {
                // of a wait to enter or in the section: both leave the lock as they should
            }
        }
    }

    private static void InterruptOne(Random random, List<GreenThread> greenOnes)
    {
        GreenThread? chosen = null;
        lock (greenOnes)
        {
            if (greenOnes.Count > 0) chosen = greenOnes[random.Next(greenOnes.Count)];
        }
        chosen?.Interrupt();
    }

    /// <summary>The same object locked in all ways; the field is private, so its locks are green.</summary>
    private sealed class Section
    {
        private readonly object _gate = new();
        private int _inside;
        private int _violations;
        private int _entered;
        private int _counted;

        internal void Visit(Random random)
        {
            switch (random.Next(6))
            {
                case 0:
                    if (Monitor.TryEnter(_gate)) InsideAndExit(random);
                    break;
                case 1:
                    if (Monitor.TryEnter(_gate, random.Next(3))) InsideAndExit(random);
                    break;
                case 2:
                    lock (_gate)
                    {
                        lock (_gate) Inside(random);
                        if (!Monitor.IsEntered(_gate)) Interlocked.Increment(ref _violations);
                    }
                    break;
                case 3:
                    lock (_gate)
                    {
                        Monitor.Wait(_gate, random.Next(2));
                        Inside(random);
                        Monitor.Pulse(_gate);
                    }
                    break;
                default:
                    lock (_gate) Inside(random);
                    break;
            }
        }

        private void InsideAndExit(Random random)
        {
            try
            {
                Inside(random);
            }
            finally
            {
                Monitor.Exit(_gate);
            }
        }

        private void Inside(Random random)
        {
            if (Interlocked.Increment(ref _inside) != 1) Interlocked.Increment(ref _violations);
            try
            {
                Interlocked.Increment(ref _entered);
                int counted = _counted;
                switch (random.Next(8))
                {
                    case 0: GreenThread.Yield(); break;
                    case 1: GreenThread.Sleep(1); break;
                    case 2: Thread.SpinWait(random.Next(200)); break;
                }
                _counted = counted + 1;
            }
            catch (ThreadInterruptedException)
            {
                _counted++;
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        }

        internal void AssertSound()
        {
            Assert.Equal(0, _violations);
            Assert.Equal(0, _inside);
            Assert.Equal(_entered, _counted);
            Assert.True(_entered > 20, "Too little was entered.");
            Assert.True(Monitor.TryEnter(_gate), "Somebody is still in the lock.");
            Monitor.Exit(_gate);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Mutual_exclusion_holds_with_lockers_that_are_not_woven(int carriers) => Seeds.Each(3, (random, _) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var shared = new SharedSection();
        GreenThread[] threads = [.. Enumerable.Range(0, 8).Select(_ => scheduler.Start(() =>
        {
            for (int i = 0; i < 30; i++) shared.Visit(i);
        }))];
        Thread[] plain = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 100; i++) NotWovenLocker.Visit(shared, i);
        }))];
        foreach (Thread thread in plain) thread.Start();
        foreach (GreenThread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A thread never got the lock.");
        foreach (Thread thread in plain) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "An OS thread never got the lock.");
        Assert.Equal(0, shared.Violations);
        Assert.Equal(8 * 30 + 3 * 100, shared.Counted);
    });

    /// <summary>Its lock objects can be locked by code that is not woven, which is why their locks pin.</summary>
    internal sealed class SharedSection
    {
        internal readonly List<int> Gate = [];
        internal readonly Lock Lock = new();
        internal int Counted;
        internal int Violations;
        internal int Inside;

        internal void Visit(int number)
        {
            lock (Gate)
            {
                Count(number);
            }
            lock (Lock)
            {
                if (Interlocked.Increment(ref InsideLock) != 1) Interlocked.Increment(ref Violations);
                GreenThread.Yield();
                Interlocked.Decrement(ref InsideLock);
            }
        }

        internal int InsideLock;

        internal void Count(int number)
        {
            if (Interlocked.Increment(ref Inside) != 1) Interlocked.Increment(ref Violations);
            int counted = Counted;
            if (number % 3 == 0) GreenThread.Yield();
            Counted = counted + 1;
            Interlocked.Decrement(ref Inside);
        }
    }

    [NotWoven]
    private static class NotWovenLocker
    {
        internal static void Visit(SharedSection shared, int number)
        {
            lock (shared.Gate) shared.Count(number);
            lock (shared.Lock)
            {
                if (Interlocked.Increment(ref shared.InsideLock) != 1) Interlocked.Increment(ref shared.Violations);
                Thread.SpinWait(50);
                Interlocked.Decrement(ref shared.InsideLock);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void A_buffer_on_wait_and_pulse_loses_nothing(int carriers) => Seeds.Each(4, (random, _) =>
    {
        const int Items = 400;
        using var scheduler = new Scheduler(carriers, 64, null);
        var buffer = new Buffer(random.Next(1, 4));
        int producers = random.Next(1, 4);
        int consumers = random.Next(1, 4);
        var threads = new List<GreenThread>();
        int next = 0;
        int taken = 0;
        long sum = 0;
        for (int i = 0; i < producers; i++)
        {
            threads.Add(scheduler.Start(() =>
            {
                while (Interlocked.Increment(ref next) is var item && item <= Items) buffer.Put(item);
            }));
        }
        var consuming = new List<GreenThread>();
        for (int i = 0; i < consumers; i++)
        {
            int seed = random.Next();
            consuming.Add(scheduler.Start(() =>
            {
                var own = new Random(seed);
                while (Volatile.Read(ref taken) < Items)
                {
                    if (buffer.TryTake(own.Next(3), out int item))
                    {
                        Interlocked.Add(ref sum, item);
                        Interlocked.Increment(ref taken);
                    }
                }
            }));
        }
        foreach (GreenThread thread in threads.Concat(consuming)) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A thread waits for ever.");
        Assert.Equal(Items, taken);
        Assert.Equal((long)Items * (Items + 1) / 2, sum);
    });

    private sealed class Buffer(int capacity)
    {
        private readonly object _gate = new();
        private readonly Queue<int> _items = new();

        internal void Put(int item)
        {
            lock (_gate)
            {
                while (_items.Count == capacity) Monitor.Wait(_gate);
                _items.Enqueue(item);
                Monitor.PulseAll(_gate);
            }
        }

        internal bool TryTake(int milliseconds, out int item)
        {
            lock (_gate)
            {
                if (_items.Count == 0) Monitor.Wait(_gate, milliseconds);
                if (!_items.TryDequeue(out item)) return false;
                Monitor.PulseAll(_gate);
                return true;
            }
        }
    }
}
