using System.Diagnostics;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Scopes;
using GreenThreads.Synchronization;

namespace GreenThreads;

// How a green thread waits: the half that it does itself, and what its carrier asks it.
public partial class GreenThread
{
    /// <inheritdoc/>
    internal override void Unpark() => Act(_status.Unpark());

    private void Act(WakeDuty duty)
    {
        if (duty == WakeDuty.None) return;
        if (duty == WakeDuty.Enqueue) Scheduler.Of(_status).MakeRunnable(this);
        else Unsafe.As<OsThread>(QueueLink!).Signal();
    }

    /// <summary>First half of an unpinned wait, on this thread.</summary>
    [NotWoven]
    internal ParkStart AnnouncePark(ParkReason reason, long deadline)
    {
        if (_status.IsEnding) ThrowIfEnding();
        if (_status.TryTakePermit()) return ParkStart.PermitTaken;
        if (Deadline.HasPassed(deadline)) return ParkStart.DeadlinePassed;
        Awaits = null; // a result that nobody took may lie there
        Announce(reason, deadline);
        return ParkStart.Suspend;
    }

    // The first half of a wait: what the carrier is to do once this thread is unmounted.
    private void Announce(ParkReason reason, long deadline)
    {
        Announced = reason;
        if (deadline != Deadline.Never) Carrier.Current!.AnnounceDeadline(deadline);
    }

    /// <summary>As <see cref="AnnouncePark"/>, for a sleep: the carrier resumes the thread only when the time has passed.</summary>
    /// <returns>False: it has passed already.</returns>
    [NotWoven]
    internal bool AnnounceSleep(long deadline)
    {
        if (_status.IsEnding) ThrowIfEnding();
        if (Deadline.HasPassed(deadline)) return false;
        Awaits = s_sleep;
        Announce(ParkReason.Sleep, deadline);
        return true;
    }

    /// <summary>As <see cref="AnnouncePark"/>, for a join: the carrier resumes the thread only when the other one has ended.</summary>
    /// <returns>False: it has ended already.</returns>
    [NotWoven]
    internal bool AnnounceJoin(GreenThread joined)
    {
        if (_status.IsEnding) ThrowIfEnding();
        if (joined._status.IsDone) return false;
        Awaits = joined;
        Announced = ParkReason.Join;
        return true;
    }

    /// <summary>
    /// As <see cref="AnnouncePark"/>, for a wait in a queue of a channel: the carrier resumes the thread only when there is an outcome,
    /// with the item, or with what the wait failed with.
    /// </summary>
    /// <returns>False: there is an outcome already.</returns>
    [NotWoven]
    internal bool AnnounceWait(Waiter waiter)
    {
        if (_status.IsEnding) ThrowIfEnding(waiter);
        if (!waiter.IsWaiting) return false;
        Awaits = waiter;
        Announced = ParkReason.Channel;
        return true;
    }

    /// <inheritdoc/>
    private protected override void CallOffWait()
    {
        if (Announced == ParkReason.Channel && Awaits is Waiter waiter && !waiter.Withdraw()) waiter.Abandon();
        Announced = ParkReason.None;
        Awaits = null;
        Carrier.Current!.AnnounceDeadline(Deadline.Never);
    }

    [MethodImpl(MethodImplOptions.NoInlining), StackTraceHidden]
    private void ThrowIfEnding(Waiter waiter)
    {
        try
        {
            ThrowIfEnding();
        }
        catch (Exception exception)
        {
            if (waiter.Withdraw()) throw;
            Parker.Postpone(exception);
        }
    }

    /// <summary>On the carrier, before a thread that was woken is resumed: whether it has to go on waiting.</summary>
    internal bool MustWaitOn()
    {
        if ((_status.IsEnding && HasWakeException()) || ReferenceEquals(Awaits, NoTimer)) return false;
        return Announced switch
        {
            ParkReason.Channel => Unsafe.As<Waiter>(Awaits!).IsWaiting,
            ParkReason.Join => !Unsafe.As<GreenThread>(Awaits!)._status.IsDone,
            _ => TimerHandle != TimerWheel.Fired,
        };
    }

    /// <inheritdoc/>
    /// <remarks>Nothing to do: a suspension without an announcement is a yield.</remarks>
    internal override void AnnounceYield()
    {
    }

    /// <inheritdoc/>
    [NotWoven]
    internal override bool ParkBlocking(ParkReason reason, long deadline, IWaitTarget? target)
    {
        if (_status.IsEnding) ThrowIfEnding();
        if (_status.TryTakePermit()) return true;
        if (Deadline.HasPassed(deadline)) return false;
        Carrier carrier = Carrier.Current!;
        QueueLink = carrier.PinEvent;
        if (!_status.TryParkPinned(reason))
        {
            if (_status.IsEnding) ThrowIfEnding();
            return true;
        }
        bool signaled = carrier.BlockPinned(reason, deadline);
        if (!signaled && !_status.TryUnparkSelf())
        {
            carrier.PinEvent.Wait(Deadline.Never); // lost against a waker, whose signal comes for sure
            signaled = true;
        }
        QueueLink = null;
        if (_status.IsEnding) ThrowIfEnding();
        return signaled;
    }

    [MethodImpl(MethodImplOptions.NoInlining), StackTraceHidden]
    private void ThrowIfEnding()
    {
        if (TakeWakeException() is { } exception) throw exception;
    }

    /// <summary>By the thread or the carrier that resumes it: why its wait ends early; null if it does not, after all.</summary>
    [NotWoven]
    internal Exception? TakeWakeException()
    {
        if (!HasWakeException()) return null;
        if (!_status.IsInterrupted) return Cancellation!.CreateException(this);
        var interrupted = new ThreadInterruptedException("The green thread was interrupted from a waiting state.");
        _status.TryTakeInterrupt(); // not before there was memory to say so
        return interrupted;
    }

    /// <summary>By the carrier that resumes the thread, as <see cref="TakeWakeException"/>.</summary>
    /// <param name="waiter">What it waits with in a queue of a channel; null for other waits.</param>
    [NotWoven]
    internal Exception? TakeEarlyEnd(Waiter? waiter)
    {
        if (TakeWakeException() is not { } exception) return null;
        if (waiter is null || waiter.Withdraw()) return exception;
        Parker.Postpone(exception);
        return null;
    }

    // An interrupt, or a cancellation that is one: the bit of it is a hint to look.
    [NotWoven]
    private bool HasWakeException()
    {
        if (_status.IsInterrupted || Cancellation is { IsCanceled: true }) return true;
        _status.ClearCanceled();
        // Who cancels marks the node first and sets the bit then: if the bit just cleared was meant for a node of now, that says so.
        if (Cancellation is not { IsCanceled: true }) return _status.IsInterrupted;
        _status.Cancel();
        return true;
    }

    /// <inheritdoc/>
    internal override CancellationNode? Cancellation
    {
        get => SideOrNull?.Cancellation;
        set => Side().Cancellation = value;
    }

    /// <inheritdoc/>
    internal override LocalValues? Locals
    {
        get => SideOrNull?.Locals;
        set => Side().Locals = value;
    }

    /// <inheritdoc/>
    internal override void WakeForCancellation() => Act(_status.Cancel());

    /// <inheritdoc/>
    internal override bool BeginShield() => _status.Shield();

    /// <inheritdoc/>
    internal override void EndShield() => _status.Unshield();
}
