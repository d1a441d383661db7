namespace GreenThreads.Tests.Infrastructure;

/// <summary>The bound on hangs itself.</summary>
public class HangWatchTests
{
    [Fact]
    public void A_blocked_test_is_interrupted_and_fails_with_a_dump()
    {
        using var watch = new HangWatch("blocked", TimeSpan.FromMilliseconds(50), interruptible: true);
        using var never = new ManualResetEventSlim();
        Assert.Throws<ThreadInterruptedException>(() => never.Wait(TestContext.Current.CancellationToken));
        var failure = Assert.Throws<TimeoutException>(watch.End);
        Assert.Contains("blocked ran longer than its bound", failure.Message);
        Assert.Contains("OS threads", failure.Message);
    }

    [Fact]
    public void A_test_that_ends_in_time_passes()
    {
        using var watch = new HangWatch("quick", TimeSpan.FromMinutes(5), interruptible: true);
        watch.End();
    }
}
