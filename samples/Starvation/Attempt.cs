using System.Diagnostics;
using GreenThreads;

namespace Starvation;

/// <summary>One way to run all items.</summary>
/// <param name="Name">Shown in the table.</param>
/// <param name="Start">Starts an item; the callback takes its result.</param>
internal sealed record Attempt(string Name, Action<int, Action<int>> Start)
{
    internal static readonly Attempt Awaited = new("awaited", static (item, done) =>
        Work.ProcessAsync(item).ContinueWith(task => done(task.Result), TaskContinuationOptions.ExecuteSynchronously));

    internal static readonly Attempt Green = new(".Result on green threads", static (item, done) =>
        GreenThread.Start(() => done(Work.Process(item))));

    internal static readonly Attempt Pool = new(".Result on the thread pool", static (item, done) =>
        Task.Run(() => done(Work.Process(item))));

    /// <summary>Runs the items, all at once.</summary>
    /// <param name="items">How many.</param>
    /// <param name="limit">When to give up.</param>
    /// <param name="progress">Told how many are done, now and then.</param>
    internal AttemptResult Run(int items, TimeSpan limit, Action<int> progress)
    {
        int finished = 0;
        long sum = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < items; i++)
        {
            Start(i, result =>
            {
                Interlocked.Add(ref sum, result);
                Interlocked.Increment(ref finished);
            });
        }
        int most = 0;
        while (Volatile.Read(ref finished) < items && Stopwatch.GetElapsedTime(start) < limit)
        {
            Thread.Sleep(1);
            most = Math.Max(most, ThreadPool.ThreadCount);
            progress(finished);
        }
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        int done = Volatile.Read(ref finished);
        progress(done);
        long expected = ((long)items * (items - 1) / 2) + ((long)items * Work.Steps * (Work.Steps - 1) / 2);
        if (done == items && Interlocked.Read(ref sum) != expected) throw new InvalidOperationException($"{Name}: the results add up to {sum} instead of {expected}.");
        return new AttemptResult(Name, done, elapsed, most);
    }
}

/// <summary>What came of it.</summary>
/// <param name="Name">Of the attempt.</param>
/// <param name="Finished">How many items were done.</param>
/// <param name="Elapsed">Until the last one, or the limit.</param>
/// <param name="PoolThreads">Threads of the pool, at most.</param>
internal sealed record AttemptResult(string Name, int Finished, TimeSpan Elapsed, int PoolThreads);
