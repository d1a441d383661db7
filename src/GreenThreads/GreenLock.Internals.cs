using System.Globalization;
using System.Runtime.CompilerServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;

namespace GreenThreads;

// State, one word:
//
//   Free       -> Held       // Enter, TryEnter; a waiter that was woken (Designated) and finds it free
//   Held       -> Free       // Exit
//   Held       -> Held | Due // somebody begins to wait, or the designated waiter finds the lock held
//   Held | Due -> Held       // Exit hands the lock over to the oldest waiter, and nobody else waits
//   Held | Due -> Held | Due // the same, others wait
//   Held | Due -> Free       // Exit wakes the oldest waiter, which is designated from then on
//
// Free is 0: only then may anybody take the lock. Due means that Exit must look at the queue. While somebody is in the
// queue, either Due is set or one of the queue is designated, and sets Due if it does not get the lock. So no waiter is
// forgotten, and Exit is one exchange while the designated waiter is on its way.
//
// Which of the two Exit does decides between throughput and order. A hand-over costs a switch of threads for each section,
// because the new owner has to run first. So the lock is left free, and a running thread may pass the waiters, except
//   - the owner has waited in its section: its sections are long, the order is strict
//   - the oldest waiter has waited, and nobody came out of the queue, for longer than the patience (100 µs)
// A thread that enters and leaves again and again while a waiter is designated looks at the clock each Quota sections.

public sealed partial class GreenLock : IWaitTarget
{
    private const int Free = 0;
    private const int Held = 1;
    private const int Due = 2;

    private const int Quota = 1000;
    private const int SpinRounds = 15;
    private const int SpinsPerRound = 2;

    // All changes by the methods below: interlocked, but Due is only set under the gate of the queue.
    private int _state;

    // Owner only: how often it has entered beyond the first time.
    private int _recursion;

    // Owner only: sections until Exit looks at the clock; 0 while nobody is designated.
    private int _quota;

    // Written by the owner after it has taken the lock and before it leaves it, or by the old owner in a hand-over. Others
    // only compare it with themselves, which they would have written.
    private Continuation? _owner;

    // Written once by compare-exchange.
    private LockQueue? _queue;

    // Who is in it, for reports and heuristics: may have changed.
    private Continuation? Owner => Volatile.Read(ref _owner);

    Continuation? IWaitTarget.Owner => Owner;

    string IWaitTarget.Describe() => Owner switch
    {
        GreenThread owner => string.Create(CultureInfo.InvariantCulture, $"a lock that #{owner.Id} is in"),
        null => "a lock that is free",
        _ => "a lock that an OS thread is in",
    };

    // HOT: lock, 0 alloc
    [NotWoven, MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryTake(Continuation self)
    {
        if (Interlocked.CompareExchange(ref _state, Held, Free) == Free)
        {
            _owner = self;
            return true;
        }
        return TryTakeAgain(self);
    }

    [NotWoven]
    private bool TryTakeAgain(Continuation self)
    {
        if (!ReferenceEquals(_owner, self)) return false;
        _recursion = checked(_recursion + 1);
        return true;
    }

    // HOT: lock, 0 alloc
    [NotWoven, MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Exit(Continuation self)
    {
        if ((_recursion | _quota) == 0 && ReferenceEquals(_owner, self))
        {
            _owner = null;
            if (Interlocked.CompareExchange(ref _state, Free, Held) == Held) return;
            _owner = self;
        }
        ExitSlow(self);
    }

    [NotWoven, MethodImpl(MethodImplOptions.NoInlining)]
    private void ExitSlow(Continuation self)
    {
        ThrowIfNotOwner(self);
        if (_recursion != 0)
        {
            _recursion--;
            return;
        }
        if (_quota > 1)
        {
            _quota--;
            _owner = null;
            if (Interlocked.CompareExchange(ref _state, Free, Held) == Held) return;
        }
        Leave(self);
    }

    [NotWoven]
    private void Leave(Continuation self)
    {
        Continuation? woken = null;
        LockQueue queue = Volatile.Read(ref _queue)!;
        queue.Gate.Enter();
        _quota = 0;
        if (queue.Entering.First is not { } oldest)
        {
            _owner = null;
            Interlocked.Exchange(ref _state, Free);
        }
        else if (queue.IsDue(oldest, self))
        {
            queue.Entering.Remove(oldest);
            if (ReferenceEquals(queue.Designated, oldest)) queue.Designated = null;
            else woken = oldest.Thread;
            queue.Grant();
            _recursion = oldest.Recursion;
            _owner = oldest.Thread;
            oldest.Place = LockPlace.Owner;
            Interlocked.Exchange(ref _state, HeldState(queue));
        }
        else
        {
            if (queue.Designated is null)
            {
                queue.Designated = oldest;
                woken = oldest.Thread;
            }
            queue.IsFair = false;
            _quota = Quota;
            _owner = null;
            Interlocked.Exchange(ref _state, Free);
        }
        queue.Gate.Leave();
        woken?.Unpark();
    }

    // Under the gate, for the one who gets the lock.
    private static int HeldState(LockQueue queue) =>
        queue.Entering.First is not null && queue.Designated is null ? Held | Due : Held;

    /// <exception cref="SynchronizationLockException">The calling thread is not in the lock.</exception>
    internal void ThrowIfNotOwner(Continuation self)
    {
        if (!ReferenceEquals(_owner, self)) ThrowNotOwner();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNotOwner() => throw new SynchronizationLockException();

    // ---- entering -----------------------------------------------------------------------------------------------

    private bool TryEnterUntil(long deadline)
    {
        Continuation self = Continuation.Current;
        if (TryTake(self)) return true;
        if (Deadline.HasPassed(deadline)) return false;
        if (Join(self, deadline) is not { } waiter) return true;
        Stand(waiter);
        return IsHeldByCurrentThread;
    }

    /// <summary>To the end of the queue.</summary>
    /// <returns>Null if the lock could be taken instead.</returns>
    [NotWoven]
    private LockWaiter? Join(Continuation self, long deadline)
    {
        if (TrySpin(self)) return null;
        LockQueue queue = Queue();
        LockWaiter waiter = LockWaiter.Of(self);
        waiter.Begin(deadline, canGiveUp: true, recursion: 0);
        return Wants(queue, waiter) ? waiter : null;
    }

    [NotWoven]
    private bool Wants(LockQueue queue, LockWaiter waiter)
    {
        queue.Gate.Enter();
        bool waits = WantsLocked(queue, waiter);
        queue.Gate.Leave();
        return waits;
    }

    // Under the gate: takes the lock if it is free, else stands at the end of the queue. Whether it has to wait.
    [NotWoven]
    private bool WantsLocked(LockQueue queue, LockWaiter waiter)
    {
        waiter.Since = System.Diagnostics.Stopwatch.GetTimestamp();
        if (TakeOrDemand(queue, waiter, queue.Designated is null)) return false;
        waiter.Lock = this;
        waiter.Place = LockPlace.Entering;
        queue.Entering.Add(waiter);
        return true;
    }

    // Under the gate. False: the lock is held, and its Exit will look at the queue if that is demanded.
    [NotWoven]
    private bool TakeOrDemand(LockQueue queue, LockWaiter waiter, bool demands)
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if (state == Free)
            {
                if (Interlocked.CompareExchange(ref _state, HeldState(queue), Free) != Free) continue;
                _owner = waiter.Thread;
                _recursion = waiter.Recursion;
                _quota = queue.Designated is null ? 0 : Quota;
                return true;
            }
            if (IsOwnerAway()) queue.IsFair = true;
            if (!demands && !queue.IsFair) return false;
            if (Interlocked.CompareExchange(ref _state, state | Due, state) == state) return false;
        }
    }

    // Whether the owner waits in its section. One to which the lock was handed over has not begun it yet.
    [NotWoven]
    private bool IsOwnerAway() =>
        Owner is GreenThread owner && !ReferenceEquals(owner.SideOrNull?.LockWaiter?.Lock, this)
        && !Scheduler.Of(owner.Status).IsMounted(owner);

    [NotWoven]
    private bool TrySpin(Continuation self)
    {
        if (Environment.ProcessorCount == 1) return false;
        if (self is GreenThread)
        {
            Carrier carrier = Carrier.Current!;
            if (carrier.Scheduler.CarrierCount == 1 || carrier.HasWork) return false;
        }
        for (int i = 0; i < SpinRounds; i++)
        {
            if (Volatile.Read(ref _state) == Free && TryTake(self)) return true;
            if (Volatile.Read(ref _state) == (Held | Due) || Volatile.Read(ref _quota) != 0 || IsOwnerAway()) return false;
            Thread.SpinWait(SpinsPerRound);
        }
        return false;
    }

    private LockQueue Queue()
    {
        if (Volatile.Read(ref _queue) is { } queue) return queue;
        Interlocked.CompareExchange(ref _queue, new LockQueue(), null);
        return _queue;
    }

    // Parks until it has the lock or gives up.
    private static void Stand(LockWaiter waiter)
    {
        GreenLock wanted = waiter.Lock!;
        while (true)
        {
            bool inTime = true;
            waiter.ShieldIfNeeded();
            try
            {
                inTime = Parker.Park(waiter.Reason, waiter.Deadline, wanted);
            }
            catch (Exception failure)
            {
                if (wanted.GivesUp(waiter, failure)) throw;
            }
            if (wanted.Advance(waiter, inTime)) return;
        }
    }

    // After a park. True: it has the lock, or its time to enter has passed.
    [NotWoven]
    private bool Advance(LockWaiter waiter, bool inTime)
    {
        LockQueue queue = _queue!;
        Continuation? woken = null;
        bool done = true;
        queue.Gate.Enter();
        if (waiter.Place == LockPlace.Waiting && !inTime) EnterAgainLocked(queue, waiter);
        if (waiter.Place == LockPlace.Owner)
        {
            queue.NoteSlice(waiter.Thread);
        }
        else if (ReferenceEquals(queue.Designated, waiter))
        {
            queue.Designated = null;
            queue.Entering.Remove(waiter);
            done = TakeOrDemand(queue, waiter, demands: true);
            if (done)
            {
                queue.Grant();
                queue.NoteSlice(waiter.Thread);
            }
            else
            {
                queue.Entering.AddFirst(waiter);
            }
        }
        else
        {
            done = false;
        }
        if (!done && !inTime && waiter.CanGiveUp)
        {
            woken = Remove(queue, waiter);
            done = true;
        }
        queue.Gate.Leave();
        woken?.Unpark();
        if (done) waiter.End();
        return done;
    }

    // The wait has failed. True: it does not wait any more. Else it is the owner already, or may not give up.
    [NotWoven]
    private bool GivesUp(LockWaiter waiter, Exception failure)
    {
        LockQueue queue = _queue!;
        Continuation? woken = null;
        bool givesUp = false;
        queue.Gate.Enter();
        if (waiter.Place == LockPlace.Waiting)
        {
            waiter.Failure = failure;
            EnterAgainLocked(queue, waiter);
        }
        else if (waiter.CanGiveUp && waiter.Place == LockPlace.Entering)
        {
            woken = Remove(queue, waiter);
            givesUp = true;
        }
        else
        {
            waiter.PutOff(failure);
        }
        queue.Gate.Leave();
        woken?.Unpark();
        if (givesUp) waiter.End();
        return givesUp;
    }

    // Under the gate. If it was on its way, the next one is sent instead, or Exit will do it.
    [NotWoven]
    private Continuation? Remove(LockQueue queue, LockWaiter waiter)
    {
        queue.Entering.Remove(waiter);
        if (!ReferenceEquals(queue.Designated, waiter)) return null;
        queue.Designated = null;
        if (queue.Entering.First is not { } next) return null;
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if (state == Free)
            {
                queue.Designated = next;
                return next.Thread;
            }
            if (Interlocked.CompareExchange(ref _state, state | Due, state) == state) return null;
        }
    }
}
