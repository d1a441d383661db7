using System.Runtime.CompilerServices;
using GreenThreads.Scheduling;

namespace GreenThreads.Diagnostics;

// Whoever can wake a parked thread reaches its object: through the queue of the channel or lock, the continuations of the
// task, the timers, the poller, the joiners of another thread. So a parked thread that nothing refers to but the table of
// live threads can never run again, nor can those that only wait for it. The collector finds them:
//
//   1. each candidate gets a probe that lives exactly as long as the thread is reachable (an ephemeron), and its slot in the
//      table refers to it weakly
//   2. a collection; the probes of unreachable threads are finalized, which brings their threads back and reports them
//   3. the slots of all candidates that live refer to them again
//
// A slot may have been given to another thread meanwhile; then it is left alone. Objects with finalizers that only a leaked
// thread refers to are finalized as if it had been collected.

/// <summary>Finds parked threads that nothing can wake any more.</summary>
[NotWoven]
internal static class LeakDetector
{
    private static readonly Lock s_gate = new();

    internal static List<GreenThread> Find()
    {
        lock (s_gate)
        {
            var leaked = new List<GreenThread>();
            var probes = new ConditionalWeakTable<GreenThread, Probe>();
            List<WeakReference<GreenThread>> candidates = Loosen(probes, leaked);
            // twice: the first one may find a thread on the stack of a carrier that has just left it
            for (int i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            foreach (WeakReference<GreenThread> candidate in candidates)
            {
                if (candidate.TryGetTarget(out GreenThread? thread)) ThreadRegistry.Tighten(thread);
            }
            Disarm(candidates, probes);
            lock (leaked) return [.. leaked.Where(static thread => thread.Status.IsParked)];
        }
    }

    // Apart, so that no local of it keeps a thread alive during the collection.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference<GreenThread>> Loosen(ConditionalWeakTable<GreenThread, Probe> probes, List<GreenThread> leaked)
    {
        var candidates = new List<WeakReference<GreenThread>>();
        foreach (GreenThread thread in ThreadRegistry.Live())
        {
            if (!thread.Status.IsParked || thread.Status.IsPinned) continue;
            probes.Add(thread, new Probe(thread, leaked));
            candidates.Add(new WeakReference<GreenThread>(thread, trackResurrection: true));
            ThreadRegistry.Loosen(thread);
        }
        return candidates;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Disarm(List<WeakReference<GreenThread>> candidates, ConditionalWeakTable<GreenThread, Probe> probes)
    {
        foreach (WeakReference<GreenThread> candidate in candidates)
        {
            if (candidate.TryGetTarget(out GreenThread? thread) && probes.TryGetValue(thread, out Probe? probe)) GC.SuppressFinalize(probe);
        }
    }

    private sealed class Probe(GreenThread thread, List<GreenThread> leaked)
    {
        ~Probe()
        {
            ThreadRegistry.Tighten(thread);
            lock (leaked) leaked.Add(thread);
        }
    }
}
