using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads.Continuations;

/// <summary>
/// A plain OS thread that runs woven code or waits for green threads: a wait blocks it. Also the event on which
/// carriers sleep.
/// </summary>
/// <remarks>Always pinned, so that stubs go straight to the woven body and waits come here. Nothing is allocated per wait.</remarks>
internal sealed class OsThread : Continuation
{
    // Guarded by this object's monitor.
    private bool _signaled;

    /// <summary>The thread of the last wait with a limit, on whose list of joiners this one is. This thread only.</summary>
    internal object? Awaited;

    internal OsThread() => PinDepth = 1;

    /// <inheritdoc/>
    internal override Waiter? CachedWaiter { get; set; }

    /// <inheritdoc/>
    internal override void Unpark() => Signal();

    /// <inheritdoc/>
    internal override bool ParkBlocking(ParkReason reason, long deadline) => Wait(deadline);

    /// <inheritdoc/>
    /// <remarks>Never called: this thread is always pinned.</remarks>
    internal override void AnnounceYield() => throw new InvalidOperationException("A plain OS thread cannot be suspended.");

    /// <summary>Wakes the waiter, or lets the next wait pass.</summary>
    [NotWoven]
    internal void Signal()
    {
        lock (this)
        {
            _signaled = true;
            Monitor.Pulse(this);
        }
    }

    /// <summary>Blocks the calling OS thread, the only one that may call this, until signaled.</summary>
    /// <returns>False when the deadline has passed.</returns>
    [NotWoven]
    internal bool Wait(long deadline)
    {
        lock (this)
        {
            while (!_signaled)
            {
                int milliseconds = Deadline.MillisecondsLeft(deadline);
                if (milliseconds == 0) return false;
                Monitor.Wait(this, milliseconds);
            }
            _signaled = false;
            return true;
        }
    }
}
