using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>Has threads that hold a lock wait until another one has changed what the lock protects.</summary>
/// <remarks>
/// <para>
/// As <see cref="Monitor.Wait(object)"/> and <see cref="Monitor.Pulse"/>, with as many conditions for one lock as one likes. It may
/// be used from green threads and from plain OS threads, in any mixture. Always wait in a loop: between the pulse and the return
/// others may have held the lock.
/// </para>
/// <code>
/// using (_lock.EnterScope())
/// {
///     while (_queue.Count == 0) _notEmpty.Wait();
///     return _queue.Dequeue();
/// }
/// </code>
/// </remarks>
public sealed class GreenCondition : IWaitSource
{
    private readonly GreenLock _lock;
    private GatedQueue _queue;

    // Guarded by the gate of the queue: counts the calls of PulseAll. The Tag of a node is the one in which it came.
    private int _round;

    /// <summary>Makes a condition.</summary>
    /// <param name="guard">The lock that protects what the condition is about.</param>
    /// <exception cref="ArgumentNullException"><paramref name="guard"/> is null.</exception>
    public GreenCondition(GreenLock guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        _lock = guard;
    }

    /// <summary>Gives the lock up, waits for a pulse, and takes the lock again, as often as it was held.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the lock.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited for a pulse; it holds the lock, and took no pulse.</exception>
    public void Wait() => WaitUntil(Deadline.Never, default);

    /// <summary>As <see cref="Wait()"/>, until the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; the thread holds the lock, and took no pulse.</exception>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the lock.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited for a pulse; it holds the lock, and took no pulse.</exception>
    public void Wait(CancellationToken cancellationToken) => WaitUntil(Deadline.Never, cancellationToken);

    /// <summary>As <see cref="Wait()"/>, for a limited time.</summary>
    /// <param name="timeout">How long to wait for a pulse; <see cref="Timeout.InfiniteTimeSpan"/> for ever. Taking the lock again is not limited.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the time was up; the thread holds the lock in any case.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the thread holds the lock, and took no pulse.</exception>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the lock.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited for a pulse; it holds the lock, and took no pulse.</exception>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitUntil(Deadline.After(timeout, nameof(timeout)), cancellationToken);

    /// <summary>Wakes the thread that has been waiting for longest, if any. Does not wait.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the lock.</exception>
    [NotWoven]
    public void Pulse()
    {
        ThrowIfNotHeld();
        _queue.Enter();
        Continuation? woken = _queue.Grant();
        _queue.Leave();
        woken?.Unpark();
    }

    /// <summary>Wakes all threads that wait. Does not wait.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the lock.</exception>
    [NotWoven]
    public void PulseAll()
    {
        ThrowIfNotHeld();
        _queue.Enter();
        int round = _round++;
        _queue.Leave();
        _queue.GrantRound(round);
    }

    private bool WaitUntil(long deadline, CancellationToken cancellationToken)
    {
        ThrowIfNotHeld();
        cancellationToken.ThrowIfCancellationRequested();
        // into the queue before the lock is given up: no pulse can come in between
        Waiter waiter = Enlist(Continuation.Current);
        int held = _lock.ReleaseAll();
        try
        {
            bool pulsed = waiter.Await(ParkReason.Condition, deadline, cancellationToken);
            if (pulsed) waiter.Release();
            return pulsed;
        }
        finally
        {
            _lock.Reacquire(held);
        }
    }

    [NotWoven]
    private Waiter Enlist(Continuation self)
    {
        _queue.Enter();
        Waiter waiter = _queue.Enlist(self, this, _round);
        _queue.Leave();
        return waiter;
    }

    private void ThrowIfNotHeld()
    {
        if (!_lock.IsHeldByCurrentThread)
            throw new SynchronizationLockException("The lock of the condition is not held by this thread. Enter it before Wait, Pulse and PulseAll.");
    }

    string IWaitTarget.Describe() => "condition";

    /// <inheritdoc/>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter) => _queue.Withdraw(waiter);
}
