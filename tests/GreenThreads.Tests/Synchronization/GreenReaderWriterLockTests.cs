namespace GreenThreads.Tests.Synchronization;

/// <summary>What a reader/writer lock does.</summary>
public class GreenReaderWriterLockTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void Readers_share_and_a_writer_is_alone() => GreenThread.Run(() =>
    {
        var rw = new GreenReaderWriterLock();
        using (rw.EnterReadScope())
        using (rw.EnterReadScope())
        {
            Assert.Equal(2, rw.CurrentReadCount);
            Assert.False(rw.TryEnterWriteLock(s_short));
        }
        using (rw.EnterWriteScope())
        {
            Assert.True(rw.IsWriteLockHeld);
            GreenThread.Run(() =>
            {
                Assert.False(rw.IsWriteLockHeld);
                Assert.False(rw.TryEnterReadLock(s_short));
                Assert.False(rw.TryEnterWriteLock(TimeSpan.Zero));
            });
        }
        Assert.True(rw.TryEnterReadLock(TimeSpan.Zero));
        rw.ExitReadLock();
    });

    [Fact]
    public void A_writer_that_waits_is_not_overtaken_by_readers() => Waiting.OnOneCarrier(() =>
    {
        var rw = new GreenReaderWriterLock();
        var order = new List<string>();
        rw.EnterReadLock();
        GreenThread writer = Waiting.Start(() =>
        {
            using (rw.EnterWriteScope()) order.Add("writer");
        });
        GreenThread[] readers = Waiting.Start(3, _ =>
        {
            using (rw.EnterReadScope())
            {
                order.Add("reader");
                while (order.Count < 4) GreenThread.Yield(); // all readers are inside together
            }
        });
        Assert.False(rw.TryEnterReadLock(TimeSpan.Zero));
        rw.ExitReadLock();
        writer.Join();
        foreach (GreenThread reader in readers) reader.Join();
        Assert.Equal(["writer", "reader", "reader", "reader"], order);
    });

    [Fact]
    public void Readers_go_on_when_the_writer_before_them_gives_up() => GreenThread.Run(() =>
    {
        var rw = new GreenReaderWriterLock();
        rw.EnterReadLock();
        GreenThread writer = Waiting.Start(() => Assert.Throws<ThreadInterruptedException>(rw.EnterWriteLock));
        GreenThread reader = Waiting.Start(() =>
        {
            rw.EnterReadLock();
            rw.ExitReadLock();
        });
        writer.Interrupt();
        writer.Join();
        reader.Join();
        rw.ExitReadLock();
        using (rw.EnterWriteScope()) Assert.Equal(0, rw.CurrentReadCount);
    });

    [Fact]
    public void A_cancelled_wait_takes_nothing() => GreenThread.Run(() =>
    {
        var rw = new GreenReaderWriterLock();
        rw.EnterReadLock();
        using var source = new CancellationTokenSource();
        GreenThread writer = Waiting.Start(() => Assert.Throws<OperationCanceledException>(() => rw.EnterWriteLock(source.Token)));
        source.Cancel();
        writer.Join();
        rw.ExitReadLock();
        rw.EnterWriteLock();
        Assert.Throws<OperationCanceledException>(() => GreenThread.Run(() => rw.EnterReadLock(source.Token)));
        rw.ExitWriteLock();
    });

    [Fact]
    public void Misuse_is_refused() => GreenThread.Run(() =>
    {
        var rw = new GreenReaderWriterLock();
        Assert.Throws<SynchronizationLockException>(rw.ExitReadLock);
        Assert.Throws<SynchronizationLockException>(rw.ExitWriteLock);
        rw.EnterWriteLock();
        Assert.Throws<LockRecursionException>(rw.EnterWriteLock);
        Assert.Throws<LockRecursionException>(rw.EnterReadLock);
        Assert.Throws<SynchronizationLockException>(() => GreenThread.Run(rw.ExitWriteLock));
        rw.ExitWriteLock();
    });

    [Fact]
    public void The_same_lock_excludes_OS_threads_and_green_threads() => GreenThread.Run(() =>
    {
        var rw = new GreenReaderWriterLock();
        rw.EnterWriteLock();
        bool entered = false;
        Action os = Waiting.StartOs(() =>
        {
            rw.EnterReadLock();
            Volatile.Write(ref entered, true);
            rw.ExitReadLock();
        });
        Assert.False(Volatile.Read(ref entered));
        rw.ExitWriteLock();
        os();
        Assert.True(entered);
    });
}
