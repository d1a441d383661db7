using GreenThreads.Scheduling;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>What a piece of work allocates once it is warm.</summary>
internal static class Allocations
{
    /// <summary>What the test framework and the runtime allocate in the background meanwhile: far less than one object per operation.</summary>
    internal const long NoiseBytes = 100_000;

    /// <summary>Runs a body on a green thread of a scheduler of its own; it calls what it gets with the work to be measured.</summary>
    /// <param name="carriers">Of the scheduler.</param>
    /// <param name="body">Prepares, calls its argument with the work, and cleans up. The work is done twice, and measured the second time.</param>
    /// <returns>The bytes allocated by all threads.</returns>
    internal static long Of(int carriers, Action<Action<Action>> body)
    {
        ForcedSuspensions.SkipTest("Suspensions at random unwind in another shape each time, and frames are reused only for the same shape.");
        using var scheduler = new Scheduler(carriers, 16, null);
        long bytes = -1;
        scheduler.Start(() => body(work =>
        {
            work();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            work();
            bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        })).Join();
        return bytes;
    }
}
