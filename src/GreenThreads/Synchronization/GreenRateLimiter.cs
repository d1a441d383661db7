using System.Diagnostics;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

// A bucket: permits drop into it at a constant rate until it is full. There is no timer behind it: how full it is follows
// from the time that has passed.
//
// Nobody hands permits over, as time does. The first in the queue parks until there will be enough for it, takes them, leaves
// the queue and wakes the next one, who has become the first; the others park without a time.

/// <summary>Lets through so many per second, with bursts up to a size.</summary>
/// <remarks>
/// All members may be used from green threads and from plain OS threads, in any mixture. Who waits longest is served first, so
/// that many permits at once are not overtaken by few. If a wait ends with an exception or because its time is up, no
/// permits were taken.
/// </remarks>
public sealed class GreenRateLimiter : IWaitSource
{
    private readonly double _ticksPerPermit;
    private GatedQueue _queue;

    // Both guarded by the gate of the queue: the permits in the bucket as of a time. The Tag of a node is how many it wants.
    private double _available;
    private long _asOf;

    /// <summary>Makes a rate limiter whose bucket is full.</summary>
    /// <param name="permitsPerSecond">The rate.</param>
    /// <param name="burst">The size of the bucket: how many may pass at once after a quiet time.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not a positive number of at most 10^9, or the burst is less than one.</exception>
    public GreenRateLimiter(double permitsPerSecond, int burst)
    {
        if (!(permitsPerSecond is > 0 and <= 1e9))
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitsPerSecond), permitsPerSecond, "A rate is more than zero and at most 10^9 permits per second.");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        PermitsPerSecond = permitsPerSecond;
        Burst = burst;
        _ticksPerPermit = Stopwatch.Frequency / permitsPerSecond;
        _available = burst;
        _asOf = Stopwatch.GetTimestamp();
    }

    /// <summary>The rate.</summary>
    public double PermitsPerSecond { get; }

    /// <summary>The size of the bucket.</summary>
    public int Burst { get; }

    /// <summary>The permits in the bucket; may have changed when the caller looks at it.</summary>
    public int AvailablePermits
    {
        [NotWoven]
        get
        {
            _queue.Enter();
            Refill();
            int available = (int)_available;
            _queue.Leave();
            return available;
        }
    }

    /// <summary>Takes permits. Waits until there are enough, and those who came before have theirs.</summary>
    /// <param name="permits">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is less than one or more than <see cref="Burst"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the permits were taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void Acquire(int permits = 1, CancellationToken cancellationToken = default) =>
        AcquireUntil(permits, Deadline.Never, cancellationToken);

    /// <summary>Takes permits if there are enough and nobody waits. Does not wait.</summary>
    /// <param name="permits">How many.</param>
    /// <returns>Whether they were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is less than one or more than <see cref="Burst"/>.</exception>
    public bool TryAcquire(int permits = 1)
    {
        Check(permits);
        return TakeOrEnlist(null, permits, out _);
    }

    /// <summary>Takes permits, waiting for a limited time.</summary>
    /// <param name="permits">How many.</param>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether they were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="permits"/> is less than one or more than <see cref="Burst"/>; or the time is negative (and not infinite) or
    /// longer than <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the permits were taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public bool TryAcquire(int permits, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        AcquireUntil(permits, Deadline.After(timeout, nameof(timeout)), cancellationToken);

    private bool AcquireUntil(int permits, long deadline, CancellationToken cancellationToken)
    {
        Check(permits);
        cancellationToken.ThrowIfCancellationRequested();
        Continuation? self = Deadline.HasPassed(deadline) ? null : Continuation.Current;
        if (TakeOrEnlist(self, permits, out Waiter? waiter)) return true;
        return waiter is not null && AwaitTurn(waiter, deadline, cancellationToken);
    }

    private bool AwaitTurn(Waiter waiter, long deadline, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = Waiter.WakeOnCancel(waiter.Owner, cancellationToken);
        bool taken = false;
        try
        {
            while (!(taken = TryTakeTurn(waiter, out long ready)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Deadline.HasPassed(deadline)) break;
                Parker.Park(ParkReason.RateLimiter, Math.Min(ready, deadline), waiter);
            }
        }
        finally
        {
            registration.Unregister();
            if (!taken) GiveUp(waiter);
            waiter.Release();
        }
        return taken;
    }

    // ---- under the gate -----------------------------------------------------------------------------------------

    private void Refill()
    {
        long now = Stopwatch.GetTimestamp();
        _available = Math.Min(Burst, _available + ((now - _asOf) / _ticksPerPermit));
        _asOf = now;
    }

    // A thread that may wait is enlisted if it has to.
    [NotWoven]
    private bool TakeOrEnlist(Continuation? self, int permits, out Waiter? waiter)
    {
        waiter = null;
        _queue.Enter();
        Refill();
        bool taken = _queue.IsEmpty && _available >= permits;
        if (taken) _available -= permits;
        else if (self is not null) waiter = _queue.Enlist(self, this, permits);
        _queue.Leave();
        return taken;
    }

    // By the thread itself; when it is the first, says when there will be enough.
    [NotWoven]
    private bool TryTakeTurn(Waiter waiter, out long ready)
    {
        ready = Deadline.Never;
        bool taken = false;
        Continuation? next = null;
        _queue.Enter();
        if (ReferenceEquals(_queue.First, waiter))
        {
            Refill();
            taken = _available >= waiter.Tag;
            if (taken)
            {
                _available -= waiter.Tag;
                _queue.TryLeave(waiter);
                next = _queue.First?.Owner;
            }
            else
            {
                double ticks = Math.Ceiling((waiter.Tag - _available) * _ticksPerPermit);
                if (ticks < long.MaxValue / 2) ready = _asOf + (long)ticks;
            }
        }
        _queue.Leave();
        next?.Unpark();
        return taken;
    }

    [NotWoven]
    private void GiveUp(Waiter waiter)
    {
        _queue.Enter();
        bool wasFirst = ReferenceEquals(_queue.First, waiter);
        _queue.TryLeave(waiter);
        Continuation? next = wasFirst ? _queue.First?.Owner : null;
        _queue.Leave();
        next?.Unpark();
    }

    private void Check(int permits)
    {
        if (permits < 1 || permits > Burst)
        {
            throw new ArgumentOutOfRangeException(
                nameof(permits), permits, $"Between 1 and {Burst} permits can be taken at once; a larger burst allows more.");
        }
    }

    string IWaitTarget.Describe() => $"rate limiter ({PermitsPerSecond} per second)";

    /// <inheritdoc/>
    /// <remarks>Not called: the threads withdraw by themselves, see <see cref="GiveUp"/>.</remarks>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter) => _queue.Withdraw(waiter);
}
