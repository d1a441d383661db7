using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Synchronization;

/// <summary>The steady path of each primitive allocates nothing, with waits.</summary>
public class SynchronizationAllocationTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void A_semaphore_allocates_nothing()
    {
        var ping = new GreenSemaphore(0);
        var pong = new GreenSemaphore(0);
        bool over = false;
        Measure(() =>
        {
            while (true)
            {
                ping.Wait();
                if (over) break;
                pong.Release();
            }
        }, () =>
        {
            ping.Release();
            pong.Wait();
        }, () =>
        {
            over = true;
            ping.Release();
        });
    }

    [Fact]
    public void A_reader_writer_lock_allocates_nothing()
    {
        var rw = new GreenReaderWriterLock();
        bool over = false;
        Measure(() =>
        {
            while (!over)
            {
                rw.EnterWriteLock();
                GreenThread.Yield();
                rw.ExitWriteLock();
                GreenThread.Yield();
            }
        }, () =>
        {
            rw.EnterReadLock();
            rw.ExitReadLock();
        }, () => over = true);
    }

    [Fact]
    public void A_barrier_allocates_nothing()
    {
        var barrier = new GreenBarrier(2);
        bool over = false;
        Measure(() =>
        {
            while (!over) barrier.SignalAndWait();
            barrier.RemoveParticipant();
        }, barrier.SignalAndWait, () =>
        {
            over = true;
            barrier.RemoveParticipant();
        });
    }

    [Fact]
    public void A_wait_group_allocates_nothing()
    {
        var turn = new GreenSemaphore(0);
        var group = new GreenWaitGroup();
        bool over = false;
        Measure(() =>
        {
            while (true)
            {
                turn.Wait();
                if (over) break;
                group.Done();
            }
        }, () =>
        {
            group.Add();
            turn.Release();
            group.Wait();
        }, () =>
        {
            over = true;
            turn.Release();
        });
    }

    [Fact]
    public void A_rate_limiter_allocates_nothing()
    {
        var limiter = new GreenRateLimiter(1e6, 1);
        Measure(static () => { }, () => limiter.Acquire(), static () => { }, 200);
    }

    private static void Measure(Action other, Action step, Action end, int rounds = Rounds)
    {
        long bytes = Allocations.Of(1, start =>
        {
            GreenThread thread = GreenThread.Start(other);
            start(() =>
            {
                for (int i = 0; i < rounds; i++) step();
            });
            end();
            thread.Join();
        });
        Assert.InRange(bytes, 0, Allocations.NoiseBytes);
    }
}
