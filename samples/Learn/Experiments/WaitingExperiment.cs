using System.Diagnostics;
using GreenThreads;
using Incident.Measurement;

namespace Learn.Experiments;

/// <summary>Lesson 2: bytes of a waiting thread and time of a switch, OS thread against green thread.</summary>
internal sealed class WaitingExperiment : IExperiment
{
    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentSize size, Action<double, string> progress)
    {
        bool full = size == ExperimentSize.Full;
        var limits = new List<Limit>();

        progress(0, "green threads wait");
        int green = full ? 200_000 : 20_000;
        double greenBytes = WeighGreen(green);

        progress(0.3, "OS threads wait");
        int wantedOs = full ? 2000 : 200;
        (int os, double osBytes) = WeighOs(wantedOs);
        if (os < wantedOs)
            limits.Add(new Limit($"Only {os:N0} of {wantedOs:N0} OS threads could be started", "raise the limit of threads: ulimit -u, the pids limit of the container, vm.max_map_count"));

        progress(0.6, "green threads wake each other");
        int rounds = full ? 1_000_000 : 50_000;
        double greenSwitch = GreenThread.Run(() => SwitchGreen(rounds));
        progress(0.8, "OS threads wake each other");
        double osSwitch = SwitchOs(full ? 100_000 : 10_000);

        long free = ProcFs.AvailableBytes();
        double fitGreen = free / greenBytes, fitOs = free / osBytes;
        string gibibytes = $"{free / (double)(1 << 30):0.0} GiB";
        return new ExperimentResult(
            [
                new Chart("Resident memory of a thread that waits three calls deep", "bytes", [new Bar("OS thread", osBytes, "os"), new Bar("green thread", greenBytes, "green")]),
                new Chart("One switch, from a thread that waits to the one that it has woken", "ns", [new Bar("OS thread", osSwitch, "os"), new Bar("green thread", greenSwitch, "green")]),
                new Chart($"How many could wait in the {gibibytes} that this machine has free, by memory alone", "threads", [new Bar("OS threads", fitOs, "os"), new Bar("green threads", fitGreen, "green")]),
            ],
            [
                $"A waiting OS thread keeps {osBytes:N0} bytes (and 8 MiB of address space, and the kernel's own part, which is not counted here); a green thread {greenBytes:N0}: {osBytes / greenBytes:N0} times less.",
                $"A switch between OS threads took {osSwitch:N0} ns, between green threads {greenSwitch:N0} ns.",
                $"By memory alone {fitOs:N0} OS threads or {fitGreen:N0} green threads could wait in {gibibytes}. OS threads meet another limit first: see lesson 3.",
            ],
            [.. limits]);
    }

    private static double WeighGreen(int count)
    {
        var gate = new GreenSemaphore(0);
        Park(1000, gate); // what is made once is not weighed
        long before = Resident();
        var threads = Park(count, gate);
        long after = Resident();
        gate.Release(count + 1000);
        foreach (GreenThread thread in threads) thread.Join();
        return Math.Max(1, (double)(after - before) / count);
    }

    private static GreenThread[] Park(int count, GreenSemaphore gate)
    {
        var threads = new GreenThread[count];
        int parked = 0;
        for (int i = 0; i < count; i++)
        {
            int depth = 3;
            threads[i] = GreenThread.Start(() =>
            {
                Interlocked.Increment(ref parked);
                Wait(gate, depth);
            });
        }
        while (Volatile.Read(ref parked) < count) Thread.Sleep(1);
        Thread.Sleep(20);
        return threads;
    }

    private static (int Started, double Bytes) WeighOs(int count)
    {
        var gate = new GreenSemaphore(0);
        var threads = new List<Thread>();
        long before = Resident();
        int parked = 0;
        try
        {
            for (int i = 0; i < count; i++)
            {
                int depth = 3;
                var thread = new Thread(() =>
                {
                    Interlocked.Increment(ref parked);
                    Wait(gate, depth);
                });
                thread.Start();
                threads.Add(thread);
            }
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // as many as the machine gives
        }
        while (Volatile.Read(ref parked) < threads.Count) Thread.Sleep(1);
        Thread.Sleep(50);
        long after = Resident();
        gate.Release(threads.Count);
        foreach (Thread thread in threads) thread.Join();
        return (threads.Count, Math.Max(1, (double)(after - before) / Math.Max(1, threads.Count)));
    }

    // Three calls, each with something that is needed after the wait.
    private static int Wait(GreenSemaphore gate, int depth)
    {
        long kept = Stopwatch.GetTimestamp();
        int result = 0;
        if (depth > 1) result = Wait(gate, depth - 1);
        else gate.Wait();
        return result + (int)(kept & 1);
    }

    private static double SwitchGreen(int rounds)
    {
        GreenSemaphore ping = new(0), pong = new(0);
        GreenThread other = GreenThread.Start(() => Answer(ping, pong, rounds));
        var clock = Stopwatch.StartNew();
        Ask(ping, pong, rounds);
        double elapsed = clock.Elapsed.TotalNanoseconds;
        other.Join();
        return elapsed / rounds / 2;
    }

    private static double SwitchOs(int rounds)
    {
        GreenSemaphore ping = new(0), pong = new(0);
        var other = new Thread(() => Answer(ping, pong, rounds));
        other.Start();
        var clock = Stopwatch.StartNew();
        Ask(ping, pong, rounds);
        double elapsed = clock.Elapsed.TotalNanoseconds;
        other.Join();
        return elapsed / rounds / 2;
    }

    private static void Ask(GreenSemaphore ping, GreenSemaphore pong, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            ping.Release();
            pong.Wait();
        }
    }

    private static void Answer(GreenSemaphore ping, GreenSemaphore pong, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            ping.Wait();
            pong.Release();
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return ProcFs.ExactResidentBytes(Environment.ProcessId) ?? Environment.WorkingSet;
    }
}
