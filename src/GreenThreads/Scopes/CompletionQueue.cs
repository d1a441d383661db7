using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;

namespace GreenThreads.Scopes;

/// <summary>Threads that have ended, in that order; added by their carriers, taken by one thread.</summary>
internal sealed class CompletionQueue(Continuation consumer) : GreenThread.EndCallback, IWaitTarget
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Queue<GreenThread> _ended = new();

    Continuation? IWaitTarget.Owner => null;

    string IWaitTarget.Describe() => "the first of several threads that ends";

    [NotWoven]
    internal override void Ended(GreenThread thread)
    {
        lock (_gate) _ended.Enqueue(thread);
        consumer.Unpark();
    }

    /// <summary>By the consumer: the next one; waits for it.</summary>
    internal GreenThread Take()
    {
        while (true)
        {
            if (TryTake() is { } thread) return thread;
            Parker.Park(ParkReason.Join, Deadline.Never, this);
        }
    }

    [NotWoven]
    private GreenThread? TryTake()
    {
        lock (_gate) return _ended.TryDequeue(out GreenThread? thread) ? thread : null;
    }
}
