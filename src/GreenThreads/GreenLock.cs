using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads;

/// <summary>
/// Mutual exclusion between threads of any kind: belongs to the green thread that entered it, or to the OS thread outside
/// of green threads. The owner may wait while it holds it, and may enter it again.
/// </summary>
/// <remarks>
/// <para>A thread that has to wait for it is suspended (a plain OS thread, and a pinned green thread, blocks). Nothing is
/// allocated to enter and leave it.</para>
/// <para>Who waits longest goes first, with one exception: a thread that is running may enter a lock that is free at that
/// moment although others wait, as long as the one that waits longest has not waited for more than about 100 µs, or the
/// lock came to another thread within that time. So a short section that many threads run does not cost a switch of
/// threads each time. A lock whose owner waits in its section is handed over strictly in order.</para>
/// <para>The weaver uses it for <c>lock</c> statements on private objects whose bodies can wait.</para>
/// </remarks>
public sealed partial class GreenLock
{
    /// <summary>Whether the calling thread is in the lock.</summary>
    public bool IsHeldByCurrentThread => ReferenceEquals(_owner, Continuation.Current);

    /// <summary>Enters the lock; waits until it is free.</summary>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; it has not entered.</exception>
    /// <exception cref="OperationCanceledException">What the thread runs in was cancelled while it waited; it has not entered.</exception>
    public void Enter()
    {
        Continuation self = Continuation.Current;
        if (TryTake(self)) return;
        if (Join(self, Deadline.Never) is { } waiter) Stand(waiter);
    }

    /// <summary>Enters the lock if that is possible without a wait.</summary>
    /// <returns>Whether it was entered.</returns>
    [NotWoven]
    public bool TryEnter() => TryTake(Continuation.Current);

    /// <summary>Enters the lock; waits for a limited time until it is free.</summary>
    /// <param name="millisecondsTimeout">How long; 0 does not wait, <see cref="Timeout.Infinite"/> waits for ever.</param>
    /// <returns>Whether it was entered.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is less than -1.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; it has not entered.</exception>
    /// <exception cref="OperationCanceledException">What the thread runs in was cancelled while it waited; it has not entered.</exception>
    public bool TryEnter(int millisecondsTimeout) => TryEnterUntil(Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout)));

    /// <summary>Enters the lock; waits for a limited time until it is free.</summary>
    /// <param name="timeout">How long; zero does not wait, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <returns>Whether it was entered.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; it has not entered.</exception>
    /// <exception cref="OperationCanceledException">What the thread runs in was cancelled while it waited; it has not entered.</exception>
    public bool TryEnter(TimeSpan timeout) => TryEnterUntil(Deadline.After(timeout, nameof(timeout)));

    /// <summary>Enters the lock; it is left when the result is disposed.</summary>
    /// <returns>What has to be disposed, by the same thread.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; it has not entered.</exception>
    /// <exception cref="OperationCanceledException">What the thread runs in was cancelled while it waited; it has not entered.</exception>
    public Scope EnterScope()
    {
        Enter();
        return new Scope(this);
    }

    /// <summary>Leaves the lock once. Does not wait.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread is not in the lock.</exception>
    [NotWoven]
    public void Exit() => Exit(Continuation.Current);

    /// <summary>Leaves a <see cref="GreenLock"/> when it is disposed.</summary>
    public struct Scope : IDisposable
    {
        private GreenLock? _entered;

        internal Scope(GreenLock entered) => _entered = entered;

        /// <summary>Leaves the lock; does nothing the second time.</summary>
        /// <exception cref="SynchronizationLockException">The calling thread is not in the lock.</exception>
        [NotWoven]
        public void Dispose()
        {
            if (_entered is not { } entered) return;
            _entered = null;
            entered.Exit(Continuation.Current);
        }
    }
}
