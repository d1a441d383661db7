using System.Diagnostics;
using System.Runtime.InteropServices;
using GreenThreads;
using GreenThreads.Diagnostics;

namespace Learn.Experiments;

/// <summary>Lesson 5: calls that block natively on two carriers, pinned waits, off-loading; and work that computes.</summary>
internal sealed partial class OsThreadsExperiment : IExperiment
{
    private const int BlockMs = 100;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentSize size, Action<double, string> progress)
    {
        int blockers = size == ExperimentSize.Full ? 32 : 8;
        GreenThread.Run(static () => GreenThread.Sleep(1)); // the scheduler is there
        progress(0, "native calls that nobody announced");
        (double native, long nativeCarriers) = Time(blockers, static () => Block(BlockMs));
        progress(0.2, "waits below code that is not woven");
        (double pinned, long pinnedCarriers) = Time(blockers, static () => new[] { BlockMs }.Select(static ms => { GreenThread.Sleep(ms); return ms; }).Sum());
        progress(0.4, "off-loaded calls");
        (double offloaded, long offloadedCarriers) = Time(blockers, static () => GreenThread.Offload(static () => { Block(BlockMs); return 0; }));
        progress(0.6, "OS threads");
        double os = TimeOs(blockers, static () => Block(BlockMs));

        progress(0.7, "computing");
        int work = size == ExperimentSize.Full ? 200_000_000 : 10_000_000;
        int workers = Environment.ProcessorCount;
        TimeOs(workers, static () => Compute(1000));
        double computeOs = double.MaxValue, computeGreen = double.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            computeOs = Math.Min(computeOs, TimeOs(workers, () => Compute(work / workers)));
            computeGreen = Math.Min(computeGreen, Time(workers, () => Compute(work / workers)).Ms);
        }
        return new ExperimentResult(
            [
                new Chart($"{blockers} threads that block for {BlockMs} ms each, on two carriers: time until all are done", "ms",
                [
                    new Bar("OS threads", os, "os"), new Bar("green, native call", native, "green"), new Bar("green, pinned wait", pinned, "green"),
                    new Bar("green, off-loaded", offloaded, "green"),
                ]),
                new Chart($"The same computation on {workers} threads, the best of three", "ms", [new Bar("OS threads", computeOs, "os"), new Bar("green threads", computeGreen, "green")]),
            ],
            [
                $"Native calls that nobody announced: the runtime saw after 10 ms that a carrier did not come back, and started {nativeCarriers} more, one after the other.",
                $"Pinned waits are announced: {pinnedCarriers} more carriers at once, {GreenThreadDiagnostics.Counters.PinnedWaits} pinned waits counted. Off-loaded: {offloadedCarriers} more carriers, the calls ran on threads of a pool.",
                $"{blockers} OS threads needed {os:N0} ms and nobody had to know anything.",
                $"Computing took {computeOs:N0} ms on OS threads and {computeGreen:N0} ms on green threads: nothing to gain.",
            ],
            []);
    }

    private static (double Ms, long CarriersStarted) Time(int count, Action body)
    {
        long before = GreenThreadDiagnostics.Counters.CarriersStarted;
        var clock = Stopwatch.StartNew();
        var threads = new GreenThread[count];
        for (int i = 0; i < count; i++) threads[i] = GreenThread.Start(body);
        foreach (GreenThread thread in threads) thread.Join();
        return (clock.Elapsed.TotalMilliseconds, GreenThreadDiagnostics.Counters.CarriersStarted - before);
    }

    private static double TimeOs(int count, Action body)
    {
        var clock = Stopwatch.StartNew();
        var threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            threads[i] = new Thread(() => body());
            threads[i].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static ulong Compute(int rounds)
    {
        ulong value = 88172645463325252;
        for (int i = 0; i < rounds; i++)
        {
            value ^= value << 13;
            value ^= value >> 7;
            value ^= value << 17;
        }
        return value;
    }

    // A call of the C library that blocks its thread.
    private static void Block(int milliseconds)
    {
        if (OperatingSystem.IsWindows()) SleepWindows((uint)milliseconds);
        else SleepMicroseconds((uint)milliseconds * 1000);
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int SleepMicroseconds(uint microseconds);

    [LibraryImport("kernel32", EntryPoint = "Sleep")]
    private static partial void SleepWindows(uint milliseconds);
}
