using System.Globalization;
using GreenThreads.Scheduling;

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
                long before = Switches();
                Thread.Sleep(200);
                return Switches() == before;
            },
            TimeSpan.FromSeconds(30)));
        foreach (GreenThread thread in threads) thread.Interrupt();
        foreach (GreenThread thread in threads) Assert.Throws<ThreadInterruptedException>(thread.Join);
    }

    private static long Switches()
    {
        long sum = 0;
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (!File.ReadAllText($"{task}/comm").StartsWith("green ", StringComparison.Ordinal)) continue;
            foreach (string line in File.ReadLines($"{task}/status"))
            {
                if (line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal))
                    sum += long.Parse(line.AsSpan(line.IndexOf(':') + 1).Trim(), CultureInfo.InvariantCulture);
            }
        }
        return sum;
    }
}
