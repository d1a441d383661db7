using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Scopes;
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

    /// <summary>The thread's place in the queues of locks. This thread only.</summary>
    internal Blocking.LockWaiter? LockWaiter;

    // This thread only, but that the finalizer of a scope that it has left open takes that one out.
    private volatile CancellationNode? _cancellation;

    // This thread only.
    private bool _shielded;

    // Guarded by itself: those that wait without a limit.
    private static readonly HashSet<OsThread> s_waiting = [];

    // All written by this thread before it is on the list, read by reports.
    private Thread? _managed;
    private ParkReason _reason;
    private volatile IWaitTarget? _target;

    internal OsThread() => PinDepth = PinnedByStub;

    /// <inheritdoc/>
    internal override Waiter? CachedWaiter { get; set; }

    /// <inheritdoc/>
    internal override object?[]? StaticFields { get; set; }

    /// <inheritdoc/>
    internal override void Unpark() => Signal();

    /// <inheritdoc/>
    internal override bool ParkBlocking(ParkReason reason, long deadline, IWaitTarget? target)
    {
        ThrowIfCanceled();
        bool signaled = deadline == Deadline.Never ? WaitForEver(reason, target) : Wait(deadline);
        ThrowIfCanceled();
        return signaled;
    }

    /// <summary>What it waits for without a limit, for reports; null while it does not.</summary>
    internal IWaitTarget? Target => _target;

    /// <summary>The OS threads that wait here without a limit.</summary>
    [NotWoven]
    internal static int CountWaiting()
    {
        lock (s_waiting) return s_waiting.Count;
    }

    /// <summary>Writes what they wait for.</summary>
    [NotWoven]
    internal static void DescribeWaiting(TextWriter writer)
    {
        OsThread[] waiting;
        lock (s_waiting) waiting = [.. s_waiting];
        foreach (OsThread thread in waiting)
        {
            writer.Write($"OS thread {thread._managed?.ManagedThreadId} \"{thread._managed?.Name}\" waits: {thread._reason}");
            writer.WriteLine(WaitGraph.TargetOf(thread) is { } target ? $", for {WaitGraph.Describe(target)}" : "");
        }
    }

    // Known to the detector of deadlocks. The list costs little beside the blocking of an OS thread.
    [NotWoven]
    private bool WaitForEver(ParkReason reason, IWaitTarget? target)
    {
        _managed ??= Thread.CurrentThread;
        _reason = reason;
        _target = target;
        lock (s_waiting) s_waiting.Add(this);
        try
        {
            return Wait(Deadline.Never);
        }
        finally
        {
            lock (s_waiting) s_waiting.Remove(this);
            _target = null;
        }
    }

    /// <inheritdoc/>
    internal override CancellationNode? Cancellation
    {
        get => _cancellation;
        set => _cancellation = value;
    }

    /// <inheritdoc/>
    internal override LocalValues? Locals { get; set; }

    /// <inheritdoc/>
    internal override void WakeForCancellation() => Signal();

    /// <inheritdoc/>
    internal override bool BeginShield()
    {
        bool before = _shielded;
        _shielded = true;
        return before;
    }

    /// <inheritdoc/>
    internal override void EndShield() => _shielded = false;

    private void ThrowIfCanceled()
    {
        if (_cancellation is { IsCanceled: true } node && !_shielded) throw node.CreateException(this);
    }

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
        if (deadline != Deadline.Never && Deadline.Clock is { } clock) return WaitVirtual(clock, deadline);
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

    [NotWoven]
    private bool WaitVirtual(VirtualClock clock, long deadline)
    {
        using ITimer timer = clock.Start(static self => ((OsThread)self!).Pulse(), this, deadline);
        lock (this)
        {
            while (!_signaled)
            {
                if (Deadline.HasPassed(deadline)) return false;
                Monitor.Wait(this);
            }
            _signaled = false;
            return true;
        }
    }

    [NotWoven]
    private void Pulse()
    {
        lock (this) Monitor.Pulse(this);
    }
}
