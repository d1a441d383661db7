using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Synchronization;

/// <summary>Each primitive under many threads, green and plain, that give up for every reason there is.</summary>
public class SynchronizationStressTests
{
    public static readonly TheoryData<int> CarrierCounts = [1, 2, 3, 8];

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void A_semaphore_neither_loses_nor_makes_permits(int carriers) => Crowd.Each(carriers, 4, crowd =>
    {
        int permits = crowd.Random.Next(1, 4);
        var semaphore = new GreenSemaphore(permits);
        int inside = 0;
        crowd.Run(8, 300, random =>
        {
            if (!Crowd.Give(random, (time, token) => semaphore.Wait(time, token), semaphore.Wait)) return;
            try
            {
                if (Interlocked.Increment(ref inside) > permits) throw new InvalidOperationException("More threads are inside than there are permits.");
                Crowd.Linger(random);
            }
            finally
            {
                Interlocked.Decrement(ref inside);
                semaphore.Release();
            }
        });
        Assert.Equal(permits, semaphore.CurrentCount);
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void A_reader_writer_lock_excludes(int carriers) => Crowd.Each(carriers, 4, crowd =>
    {
        var rw = new GreenReaderWriterLock();
        int readers = 0;
        int writers = 0;
        crowd.Run(8, 300, random =>
        {
            bool write = random.Next(3) == 0;
            bool entered = write
                ? Crowd.Give(random, (time, token) => rw.TryEnterWriteLock(time, token), rw.EnterWriteLock)
                : Crowd.Give(random, (time, token) => rw.TryEnterReadLock(time, token), rw.EnterReadLock);
            if (!entered) return;
            try
            {
                int others = write ? Interlocked.Increment(ref writers) - 1 + Volatile.Read(ref readers) : Volatile.Read(ref writers);
                if (!write) Interlocked.Increment(ref readers);
                if (others != 0 || (!write && Volatile.Read(ref writers) != 0)) throw new InvalidOperationException("A writer is not alone.");
                Crowd.Linger(random);
            }
            finally
            {
                Interlocked.Decrement(ref write ? ref writers : ref readers);
                if (write) rw.ExitWriteLock();
                else rw.ExitReadLock();
            }
        });
        Assert.True(rw.TryEnterWriteLock(TimeSpan.Zero));
        rw.ExitWriteLock();
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void A_barrier_keeps_its_phases_whoever_gives_up(int carriers) => Crowd.Each(carriers, 3, crowd =>
    {
        const int Threads = 5;
        const int Phases = 60;
        int[] arrivals = new int[Phases];
        var barrier = new GreenBarrier(Threads);
        crowd.Run(Threads, 1, random =>
        {
            for (int phase = 0; phase < Phases; phase++)
            {
                Interlocked.Increment(ref arrivals[phase]);
                while (!Crowd.Insist(() => Crowd.Give(random, (time, token) => barrier.SignalAndWait(time, token), barrier.SignalAndWait)))
                {
                }
                if (Volatile.Read(ref arrivals[phase]) != Threads) throw new InvalidOperationException("A thread went on before all had arrived.");
            }
        });
        Assert.Equal(Phases, barrier.CurrentPhaseNumber);
        Assert.Equal(Threads, barrier.ParticipantsRemaining);
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void A_wait_group_releases_all_of_each_round(int carriers) => Crowd.Each(carriers, 3, crowd =>
    {
        var group = new GreenWaitGroup();
        crowd.Run(8, 150, random =>
        {
            if (random.Next(2) == 0)
            {
                group.Add();
                try
                {
                    Crowd.Linger(random);
                }
                finally
                {
                    group.Done();
                }
            }
            else
            {
                Crowd.Give(random, (time, token) => group.Wait(time, token), group.Wait);
            }
        });
        Assert.Equal(0, group.CurrentCount);
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void What_is_done_once_is_done_once(int carriers) => Crowd.Each(carriers, 3, crowd =>
    {
        GreenOnce[] all = [.. Enumerable.Range(0, 100).Select(static _ => new GreenOnce())];
        int[] successes = new int[all.Length];
        crowd.Run(6, 1, random =>
        {
            for (int i = 0; i < all.Length; i++)
            {
                int number = i;
                while (!Crowd.Insist(() =>
                {
                    all[number].Run(() =>
                    {
                        Crowd.Linger(random);
                        if (random.Next(3) == 0) throw new OperationCanceledException("not this time");
                        Interlocked.Increment(ref successes[number]);
                    });
                    return true;
                }))
                {
                }
                if (Volatile.Read(ref successes[number]) != 1) throw new InvalidOperationException("It was not done when Run returned.");
            }
        });
        Assert.All(successes, static count => Assert.Equal(1, count));
    });

    [Theory]
    [MemberData(nameof(CarrierCounts))]
    public void A_rate_limiter_serves_everybody(int carriers) => Crowd.Each(carriers, 2, crowd =>
    {
        var limiter = new GreenRateLimiter(20_000, 20);
        int taken = 0;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        crowd.Run(6, 50, random =>
        {
            int permits = random.Next(1, 6);
            if (Crowd.Give(random, (time, token) => limiter.TryAcquire(permits, time, token), () => limiter.Acquire(permits)))
                Interlocked.Add(ref taken, permits);
        });
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assert.True(taken <= (seconds * 20_000) + 20, $"{taken} permits in {seconds} s");
        Assert.NotEqual(0, taken);
    });
}
