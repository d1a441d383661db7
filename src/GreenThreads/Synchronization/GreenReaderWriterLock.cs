using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

// Held by nobody, by readers (their number), or by one writer.
//
// Order: first come, first served. A reader waits behind a writer that waits, so that readers cannot starve writers; when a
// writer leaves, all readers up to the next writer enter together. Whoever leaves hands the lock over: the state says "held"
// before the woken thread runs, and nobody can come in between.

/// <summary>A lock that many readers may hold together, or one writer alone.</summary>
/// <remarks>
/// <para>
/// It may be used from green threads and from plain OS threads, in any mixture, and held across waits. Who waits longest is
/// served first. If a wait ends with an exception or because its time is up, the lock was not taken.
/// </para>
/// <para>
/// It is not recursive, and reading cannot be turned into writing: a writer that enters again gets a
/// <see cref="LockRecursionException"/>; a reader that enters again waits for ever if a writer has come in between, because
/// readers are counted, not remembered.
/// </para>
/// </remarks>
public sealed class GreenReaderWriterLock : IWaitSource
{
    private const int Reading = 0;
    private const int Writing = 1;

    private GatedQueue _queue;

    // All guarded by the gate; read without it for the properties. The Tag of a node says what it waits for.
    private int _readers;
    private Continuation? _writer;

    /// <summary>How many readers hold it; may have changed when the caller looks at it.</summary>
    public int CurrentReadCount => Volatile.Read(ref _readers);

    /// <summary>Whether the calling thread holds it for writing.</summary>
    public bool IsWriteLockHeld => ReferenceEquals(Volatile.Read(ref _writer), Continuation.Current);

    // ---- reading ------------------------------------------------------------------------------------------------

    /// <summary>Takes the lock for reading. Waits while a writer holds it or has been waiting for longer.</summary>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void EnterReadLock() => Enter(Reading, Deadline.Never, default);

    /// <summary>As <see cref="EnterReadLock()"/>, until the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void EnterReadLock(CancellationToken cancellationToken) => Enter(Reading, Deadline.Never, cancellationToken);

    /// <summary>As <see cref="EnterReadLock()"/>, for a limited time.</summary>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the lock was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public bool TryEnterReadLock(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Enter(Reading, Deadline.After(timeout, nameof(timeout)), cancellationToken);

    /// <summary>Gives the lock up that was taken for reading. Does not wait.</summary>
    /// <exception cref="SynchronizationLockException">Nobody holds it for reading.</exception>
    [NotWoven]
    public void ExitReadLock()
    {
        _queue.Enter();
        if (_readers == 0)
        {
            _queue.Leave();
            throw new SynchronizationLockException("The lock is not held for reading.");
        }
        _readers--;
        HandOverAndLeave();
    }

    /// <summary><see cref="EnterReadLock()"/>, and <see cref="ExitReadLock"/> when the result is disposed of: <c>using (x.EnterReadScope()) …</c>.</summary>
    /// <returns>Gives the lock up.</returns>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public ReadScope EnterReadScope()
    {
        EnterReadLock();
        return new ReadScope(this);
    }

    // ---- writing ------------------------------------------------------------------------------------------------

    /// <summary>Takes the lock for writing. Waits while anybody holds it or has been waiting for longer.</summary>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void EnterWriteLock() => Enter(Writing, Deadline.Never, default);

    /// <summary>As <see cref="EnterWriteLock()"/>, until the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public void EnterWriteLock(CancellationToken cancellationToken) => Enter(Writing, Deadline.Never, cancellationToken);

    /// <summary>As <see cref="EnterWriteLock()"/>, for a limited time.</summary>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the lock was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was taken.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public bool TryEnterWriteLock(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Enter(Writing, Deadline.After(timeout, nameof(timeout)), cancellationToken);

    /// <summary>Gives the lock up that was taken for writing. Does not wait.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it for writing.</exception>
    [NotWoven]
    public void ExitWriteLock()
    {
        _queue.Enter();
        if (!ReferenceEquals(_writer, Continuation.Current))
        {
            _queue.Leave();
            throw new SynchronizationLockException("The lock is not held for writing by this thread.");
        }
        _writer = null;
        HandOverAndLeave();
    }

    /// <summary><see cref="EnterWriteLock()"/>, and <see cref="ExitWriteLock"/> when the result is disposed of: <c>using (x.EnterWriteScope()) …</c>.</summary>
    /// <returns>Gives the lock up.</returns>
    /// <exception cref="LockRecursionException">The calling thread holds it for writing.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public WriteScope EnterWriteScope()
    {
        EnterWriteLock();
        return new WriteScope(this);
    }

    // ---- protocol -----------------------------------------------------------------------------------------------

    private bool Enter(int kind, long deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool mayWait = !Deadline.HasPassed(deadline);
        if (TryEnterOrEnlist(Continuation.Current, kind, mayWait, out Waiter? waiter)) return true;
        if (!mayWait) return false;
        if (!waiter!.Await(kind == Reading ? ParkReason.ReaderLock : ParkReason.WriterLock, deadline, cancellationToken)) return false;
        waiter.Release();
        return true;
    }

    [NotWoven]
    private bool TryEnterOrEnlist(Continuation self, int kind, bool mayWait, out Waiter? waiter)
    {
        waiter = null;
        _queue.Enter();
        if (ReferenceEquals(_writer, self))
        {
            _queue.Leave();
            throw new LockRecursionException("The thread holds the lock for writing already; it cannot be taken twice.");
        }
        bool entered = _queue.IsEmpty && TryTakeLocked(kind, self);
        if (!entered && mayWait) waiter = _queue.Enlist(self, this, kind);
        _queue.Leave();
        return entered;
    }

    private bool TryTakeLocked(int kind, Continuation? thread)
    {
        if (_writer is not null) return false;
        if (kind == Reading)
        {
            _readers++;
            return true;
        }
        if (_readers != 0) return false;
        _writer = thread;
        return true;
    }

    // Under the gate, which it leaves: hands the lock to the first waiter, and to the readers behind a reader.
    private void HandOverAndLeave()
    {
        while (_queue.First is { } first && TryTakeLocked(first.Tag, first.Owner))
        {
            Continuation woken = _queue.Grant()!;
            _queue.Leave();
            woken.Unpark();
            _queue.Enter();
        }
        _queue.Leave();
    }

    Continuation? IWaitTarget.Owner => Volatile.Read(ref _writer);

    string IWaitTarget.Describe() => _writer is not null ? "reader/writer lock (held by a writer)" : $"reader/writer lock (held by {_readers} readers)";

    /// <inheritdoc/>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter)
    {
        _queue.Enter();
        bool left = _queue.TryLeave(waiter);
        HandOverAndLeave(); // readers may have waited behind a writer that has gone
        return left;
    }

    /// <summary>Gives a lock up that was taken for reading.</summary>
    public readonly struct ReadScope : IDisposable
    {
        private readonly GreenReaderWriterLock _lock;

        internal ReadScope(GreenReaderWriterLock held) => _lock = held;

        /// <summary>Calls <see cref="ExitReadLock"/>.</summary>
        /// <exception cref="SynchronizationLockException">Nobody holds the lock for reading.</exception>
        public void Dispose() => _lock.ExitReadLock();
    }

    /// <summary>Gives a lock up that was taken for writing.</summary>
    public readonly struct WriteScope : IDisposable
    {
        private readonly GreenReaderWriterLock _lock;

        internal WriteScope(GreenReaderWriterLock held) => _lock = held;

        /// <summary>Calls <see cref="ExitWriteLock"/>.</summary>
        /// <exception cref="SynchronizationLockException">The calling thread does not hold the lock for writing.</exception>
        public void Dispose() => _lock.ExitWriteLock();
    }
}
