using System.Diagnostics;

namespace GreenThreads.Tests.Synchronization;

/// <summary>What a rate limiter does.</summary>
public class GreenRateLimiterTests
{
    [Fact]
    public void A_burst_passes_and_then_the_rate_holds() => GreenThread.Run(() =>
    {
        long start = Stopwatch.GetTimestamp();
        var limiter = new GreenRateLimiter(permitsPerSecond: 1000, burst: 10);
        for (int i = 0; i < 10; i++) Assert.True(limiter.TryAcquire());
        for (int i = 0; i < 40; i++) limiter.Acquire();
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(39.9), "40 permits came in less than 40 ms.");
    });

    [Fact]
    public void The_bucket_overflows()
    {
        var limiter = new GreenRateLimiter(1e9, 5);
        Assert.True(limiter.TryAcquire(5));
        Assert.True(SpinWait.SpinUntil(() => limiter.AvailablePermits == 5, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Many_permits_are_not_overtaken_by_few() => GreenThread.Run(() =>
    {
        var limiter = new GreenRateLimiter(200, 10);
        Assert.True(limiter.TryAcquire(10));
        var order = new List<int>();
        GreenThread many = Waiting.Start(() =>
        {
            limiter.Acquire(5);
            order.Add(5);
        });
        GreenThread few = Waiting.Start(() =>
        {
            limiter.Acquire(1);
            order.Add(1);
        });
        Assert.False(limiter.TryAcquire());
        many.Join();
        few.Join();
        Assert.Equal([5, 1], order);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Who_gives_up_takes_nothing_and_lets_the_next_one_go_on(int how) => GreenThread.Run(() =>
    {
        var limiter = new GreenRateLimiter(20, 100);
        Assert.True(limiter.TryAcquire(100));
        using var source = new CancellationTokenSource();
        GreenThread first = Waiting.Start(() =>
        {
            if (how == 0) Assert.False(limiter.TryAcquire(100, TimeSpan.FromMilliseconds(20)));
            else if (how == 1) Assert.Throws<OperationCanceledException>(() => limiter.Acquire(100, source.Token));
            else Assert.Throws<ThreadInterruptedException>(() => limiter.Acquire(100));
        });
        GreenThread second = Waiting.Start(() => limiter.Acquire());
        if (how == 1) source.Cancel();
        if (how == 2) first.Interrupt();
        first.Join();
        Assert.True(second.Join(TimeSpan.FromSeconds(4)), "It would have to wait for 5 s behind the one who gave up.");
    });

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("permitsPerSecond", () => new GreenRateLimiter(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("permitsPerSecond", () => new GreenRateLimiter(double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>("burst", () => new GreenRateLimiter(1, 0));
        var limiter = new GreenRateLimiter(1, 3);
        Assert.Contains("larger burst", Assert.Throws<ArgumentOutOfRangeException>("permits", () => limiter.Acquire(4)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("permits", () => limiter.TryAcquire(0));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => limiter.TryAcquire(1, TimeSpan.FromSeconds(-2)));
        Assert.Equal(3, limiter.AvailablePermits);
    }
}
