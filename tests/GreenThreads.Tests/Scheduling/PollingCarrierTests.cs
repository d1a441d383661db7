namespace GreenThreads.Tests.Scheduling;

/// <summary>The carrier that waits in the poller.</summary>
public class PollingCarrierTests
{
    private const int Threads = 2_000_000;

    private static int s_ran;

    /// <summary>
    /// Each start wakes an idle carrier, which often is the one in the poller, while the starter parks and looks for work
    /// itself: were there two in the poller, one could take the other's interrupt, and its grant would be lost.
    /// </summary>
    [Fact]
    public void A_grant_reaches_the_carrier_in_the_poller()
    {
        s_ran = 0;
        GreenThread.Run(StartAndJoin);
        Assert.Equal(Threads, s_ran);
    }

    private static void StartAndJoin()
    {
        for (int i = 0; i < Threads; i++) GreenThread.Start(static () => _ = Interlocked.Increment(ref s_ran)).Join();
    }
}
