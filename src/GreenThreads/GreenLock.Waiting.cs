using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads;

// Leaving the lock for a while: the wait set of Monitor.Wait and Monitor.Pulse, and what conditions need. A pulse moves a
// waiter from the wait set to the queue of those who want to enter; it is woken when its turn to enter has come, once. From
// then on nothing ends its wait early: it was in the lock, and its caller leaves it.
public sealed partial class GreenLock
{
    /// <summary>As <see cref="Monitor.Wait(object)"/>: leaves the lock until a pulse or the deadline, and enters it again.</summary>
    /// <returns>Whether there was a pulse.</returns>
    /// <exception cref="SynchronizationLockException">The calling thread is not in the lock.</exception>
    internal bool WaitForPulse(long deadline)
    {
        LockWaiter waiter = BeginWait(Continuation.Current, deadline);
        Stand(waiter);
        waiter.ThrowFailure();
        return waiter.Pulsed;
    }

    [NotWoven]
    private LockWaiter BeginWait(Continuation self, long deadline)
    {
        ThrowIfNotOwner(self);
        LockQueue queue = Queue();
        LockWaiter waiter = LockWaiter.Of(self);
        waiter.Begin(deadline, canGiveUp: false, _recursion);
        waiter.Lock = this;
        waiter.Place = LockPlace.Waiting;
        queue.Gate.Enter();
        queue.Waiting.Add(waiter);
        queue.Gate.Leave();
        _recursion = 0;
        Leave(self);
        return waiter;
    }

    // Under the gate: out of the wait set without a pulse.
    [NotWoven]
    private void EnterAgainLocked(LockQueue queue, LockWaiter waiter)
    {
        queue.Waiting.Remove(waiter);
        waiter.Deadline = Deadline.Never;
        if (!WantsLocked(queue, waiter)) waiter.Place = LockPlace.Owner;
    }

    /// <summary>As <see cref="Monitor.Pulse"/> and <see cref="Monitor.PulseAll"/>: who was pulsed is to enter after the caller has left.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread is not in the lock.</exception>
    [NotWoven]
    internal void Pulse(bool all)
    {
        ThrowIfNotOwner(Continuation.Current);
        if (Volatile.Read(ref _queue) is not { } queue) return;
        queue.Gate.Enter();
        while (queue.Waiting.First is { } waiter)
        {
            queue.Waiting.Remove(waiter);
            waiter.Pulsed = true;
            waiter.Deadline = Deadline.Never;
            waiter.Since = System.Diagnostics.Stopwatch.GetTimestamp();
            waiter.Place = LockPlace.Entering;
            queue.Entering.Add(waiter);
            if (!all) break;
        }
        if (HeldState(queue) != Held) Interlocked.Or(ref _state, Due);
        queue.Gate.Leave();
    }

    /// <summary>Leaves the lock, however often it was entered.</summary>
    /// <returns>What <see cref="Reacquire"/> needs to enter it as often again.</returns>
    /// <exception cref="SynchronizationLockException">The calling thread is not in the lock.</exception>
    [NotWoven]
    internal int ReleaseAll()
    {
        Continuation self = Continuation.Current;
        ThrowIfNotOwner(self);
        int recursion = _recursion;
        _recursion = 0;
        Exit(self);
        return recursion;
    }

    /// <summary>Enters the lock again after <see cref="ReleaseAll"/>; an interrupt of this wait is put off to the next one.</summary>
    internal void Reacquire(int recursion)
    {
        if (JoinAgain(Continuation.Current, recursion) is { } waiter) Stand(waiter);
    }

    [NotWoven]
    private LockWaiter? JoinAgain(Continuation self, int recursion)
    {
        LockQueue queue = Queue();
        LockWaiter waiter = LockWaiter.Of(self);
        waiter.Begin(Deadline.Never, canGiveUp: false, recursion);
        return Wants(queue, waiter) ? waiter : null;
    }
}
