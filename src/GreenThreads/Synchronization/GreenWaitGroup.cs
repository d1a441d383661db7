using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>Counts work that is under way; threads wait until there is none.</summary>
/// <remarks>
/// All members may be used from green threads and from plain OS threads, in any mixture. It may be used again after the
/// count has come back to zero. What is added must be added before the wait that is to see it.
/// </remarks>
public sealed class GreenWaitGroup : IWaitSource
{
    private GatedQueue _queue;

    // All guarded by the gate; the count is read without it too. The round counts how often the count has come to zero: whoever
    // waits is released by the end of the round in which it came (the Tag of its node).
    private int _count;
    private int _round;

    /// <summary>Makes a group.</summary>
    /// <param name="initialCount">The work under way.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public GreenWaitGroup(int initialCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initialCount);
        _count = initialCount;
    }

    /// <summary>The work under way; may have changed when the caller looks at it.</summary>
    public int CurrentCount => Volatile.Read(ref _count);

    /// <summary>Counts work that begins. Does not wait.</summary>
    /// <param name="count">How much.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than one.</exception>
    /// <exception cref="OverflowException">There would be more than <see cref="int.MaxValue"/>.</exception>
    [NotWoven]
    public void Add(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _queue.Enter();
        bool fits = count <= int.MaxValue - _count;
        if (fits) _count += count;
        _queue.Leave();
        if (!fits) throw new OverflowException($"A wait group counts up to {int.MaxValue}.");
    }

    /// <summary>Counts work that has ended; the last one releases those who wait. Does not wait.</summary>
    /// <exception cref="InvalidOperationException">There is no work under way.</exception>
    [NotWoven]
    public void Done()
    {
        _queue.Enter();
        if (_count == 0)
        {
            _queue.Leave();
            throw new InvalidOperationException("Done was called more often than Add.");
        }
        if (--_count != 0)
        {
            _queue.Leave();
            return;
        }
        int ended = _round++;
        _queue.Leave();
        _queue.GrantRound(ended);
    }

    /// <summary>Starts a green thread that counts as work under way until it ends, in whatever way. Does not wait.</summary>
    /// <param name="body">What it does.</param>
    /// <returns>The thread.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public GreenThread Start(Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Add();
        try
        {
            return GreenThread.Start(() =>
            {
                try
                {
                    body();
                }
                finally
                {
                    Done();
                }
            });
        }
        catch
        {
            Done(); // it was not started
            throw;
        }
    }

    /// <summary>Waits until no work is under way.</summary>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void Wait() => WaitUntil(Deadline.Never, default);

    /// <summary>Waits until no work is under way.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void Wait(CancellationToken cancellationToken) => WaitUntil(Deadline.Never, cancellationToken);

    /// <summary>Waits for a limited time until no work is under way.</summary>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitUntil(Deadline.After(timeout, nameof(timeout)), cancellationToken);

    private bool WaitUntil(long deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Deadline.HasPassed(deadline)) return CurrentCount == 0;
        if (Enlist(Continuation.Current) is not { } waiter) return true;
        if (!waiter.Await(ParkReason.WaitGroup, deadline, cancellationToken)) return false;
        waiter.Release();
        return true;
    }

    // Null: nothing to wait for.
    [NotWoven]
    private Waiter? Enlist(Continuation self)
    {
        Waiter? waiter = null;
        _queue.Enter();
        if (_count != 0) waiter = _queue.Enlist(self, this, _round);
        _queue.Leave();
        return waiter;
    }

    string IWaitTarget.Describe() => $"wait group ({_count} under way)";

    /// <inheritdoc/>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter) => _queue.Withdraw(waiter);
}
