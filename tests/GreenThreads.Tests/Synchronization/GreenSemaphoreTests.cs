namespace GreenThreads.Tests.Synchronization;

/// <summary>What a semaphore does.</summary>
public class GreenSemaphoreTests
{
    [Theory]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, 0)]
    public void Counts_out_of_range_are_refused(int initial, int maximum) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GreenSemaphore(initial, maximum));

    [Fact]
    public void Gives_what_it_has_and_not_more()
    {
        var semaphore = new GreenSemaphore(2);
        semaphore.Wait();
        Assert.True(semaphore.TryWait());
        Assert.False(semaphore.TryWait());
        Assert.False(semaphore.Wait(TimeSpan.FromMilliseconds(5)));
        Assert.Equal(0, semaphore.Release());
        Assert.Equal(1, semaphore.CurrentCount);
    }

    [Fact]
    public void A_release_beyond_the_maximum_is_refused_and_changes_nothing()
    {
        var semaphore = new GreenSemaphore(1, 2);
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release(2));
        Assert.Equal(1, semaphore.CurrentCount);
        Assert.Equal(1, semaphore.Release());
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.Release(0));
    }

    [Fact]
    public void Released_permits_go_to_those_who_wait_in_their_order() => Waiting.OnOneCarrier(() =>
    {
        var semaphore = new GreenSemaphore(0);
        var order = new List<int>();
        GreenThread[] threads = Waiting.Start(5, number =>
        {
            semaphore.Wait();
            order.Add(number);
            semaphore.Release();
        });
        Assert.False(semaphore.TryWait());
        semaphore.Release();
        Assert.False(semaphore.TryWait()); // handed over, though nobody has run yet
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal([0, 1, 2, 3, 4], order);
        Assert.Equal(1, semaphore.CurrentCount);
    });

    [Fact]
    public void A_release_of_many_wakes_many() => GreenThread.Run(() =>
    {
        var semaphore = new GreenSemaphore(0);
        GreenThread[] threads = Waiting.Start(5, _ => semaphore.Wait());
        semaphore.Release(7);
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal(2, semaphore.CurrentCount);
    });

    [Fact]
    public void An_interrupted_or_cancelled_wait_takes_no_permit() => GreenThread.Run(() =>
    {
        var semaphore = new GreenSemaphore(0);
        GreenThread interrupted = Waiting.Start(() => Assert.Throws<ThreadInterruptedException>(semaphore.Wait));
        interrupted.Interrupt();
        interrupted.Join();
        using var source = new CancellationTokenSource();
        GreenThread cancelled = Waiting.Start(() => Assert.Throws<OperationCanceledException>(() => semaphore.Wait(source.Token)));
        source.Cancel();
        cancelled.Join();
        semaphore.Release();
        Assert.Equal(1, semaphore.CurrentCount);
        Assert.Throws<OperationCanceledException>(() => semaphore.Wait(source.Token));
    });
}
