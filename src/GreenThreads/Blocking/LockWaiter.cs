using System.Diagnostics;
using System.Runtime.ExceptionServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

/// <summary>A thread's place in the queue of a <see cref="GreenLock"/>; one for each thread, made when it first has to wait for a lock.</summary>
[NotWoven]
internal sealed class LockWaiter(Continuation thread)
{
    internal readonly Continuation Thread = thread;

    // All below: guarded by the gate of the lock's queue while the thread waits, else the thread's own.
    internal LockWaiter? Next;
    internal LockWaiter? Previous;

    /// <summary>What the thread waits for; null while it does not. For dumps also read without order.</summary>
    internal volatile GreenLock? Lock;

    internal LockPlace Place;

    /// <summary>When the thread began to wait, in ticks of the stop watch.</summary>
    internal long Since;

    /// <summary>Until when it waits: to enter, or for a pulse.</summary>
    internal long Deadline;

    /// <summary>How often it has entered beyond the first time once it has the lock.</summary>
    internal int Recursion;

    /// <summary>Whether a pulse took it out of the wait set.</summary>
    internal bool Pulsed;

    /// <summary>Whether it gives up when its time has passed or it is interrupted; a thread that was in the lock does not.</summary>
    internal bool CanGiveUp;

    /// <summary>What ended its wait for a pulse, to be thrown once it has the lock again.</summary>
    internal Exception? Failure;

    // What came when the thread could not give up any more: it is for its next wait.
    private Exception? _late;

    // Whether waits of the thread are not ended early at the moment, and whether that was so before.
    private bool _shields;
    private bool _wasShielded;

    /// <summary>What it waits for.</summary>
    internal ParkReason Reason =>
        Place == LockPlace.Waiting ? ParkReason.MonitorWait : CanGiveUp ? ParkReason.Lock : ParkReason.LockReacquire;

    /// <summary>Before it is used.</summary>
    internal void Begin(long deadline, bool canGiveUp, int recursion)
    {
        Deadline = deadline;
        CanGiveUp = canGiveUp;
        Recursion = recursion;
        Pulsed = false;
    }

    /// <summary>The exception came too late for this wait.</summary>
    internal void PutOff(Exception failure) => _late = failure;

    /// <summary>Before each park: from the time on that it may not give up, nothing ends its waits early.</summary>
    internal void ShieldIfNeeded()
    {
        if (CanGiveUp || _shields || Place == LockPlace.Waiting) return;
        _wasShielded = Parker.Shield();
        _shields = true;
    }

    /// <summary>It does not wait any more.</summary>
    internal void End()
    {
        Place = LockPlace.None;
        Lock = null;
        if (_shields) Parker.Unshield(_wasShielded);
        _shields = false;
        if (_late is not { } late) return;
        _late = null;
        Parker.Postpone(late);
    }

    /// <summary>After <see cref="End"/>: throws what ended the wait for a pulse.</summary>
    [StackTraceHidden]
    internal void ThrowFailure()
    {
        if (Failure is not { } failure) return;
        Failure = null;
        ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>That of the calling thread.</summary>
    internal static LockWaiter Of(Continuation self)
    {
        ref LockWaiter? cached = ref self is GreenThread thread ? ref thread.Side().LockWaiter : ref ((OsThread)self).LockWaiter;
        return cached ??= new LockWaiter(self);
    }
}

/// <summary>Where a <see cref="LockWaiter"/> stands.</summary>
internal enum LockPlace
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>In the queue of those who want to enter.</summary>
    Entering,

    /// <summary>In the wait set, until a pulse.</summary>
    Waiting,

    /// <summary>It was made the owner.</summary>
    Owner,
}
