using System.Globalization;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Diagnostics;

/// <summary>Looks at the green threads of this process.</summary>
[NotWoven]
public static partial class GreenThreadDiagnostics
{
    private const int MaxFrames = 64;

    /// <summary>
    /// Raised after a green thread has blocked its carrier, because it was pinned: with the stack, the method that pinned it and
    /// the time. While nobody listens (here or to the event source <c>GreenThreads</c>) pinned waits are only counted.
    /// </summary>
    /// <remarks>
    /// Raised on the carrier, by the thread that has waited, before its wait returns: a handler delays it, must not throw, and
    /// pins when it waits itself.
    /// </remarks>
    public static event EventHandler<PinnedWaitEventArgs>? PinnedWaitEnded;

    internal static bool IsPinnedWaitObserved => PinnedWaitEnded is not null || GreenThreadEventSource.Log.IsEnabled();

    internal static void ReportPinnedWait(GreenThread? thread, string waitedFor, TimeSpan duration)
    {
        (string stackTrace, string? pinnedBy) = PinnedStack.Capture();
        var args = new PinnedWaitEventArgs(thread, waitedFor, duration, pinnedBy, stackTrace);
        GreenThreadEventSource.Log.PinnedWait(thread?.Id ?? 0, args.WaitedFor, duration.TotalMicroseconds, pinnedBy ?? "", stackTrace);
        PinnedWaitEnded?.Invoke(null, args);
    }

    /// <summary>The counters, added up over all carriers without stopping them: each is right, together they may be a moment apart.</summary>
    public static GreenThreadCounters Counters
    {
        get
        {
            CarrierCounters sum = Scheduler.ReadAllCounters();
            return new GreenThreadCounters
            {
                Started = sum.Started,
                Finished = sum.Finished,
                Suspensions = sum.Suspensions,
                PinnedWaits = sum.PinnedWaits,
                UnreplacedWaits = sum.UnreplacedWaits,
                Steals = sum.Steals,
                Carriers = Scheduler.CountAllCarriers(),
                CarriersStarted = Scheduler.CountAllCarriersStarted(),
            };
        }
    }

    /// <summary>
    /// Writes all live green threads: number, name, state, what they wait for, and the methods in which they wait,
    /// innermost first.
    /// </summary>
    /// <param name="writer">Where to; written line by line while the threads go on. Does not suspend.</param>
    /// <remarks>
    /// The frames of a parked thread are those that it saved; a running one has none, and one that moves while it is
    /// looked at may show a mixture. Nothing is locked: a million threads can be dumped while they run.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="writer"/> is null.</exception>
    public static void Dump(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        CultureInfo culture = CultureInfo.InvariantCulture;
        GreenThreadCounters counters = Counters;
        writer.WriteLine(string.Create(
            culture,
            $"{counters.Alive} green threads on {counters.Carriers} carriers; {counters.Suspensions} suspensions, {counters.PinnedWaits} pinned waits"));
        foreach (Scheduler scheduler in Scheduler.All) scheduler.Describe(writer);
        foreach (GreenThread thread in ThreadRegistry.Live()) Dump(thread, writer);
    }

    /// <summary>The methods in which a green thread waits, innermost first, one in a line as in <see cref="Dump(TextWriter)"/>.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Empty for a thread that runs, or has no saved frames. One that moves meanwhile may show a mixture.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="thread"/> is null.</exception>
    public static string GetStackTrace(GreenThread thread)
    {
        ArgumentNullException.ThrowIfNull(thread);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        WriteFrames(thread, text);
        return text.ToString();
    }

    private static void Dump(GreenThread thread, TextWriter writer)
    {
        GreenThreadState state = thread.State;
        if (state == GreenThreadState.Done) return;
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"#{thread.Id} {state}"));
        if (state == GreenThreadState.Parked)
        {
            writer.Write(' ');
            writer.Write(thread.Status.Reason.ToString());
            if (thread.Status.IsPinned) writer.Write(" pinned");
        }
        if (thread.Name is { } name)
        {
            writer.Write(" \"");
            writer.Write(name);
            writer.Write('"');
        }
        if (state == GreenThreadState.Parked && WaitGraph.TargetOf(thread) is { } target)
        {
            writer.Write(", waits for ");
            writer.Write(WaitGraph.Describe(target));
        }
        writer.WriteLine();
        WriteFrames(thread, writer);
    }

    private static void WriteFrames(GreenThread thread, TextWriter writer)
    {
        if (thread.State is not (GreenThreadState.Parked or GreenThreadState.Runnable)) return;
        int count = 0;
        for (Frame? frame = thread.InnermostFrame; frame is not null && count < MaxFrames; frame = frame.Caller, count++)
        {
            writer.Write("    at ");
            writer.WriteLine(FrameNames.Of(frame.GetType()));
        }
    }
}
