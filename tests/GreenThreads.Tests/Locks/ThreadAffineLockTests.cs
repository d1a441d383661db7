using System.Text;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Locks;

/// <summary>Locks that belong to the OS thread keep a green thread on its carrier while it holds one, and no longer.</summary>
public class ThreadAffineLockTests
{
    private const string Counts = "Counts suspensions.";

    [Fact]
    public void A_wait_while_one_is_held_pins_and_one_after_it_does_not()
    {
        ForcedSuspensions.SkipTest(Counts);
        using var scheduler = new Scheduler(1, 16, null);
        Run(scheduler, () =>
        {
            using var affine = new ReaderWriterLockSlim();
            affine.EnterReadLock();
            GreenThread.Sleep(1);
            affine.ExitReadLock();
            GreenThread.Sleep(1);
        });
        Assert.Equal(1, scheduler.ReadCounters().PinnedWaits);
        Assert.Equal(1, scheduler.ReadCounters().Suspensions);
    }

    // The query of a database: its lock is taken before the first row is read, and released behind the last one, below code that
    // is not woven.
    [Fact]
    public void One_that_is_released_below_foreign_code_leaves_that_code_pinned()
    {
        ForcedSuspensions.SkipTest(Counts);
        using var scheduler = new Scheduler(1, 16, null);
        string rows = "";
        Run(scheduler, () =>
        {
            using var affine = new ReaderWriterLockSlim();
            affine.EnterReadLock();
            var text = new StringBuilder();
            foreach (string row in Rows(affine).Select(r => $"<{r}>").ToArray()) text.Append(row);
            GreenThread.Sleep(1);
            Assert.False(affine.IsReadLockHeld);
            rows = text.ToString();
        });
        Assert.Equal("<1><2><3>", rows);
        Assert.Equal(1, scheduler.ReadCounters().Suspensions);
    }

    [Fact]
    public void One_that_is_taken_below_foreign_code_pins_until_it_is_released()
    {
        ForcedSuspensions.SkipTest(Counts);
        using var scheduler = new Scheduler(1, 16, null);
        Run(scheduler, () =>
        {
            using var affine = new ReaderWriterLockSlim();
            new List<int> { 1 }.ForEach(_ => affine.EnterWriteLock());
            GreenThread.Sleep(1);
            Assert.True(affine.IsWriteLockHeld);
            affine.ExitWriteLock();
            GreenThread.Sleep(1);
        });
        Assert.Equal(1, scheduler.ReadCounters().PinnedWaits);
        Assert.Equal(1, scheduler.ReadCounters().Suspensions);
    }

    private static void Run(Scheduler scheduler, Action body)
    {
        GreenThread thread = scheduler.Start(body);
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "It hangs.");
    }

    private static IEnumerable<int> Rows(ReaderWriterLockSlim affine)
    {
        for (int i = 1; i <= 3; i++)
        {
            if (i == 3) affine.ExitReadLock();
            GreenThread.Sleep(1);
            yield return i;
        }
    }
}
