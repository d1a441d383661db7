using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

// A phase: each participant arrives once; the last one calls the action, then the phase number goes up and all go on. While
// the action runs nobody can arrive (all have), and those who leave or join take part from the next phase on.

/// <summary>Has a number of threads wait for each other, phase after phase.</summary>
/// <remarks>All members may be used from green threads and from plain OS threads, in any mixture.</remarks>
public sealed class GreenBarrier : IWaitSource
{
    private readonly Action<GreenBarrier>? _postPhaseAction;
    private GatedQueue _queue;

    // All guarded by the gate; read without it for the properties. The Tag of a node is the lower half of its phase.
    private int _participants;
    private int _remaining;
    private long _phase;
    private Continuation? _actor;

    // What the action of the phase before the present one threw. Written before the phase goes up; overwritten at the
    // earliest when all participants have arrived again, so that all have read it.
    private Exception? _failure;

    /// <summary>Makes a barrier.</summary>
    /// <param name="participantCount">How many threads take part.</param>
    /// <param name="postPhaseAction">Called after each phase by the thread that arrived last, before the others go on. May wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public GreenBarrier(int participantCount, Action<GreenBarrier>? postPhaseAction = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(participantCount);
        _participants = participantCount;
        _remaining = participantCount;
        _postPhaseAction = postPhaseAction;
    }

    /// <summary>How many threads take part.</summary>
    public int ParticipantCount => Volatile.Read(ref _participants);

    /// <summary>How many have not arrived yet in the present phase.</summary>
    public int ParticipantsRemaining => Volatile.Read(ref _remaining);

    /// <summary>The number of the present phase, from 0.</summary>
    public long CurrentPhaseNumber => Volatile.Read(ref _phase);

    /// <summary>Arrives, and waits until all participants have arrived.</summary>
    /// <exception cref="InvalidOperationException">There are no participants, more threads arrive than take part, or the caller is in the action.</exception>
    /// <exception cref="BarrierPostPhaseException">The action threw; all participants get it.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; it counts as not arrived.</exception>
    public void SignalAndWait() => SignalAndWaitUntil(Deadline.Never, default);

    /// <summary>Arrives, and waits until all participants have arrived.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">There are no participants, more threads arrive than take part, or the caller is in the action.</exception>
    /// <exception cref="BarrierPostPhaseException">The action threw; all participants get it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the thread counts as not arrived.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; it counts as not arrived.</exception>
    public void SignalAndWait(CancellationToken cancellationToken) => SignalAndWaitUntil(Deadline.Never, cancellationToken);

    /// <summary>Arrives, and waits for a limited time until all participants have arrived.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the time was up; the thread counts as not arrived then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="InvalidOperationException">There are no participants, more threads arrive than take part, or the caller is in the action.</exception>
    /// <exception cref="BarrierPostPhaseException">The action threw; all participants get it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the thread counts as not arrived.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; it counts as not arrived.</exception>
    public bool SignalAndWait(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        SignalAndWaitUntil(Deadline.After(timeout, nameof(timeout)), cancellationToken);

    /// <summary>Has one more thread take part, from now on. Does not wait.</summary>
    /// <returns>The number of the first phase in which it takes part.</returns>
    /// <exception cref="InvalidOperationException">There would be more than <see cref="int.MaxValue"/> participants.</exception>
    [NotWoven]
    public long AddParticipant()
    {
        _queue.Enter();
        bool fits = _participants < int.MaxValue;
        if (fits)
        {
            _participants++;
            if (_actor is null) _remaining++;
        }
        long phase = _actor is null ? _phase : _phase + 1;
        _queue.Leave();
        if (!fits) throw new InvalidOperationException($"A barrier has at most {int.MaxValue} participants.");
        return phase;
    }

    /// <summary>Has one thread less take part, from now on. Ends the phase if all others have arrived; does not wait otherwise.</summary>
    /// <exception cref="InvalidOperationException">All participants have arrived, or there is none.</exception>
    /// <exception cref="BarrierPostPhaseException">It ended the phase, and the action threw.</exception>
    public void RemoveParticipant()
    {
        if (!Leave(Continuation.Current)) return;
        EndPhase();
        ThrowIfFailed();
    }

    private bool SignalAndWaitUntil(long deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Arrive(Continuation.Current) is { } waiter)
        {
            if (!waiter.Await(ParkReason.Barrier, deadline, cancellationToken)) return false;
            waiter.Release();
        }
        else
        {
            EndPhase();
        }
        ThrowIfFailed();
        return true;
    }

    // Null: the caller is the last one and ends the phase.
    [NotWoven]
    private Waiter? Arrive(Continuation self)
    {
        Waiter? waiter = null;
        _queue.Enter();
        if (_remaining == 0)
        {
            string message = ReferenceEquals(_actor, self) ? "The action of a barrier cannot arrive at it."
                : _participants == 0 ? "The barrier has no participants. Add one for each thread that arrives."
                : $"More threads arrive than the {_participants} that take part. Add one participant for each thread that arrives.";
            _queue.Leave();
            throw new InvalidOperationException(message);
        }
        if (--_remaining == 0) _actor = self;
        else waiter = _queue.Enlist(self, this, unchecked((int)_phase));
        _queue.Leave();
        return waiter;
    }

    // True: all others have arrived, and the caller ends the phase.
    [NotWoven]
    private bool Leave(Continuation self)
    {
        _queue.Enter();
        bool inAction = _actor is not null;
        if (_participants == 0 || (_remaining == 0 && !inAction))
        {
            _queue.Leave();
            throw new InvalidOperationException("There is no participant that could leave: the barrier has none, or all have arrived.");
        }
        _participants--;
        bool ends = !inAction && --_remaining == 0 && _participants != 0;
        if (ends) _actor = self;
        _queue.Leave();
        return ends;
    }

    private void EndPhase()
    {
        Exception? failure = null;
        try
        {
            _postPhaseAction?.Invoke(this);
        }
        catch (Exception exception)
        {
            failure = exception;
        }
        Advance(failure);
    }

    [NotWoven]
    private void Advance(Exception? failure)
    {
        _failure = failure;
        _queue.Enter();
        int ended = unchecked((int)_phase++);
        _remaining = _participants;
        _actor = null;
        _queue.Leave();
        _queue.GrantRound(ended);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure) throw new BarrierPostPhaseException(failure);
    }

    string IWaitTarget.Describe() => $"barrier (phase {_phase}, {_remaining} of {_participants} missing)";

    /// <inheritdoc/>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter)
    {
        _queue.Enter();
        // once all have arrived, nobody can take it back: while the action runs, and when the phase has ended but this thread
        // has not been told yet, the outcome is certain to come
        bool left = _actor is null && waiter.Tag == unchecked((int)_phase) && _queue.TryLeave(waiter);
        if (left) _remaining++;
        _queue.Leave();
        return left;
    }
}
