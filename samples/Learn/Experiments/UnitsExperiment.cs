using System.Collections.Concurrent;
using System.Diagnostics;
using GreenThreads;
using GreenThreads.Diagnostics;

namespace Learn.Experiments;

/// <summary>Lesson 1: many units, and the ids of the OS threads that they ran on.</summary>
internal sealed class UnitsExperiment : IExperiment
{
    private const int MostBars = 12;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentSize size, Action<double, string> progress)
    {
        int units = size == ExperimentSize.Full ? 100_000 : 20_000;
        var ranOn = new ConcurrentDictionary<int, int>();
        var gate = new GreenSemaphore(0);
        var threads = new GreenThread[units];
        var clock = Stopwatch.StartNew();
        progress(0, $"{units:N0} green threads are started");
        GreenThread.Run(() =>
        {
            for (int i = 0; i < units; i++)
            {
                threads[i] = GreenThread.Start(() =>
                {
                    Note(ranOn);
                    gate.Wait();
                    Note(ranOn);
                });
                if (i % 5000 == 0) progress(0.5 * i / units, $"{i:N0} green threads are started");
            }
        });
        // All wait now: none can end before the gate opens.
        while (ranOn.Values.Sum() < units) Thread.Sleep(1);
        long alive = GreenThreadDiagnostics.Counters.Alive;
        int osThreads = Process.GetCurrentProcess().Threads.Count;
        progress(0.6, "all of them wait; the gate opens");
        gate.Release(units);
        foreach (GreenThread thread in threads) thread.Join();
        clock.Stop();

        KeyValuePair<int, int>[] used = [.. ranOn.OrderByDescending(static pair => pair.Value)];
        var bars = used.Take(MostBars).Select(static pair => new Bar($"OS thread {pair.Key}", pair.Value, "green")).ToList();
        if (used.Length > MostBars) bars.Add(new Bar($"{used.Length - MostBars} others", used.Skip(MostBars).Sum(static pair => pair.Value), "green"));
        return new ExperimentResult(
            [
                new Chart("Runs of green threads, by the id of the OS thread that they ran on", "runs", [.. bars]),
                new Chart("Units that were alive at the same time, and OS threads that ran them", "threads",
                    [new Bar("green threads", alive, "green"), new Bar("OS threads that ran them", used.Length, "os")]),
            ],
            [
                $"{alive:N0} green threads were alive at the same time. {used.Length} OS threads ran them; the whole process had {osThreads}, with those of the runtime.",
                $"Starting them, letting them wait, waking and joining them took {clock.ElapsedMilliseconds:N0} ms: {clock.Elapsed.TotalMicroseconds / units:0.00} us for each.",
            ],
            []);
    }

    private static void Note(ConcurrentDictionary<int, int> ranOn) => ranOn.AddOrUpdate(Environment.CurrentManagedThreadId, 1, static (_, runs) => runs + 1);
}
