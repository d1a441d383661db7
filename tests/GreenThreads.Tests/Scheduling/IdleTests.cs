using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>A scheduler without work costs nothing.</summary>
[NotWoven]
public class IdleTests
{
    [Fact]
    public void No_OS_thread_of_the_scheduler_wakes_up_while_all_green_threads_are_parked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Counts context switches in /proc.");
        GreenThread[] threads = [.. Enumerable.Range(0, 100).Select(static _ => GreenThread.Start(static () => GreenThread.Sleep(Timeout.Infinite)))];
        foreach (GreenThread thread in threads) SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
        // carriers and the watchdog need a moment to notice that nothing is left to do
        Assert.True(SpinWait.SpinUntil(
            static () =>
            {
                long before = CarrierWakeUps.Count();
                Thread.Sleep(200);
                return CarrierWakeUps.Count() == before;
            },
            TimeSpan.FromSeconds(30)));
        foreach (GreenThread thread in threads) thread.Interrupt();
        foreach (GreenThread thread in threads) Assert.Throws<ThreadInterruptedException>(thread.Join);
    }
}
