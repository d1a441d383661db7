namespace Starvation;

/// <summary>The work: an item waits five times for something asynchronous that itself needs the thread pool to go on.</summary>
internal static class Work
{
    internal const int Steps = 5;
    internal const int StepMs = 20;

    /// <summary>Written with <c>await</c>.</summary>
    internal static async Task<int> ProcessAsync(int item)
    {
        int sum = item;
        for (int step = 0; step < Steps; step++) sum += await QueryAsync(step);
        return sum;
    }

    /// <summary>Written as blocking code over the same library: sync-over-async.</summary>
    internal static int Process(int item)
    {
        int sum = item;
        for (int step = 0; step < Steps; step++) sum += QueryAsync(step).Result;
        return sum;
    }

    // A library's call: after the wait it goes on on a thread of the pool, before the caller gets its result.
    private static async Task<int> QueryAsync(int step)
    {
        await Task.Delay(StepMs);
        return step;
    }
}
