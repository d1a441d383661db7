using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

// Not run -> Running // by the thread that comes first
// Running -> Done    // the action has returned
// Running -> Not run // the action has thrown; one of those who waited runs it again
//
// The thread that runs the action holds no gate meanwhile: the action may wait.

/// <summary>Something that is to be done once, by the thread that needs it first, while the others wait for it.</summary>
/// <remarks>It may be used from green threads and from plain OS threads, in any mixture; the action may wait.</remarks>
public sealed class GreenOnce : IWaitSource
{
    private GatedQueue _queue;

    // Guarded by the gate; _done is read without it too: what the action wrote is seen by who reads true.
    private volatile bool _done;
    private Continuation? _runner;

    /// <summary>Whether it has been done.</summary>
    public bool IsDone => _done;

    /// <summary>
    /// Does it, unless it has been done; waits while another thread does it. If the action throws, it counts as not done: its
    /// caller gets the exception, and the next one tries again.
    /// </summary>
    /// <param name="action">What is to be done. May wait.</param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is in the middle of it.</exception>
    /// <exception cref="Exception">What the action threw.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited for another one.</exception>
    public void Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (!_done) RunSlow(action);
    }

    private void RunSlow(Action action)
    {
        while (TryBegin(Continuation.Current) is { } waiter)
        {
            waiter.Await(ParkReason.Once, Deadline.Never);
            waiter.Release();
        }
        if (_done) return;
        bool done = false;
        try
        {
            action();
            done = true;
        }
        finally
        {
            End(done);
        }
    }

    // Null: it is done, or the caller is to do it.
    [NotWoven]
    private Waiter? TryBegin(Continuation self)
    {
        Waiter? waiter = null;
        _queue.Enter();
        if (ReferenceEquals(_runner, self))
        {
            _queue.Leave();
            throw new InvalidOperationException("What is done once needs itself: the action (or factory) has called its own Run (or Value).");
        }
        if (!_done)
        {
            if (_runner is null) _runner = self;
            else waiter = _queue.Enlist(self, this);
        }
        _queue.Leave();
        return waiter;
    }

    [NotWoven]
    private void End(bool done)
    {
        _queue.Enter();
        _done = done;
        _runner = null;
        _queue.Leave();
        // done: nobody comes after; not done: those who come meanwhile are woken too, and look again
        while (WakeOne())
        {
        }
    }

    private bool WakeOne()
    {
        _queue.Enter();
        // one that has begun anew wakes the rest
        Continuation? woken = _runner is null ? _queue.Grant() : null;
        _queue.Leave();
        woken?.Unpark();
        return woken is not null;
    }

    Continuation? IWaitTarget.Owner => Volatile.Read(ref _runner);

    string IWaitTarget.Describe() => "what is done once";

    /// <inheritdoc/>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter) => _queue.Withdraw(waiter);
}
