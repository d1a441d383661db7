using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads.Diagnostics;

// Who waits for whom. Nothing is recorded for it while threads run: a joining thread has the joined one in Awaits, one that
// waits in a queue has its node, which knows its source, and what else is waited for is a local of the runtime's frames.

/// <summary>What threads wait for, found when somebody asks.</summary>
[NotWoven]
internal static class WaitGraph
{
    /// <summary>What a parked thread waits for; null if that cannot be told. Any thread, without locks: may be out of date.</summary>
    internal static object? TargetOf(Continuation thread)
    {
        if (NodeOf(thread.CachedWaiter) is { } node) return node;
        if (thread is OsThread { Target: { } target }) return target;
        if (thread is not GreenThread green) return null;
        if (green.Status.IsPinned) return null;
        return green.Awaits is GreenThread joined ? joined : TargetIn(green.InnermostFrame);
    }

    /// <summary>The thread that has to act before the wait can end; null if it could be any.</summary>
    internal static Continuation? OwnerOf(object? target) => (target as IWaitTarget)?.Owner;

    /// <summary>What it is, in words.</summary>
    internal static string Describe(object target)
    {
        if (target is not IWaitTarget known) return $"a {target.GetType().Name}";
        string text = known.Describe();
        return target is GreenThread || known.Owner is not { } owner ? text : $"{text}, held by {NameOf(owner)}";
    }

    internal static string NameOf(Continuation thread)
    {
        if (thread is not GreenThread green) return "an OS thread";
        string number = string.Create(CultureInfo.InvariantCulture, $"#{green.Id}");
        return green.Name is { } name ? $"{number} \"{name}\"" : number;
    }

    /// <summary>
    /// The threads that wait for each other in a ring: each for one that has to act, the last for the first. Nothing but an
    /// interrupt, a cancellation or a deadline can help them.
    /// </summary>
    internal static List<List<GreenThread>> Rings()
    {
        var rings = new List<List<GreenThread>>();
        var seen = new HashSet<GreenThread>();
        foreach (GreenThread start in ThreadRegistry.Live())
        {
            var path = new List<GreenThread>();
            GreenThread? at = start;
            while (at is not null && at.Status.IsParked && seen.Add(at))
            {
                path.Add(at);
                at = OwnerOf(TargetOf(at)) as GreenThread;
            }
            if (at is null) continue;
            int first = path.IndexOf(at);
            if (first >= 0 && at.Status.IsParked) rings.Add(path[first..]);
        }
        return rings;
    }

    private static Waiter? NodeOf(Waiter? first)
    {
        Waiter? node = first;
        while (node is not null && node.Source is null) node = node.NextCached;
        return node;
    }

    // Only the runtime's own frames: further out a local of the user's may be anything.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A field that was trimmed away is only missing in the report.")]
    private static object? TargetIn(Frame? frame)
    {
        for (; frame is not null && frame.GetType().Assembly == typeof(WaitGraph).Assembly; frame = frame.Caller)
        {
            foreach (FieldInfo field in frame.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (field.GetValue(frame) is IWaitTarget target) return target;
            }
        }
        return null;
    }
}
