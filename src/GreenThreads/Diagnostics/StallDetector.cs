using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Diagnostics;

// The process is stalled when no green thread can ever run again:
//   1. every green thread is parked, and for something in memory: a thread, a lock, a channel, a semaphore ...; none for a
//      task, a socket, a process, an off-loaded call; no timer is set, no carrier blocks or runs in a slice;
//   2. no OS thread can wake one: the thread pool has neither work nor busy threads nor timers, the blocking pool nothing to
//      do, no handler of a signal is registered, and every other OS thread of the process, the main thread too, itself waits
//      here without a limit (Join, Run, a channel, a lock), or is one of the runtime's that run no user code.
// What would be needed to tell 2 is only there on Linux (the names of the threads of the process). Elsewhere, or in doubt, it
// is not stalled: no false alarm. Not considered: finalizers.
//
// It costs nothing while threads run: the watchdog looks a second after everything has become idle, and a few times more.

/// <summary>Finds out that no green thread can ever run again.</summary>
[NotWoven]
internal static class StallDetector
{
    private const string Tasks = "/proc/self/task";

    // Threads of .NET that run no user code, or only what 2 asks for otherwise. Names are cut to 15 characters.
    private static readonly string[] s_passive =
    [
        ".NET SynchManag", ".NET EventPipe", ".NET DebugPipe", ".NET Debugger", ".NET DebuggerHe", ".NET Finalizer", ".NET Tiered Com", ".NET BGC", ".NET Server GC",
        ".NET SigHandler", ".NET TP Gate", ".NET Timer", ".NET DAC", ".NET SysMon", ".NET Counter Po",
    ];

    // Interlocked: the suspensions as of which a deadlock was reported. While there are no more it is the same one.
    private static long s_reportedAt = -1;

    /// <summary>Whether it is worth looking: some thread lives and no timer is set. Cheap.</summary>
    internal static bool MayBeStalled()
    {
        foreach (Scheduler scheduler in Scheduler.All)
        {
            if (!scheduler.IsIdle) return false;
        }
        return GreenThreadDiagnostics.Counters.Alive > 0;
    }

    /// <summary>Whether the process is stalled, see above.</summary>
    /// <param name="osThreads">The OS threads of the process that might act; null if they cannot be told.</param>
    internal static bool IsStalled(Func<int?> osThreads)
    {
        if (!MayBeStalled()) return false;
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        long live = 0;
        foreach (GreenThread thread in ThreadRegistry.Live())
        {
            if (thread.Status.IsDone) continue;
            if (!thread.Status.IsParked || thread.Status.IsPinned || !IsInMemory(thread.Status.Reason)) return false;
            live++;
        }
        return live == before.Alive && osThreads() == 0 && MayBeStalled() && GreenThreadDiagnostics.Counters == before;
    }

    /// <summary>How many OS threads of the process, or sources of callbacks, might wake a green thread; null if that cannot be told.</summary>
    internal static int? CountActors()
    {
        if (!OperatingSystem.IsLinux()) return null;
        ThreadPool.GetMaxThreads(out int maxWorkers, out int maxPorts);
        ThreadPool.GetAvailableThreads(out int workers, out int ports);
        bool poolActs = workers != maxWorkers || ports != maxPorts || ThreadPool.PendingWorkItemCount != 0 || Timer.ActiveCount != 0;
        if (poolActs || BlockingPool.Shared.IsBusy || HasSignalHandlers()) return 1;
        var known = new Dictionary<string, int>
        {
            [Short("green carrier")] = Scheduler.CountAllCarriers(),
            [Short("green watchdog")] = Scheduler.All.Count() + 1, // and the one that looks
            [Short("green blocking")] = BlockingPool.Shared.ThreadCount,
            [Short("green foreground")] = 1,
            [Short(".NET TP Worker")] = ThreadPool.ThreadCount,
        };
        int others = 0;
        try
        {
            foreach (string task in Directory.EnumerateDirectories(Tasks))
            {
                string name = File.ReadAllText($"{task}/comm").TrimEnd('\n');
                if (Array.IndexOf(s_passive, name) >= 0) continue;
                // a thread without a name has that of the one which made it: more of a name than there can be are others
                if (known.TryGetValue(name, out int left) && left > 0) known[name] = left - 1;
                else others++;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        return others - OsThread.CountWaiting();
    }

    /// <summary>Everything about it: who waits for whom, with stacks.</summary>
    internal static string Report(string headline)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        writer.WriteLine(headline);
        foreach (List<GreenThread> ring in WaitGraph.Rings())
        {
            writer.Write("ring: ");
            foreach (GreenThread thread in ring) writer.Write($"{WaitGraph.NameOf(thread)} waits for ");
            writer.WriteLine(WaitGraph.NameOf(ring[0]));
        }
        OsThread.DescribeWaiting(writer);
        GreenThreadDiagnostics.Dump(writer);
        return writer.ToString();
    }

    /// <summary>By the watchdog, when everything has been idle for a while.</summary>
    /// <returns>Whether the green threads themselves are in such a state: then an OS thread may only just be coming to rest.</returns>
    internal static bool Check()
    {
        if (!IsStalled(static () => 0)) return false;
        // The second half takes stack and time, and runs the user's handler.
#pragma warning disable GT2001 // one at a time, where nothing else runs
        new Thread(CheckThoroughly) { IsBackground = true, Name = "green watchdog" }.UnsafeStart();
#pragma warning restore GT2001
        return true;
    }

    private static void CheckThoroughly()
    {
        if (!IsStalled(CountActors)) return;
        long now = GreenThreadDiagnostics.Counters.Suspensions;
        if (Interlocked.Exchange(ref s_reportedAt, now) == now) return;
        GreenThreadDiagnostics.RaiseDeadlock(Report(
            "Deadlock: no green thread can ever run again. All wait for something that only a green thread, or an OS thread that waits too, could give them."));
    }

    private static bool IsInMemory(ParkReason reason) => reason is not (ParkReason.Task or ParkReason.Offload or ParkReason.Process
        or ParkReason.SocketAccept or ParkReason.SocketConnect or ParkReason.SocketReceive or ParkReason.SocketSend or ParkReason.SocketPoll
        or ParkReason.ServerCapacity);

    // Console.CancelKeyPress has one too. Where the field has gone (another version, trimmed) there may be some.
    private static bool HasSignalHandlers() =>
        typeof(PosixSignalRegistration).GetField("s_registrations", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null)
            is not System.Collections.ICollection { Count: 0 };

    private static string Short(string name) => name.Length > 15 ? name[..15] : name;
}
