using System.Diagnostics;
using System.Globalization;
using GreenThreads.Diagnostics;
using GreenThreads.Net;
using GreenThreads.Scheduling;

namespace GreenThreads.Bench.Soak;

// Rounds of ten seconds. In each the parts run side by side while an OS thread interrupts threads that they have exposed to it;
// at its end every thread has ended, and threads, timers and registrations are counted. Memory is compared between the
// rounds after the warm-up and the last ones.

/// <summary>Runs the parts of the soak, and judges what they leave.</summary>
[NotWoven]
internal sealed class Soak(TimeSpan duration, int seed, int threads)
{
    private const int WarmUpRounds = 3;
    private const double GrowthAllowed = 1.15;
    private const long NoiseBytes = 16 << 20;

    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly List<string> _wrong = [];

    /// <summary>Runs until the time is over.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        Say($"seed {seed}, {duration.TotalMinutes:0.#} minutes, {Environment.ProcessorCount} processors");
        long start = Stopwatch.GetTimestamp();
        var heaps = new List<long>();
        for (int round = 1; round == 1 || Stopwatch.GetElapsedTime(start) < duration; round++)
        {
            RunRound(unchecked(seed + (round * 7919)));
            long heap = GC.GetTotalMemory(forceFullCollection: true);
            heaps.Add(heap);
            GreenThreadCounters counters = GreenThreadDiagnostics.Counters;
            Say($"{Stopwatch.GetElapsedTime(start):hh\\:mm\\:ss} round {round}: {counters.Started:N0} threads started, {counters.Suspensions:N0} suspensions, "
                + $"{counters.PinnedWaits:N0} pinned waits, heap {heap / 1024:N0} KiB, resident {Compare.Memory.Resident() / 1024:N0} KiB, "
                + $"{Process.GetCurrentProcess().Threads.Count} OS threads");
            if (_wrong.Count != 0) break;
        }
        JudgeMemory(heaps);
        foreach (string wrong in _wrong) Console.Error.WriteLine($"WRONG: {wrong}");
        Say(_wrong.Count == 0 ? "Nothing was left: no threads, no timers, no registrations, flat memory." : $"Failed with seed {seed}.");
        return _wrong.Count == 0 ? 0 : 2;
    }

    private void RunRound(int roundSeed)
    {
        var random = new Random(roundSeed);
        var victims = new Victims();
        long until = Stopwatch.GetTimestamp() + (long)(s_round.TotalSeconds * Stopwatch.Frequency);
        SoakPart[] parts =
        [
            new ChurnPart(random.Next(), until, victims, threads),
            new ScopePart(random.Next(), until, victims),
            new ChannelPart(random.Next(), until, victims),
            new SocketPart(random.Next(), until, victims),
        ];
        var running = new GreenThread[parts.Length];
        for (int i = 0; i < parts.Length; i++) running[i] = GreenThread.Start(parts[i].Run);
        using (victims.StartInterrupting(random.Next()))
        {
            for (int i = 0; i < running.Length; i++) Await(parts[i], running[i]);
        }
        if (_wrong.Count == 0) JudgeWhatIsLeft();
    }

    private void Await(SoakPart part, GreenThread thread)
    {
        try
        {
            // on a busy machine it may take long, but then some thread ends all the time
            long ended;
            do
            {
                ended = GreenThreadDiagnostics.Counters.Finished;
                if (thread.Join(s_patience)) return;
            }
            while (GreenThreadDiagnostics.Counters.Finished != ended);
            _wrong.Add($"{part.GetType().Name} did not end.");
            GreenThreadDiagnostics.Dump(Console.Error);
        }
        catch (Exception exception)
        {
            _wrong.Add($"{part.GetType().Name}: {exception}");
        }
    }

    private void JudgeWhatIsLeft()
    {
        // threads that nobody joins, and those that are just about to end
        SpinWait.SpinUntil(static () => GreenThreadDiagnostics.Counters.Alive == 0, s_patience);
        long alive = GreenThreadDiagnostics.Counters.Alive;
        if (alive != 0)
        {
            _wrong.Add($"{alive} threads are left.");
            GreenThreadDiagnostics.Dump(Console.Error);
        }
        int timers = 0;
        foreach (Scheduler scheduler in Scheduler.All) timers += scheduler.TimerCount;
        if (timers != 0) _wrong.Add($"{timers} timers are left.");
        int registrations = SocketDescriptors.CountOpen();
        if (registrations != 0) _wrong.Add($"{registrations} sockets are left registered with the poller.");
        foreach (Scheduler scheduler in Scheduler.All)
        {
            if (scheduler.DetachedCount != 0) _wrong.Add($"{scheduler.DetachedCount} carriers are left detached.");
        }
    }

    private void JudgeMemory(List<long> heaps)
    {
        if (heaps.Count < 3 * WarmUpRounds) return; // too short to tell
        long early = heaps.Skip(WarmUpRounds).Take(WarmUpRounds).Max();
        long late = heaps.TakeLast(WarmUpRounds).Min();
        if (late > (early * GrowthAllowed) + NoiseBytes) _wrong.Add($"The heap has grown from {early:N0} to {late:N0} bytes.");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Say(string text) => Console.WriteLine(text);
}
