using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>A number of permits: a thread takes one or waits for one.</summary>
/// <remarks>
/// All members may be used from green threads and from plain OS threads, in any mixture. Who waits longest is served first:
/// a permit that is released while threads wait goes to the first of them, and nobody overtakes. If a wait ends with an
/// exception or because its time is up, no permit was taken.
/// </remarks>
public sealed class GreenSemaphore : IWaitSource
{
    private readonly int _maximum;
    private GatedQueue _queue;

    // All guarded by the gate of the queue; the count is read without it too. While threads wait it is zero, but for the moments between
    // a release and the hand-over of what was released.
    private int _count;

    /// <summary>Makes a semaphore.</summary>
    /// <param name="initialCount">The permits that are there at first.</param>
    /// <param name="maximumCount">The most that there may be.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is less than one, or the initial count is negative or more than the maximum.</exception>
    public GreenSemaphore(int initialCount, int maximumCount = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(initialCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(initialCount, maximumCount);
        _count = initialCount;
        _maximum = maximumCount;
    }

    /// <summary>The permits that are there; may have changed when the caller looks at it.</summary>
    public int CurrentCount => Volatile.Read(ref _count);

    /// <summary>Takes a permit. Waits while there is none.</summary>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void Wait()
    {
        if (TakeOrEnlist(Continuation.Current) is { } waiter) AwaitPermit(waiter);
    }

    /// <summary>Takes a permit. Waits while there is none.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before a permit was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void Wait(CancellationToken cancellationToken) => WaitUntil(Deadline.Never, cancellationToken);

    /// <summary>Takes a permit, waiting for a limited time.</summary>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether a permit was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before a permit was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitUntil(Deadline.After(timeout, nameof(timeout)), cancellationToken);

    /// <summary>Takes a permit if there is one. Does not wait.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryWait() => TryTake();

    /// <summary>Gives permits back, or adds some; wakes as many threads that wait. Does not wait.</summary>
    /// <param name="releaseCount">How many.</param>
    /// <returns>How many there were before.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="releaseCount"/> is less than one.</exception>
    /// <exception cref="SemaphoreFullException">There would be more than the maximum; nothing was released.</exception>
    [NotWoven]
    public int Release(int releaseCount = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(releaseCount, 1);
        _queue.Enter();
        int before = _count;
        if (releaseCount > _maximum - before)
        {
            _queue.Leave();
            throw new SemaphoreFullException($"{releaseCount} permits cannot be added to {before}: at most {_maximum} are allowed.");
        }
        _count = before + releaseCount;
        Continuation? woken = HandOverLocked();
        _queue.Leave();
        while (woken is not null)
        {
            woken.Unpark();
            _queue.Enter();
            woken = HandOverLocked();
            _queue.Leave();
        }
        return before;
    }

    private void AwaitPermit(Waiter waiter)
    {
        waiter.Await(ParkReason.Semaphore, Deadline.Never);
        waiter.Release();
    }

    private bool WaitUntil(long deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Deadline.HasPassed(deadline)) return TryTake();
        if (TakeOrEnlist(Continuation.Current) is not { } waiter) return true;
        if (!waiter.Await(ParkReason.Semaphore, deadline, cancellationToken)) return false;
        waiter.Release();
        return true;
    }

    [NotWoven]
    private bool TryTake()
    {
        _queue.Enter();
        bool taken = TryTakeLocked();
        _queue.Leave();
        return taken;
    }

    // Null: taken.
    [NotWoven]
    private Waiter? TakeOrEnlist(Continuation self)
    {
        Waiter? waiter = null;
        _queue.Enter();
        if (!TryTakeLocked()) waiter = _queue.Enlist(self, this);
        _queue.Leave();
        return waiter;
    }

    private bool TryTakeLocked()
    {
        if (_count == 0 || !_queue.IsEmpty) return false;
        _count--;
        return true;
    }

    private Continuation? HandOverLocked()
    {
        if (_count == 0 || _queue.Grant() is not { } woken) return null;
        _count--;
        return woken;
    }

    string IWaitTarget.Describe() => $"semaphore ({_count} permits)";

    /// <inheritdoc/>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter) => _queue.Withdraw(waiter);
}
