using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Synchronization;

namespace GreenThreads.Scheduling;

// One slice: mount the thread (current continuation, execution context), call its body or resume its innermost frame,
// unmount, then do what the thread announced. A thread that suspends never enqueues or publishes itself: only here, with
// its frames linked, may another carrier get hold of it.
//
// Between two slices the current continuation stays that of the last one, which nothing looks at: Unmount is called, and
// the carrier's own one becomes current, before user code may run here (handlers of AsyncLocal changes and of exceptions,
// completions of tasks, clocks) and before the carrier goes idle.

/// <summary>An OS thread that runs green threads.</summary>
[NotWoven]
internal sealed partial class Carrier(Scheduler scheduler)
{
    [ThreadStatic]
    private static Carrier? t_current;

    internal readonly Scheduler Scheduler = scheduler;

    /// <summary>This OS thread as a continuation: current between slices, and the event on which it sleeps and blocks.</summary>
    internal readonly OsThread OsThread = new();

    /// <summary>
    /// The event on which a pinned thread blocks here. Apart from that above: it is signaled exactly once for each wake-up,
    /// by the one who won the state change, and never for another reason; else a waker could look for a waiter that has gone.
    /// </summary>
    internal readonly OsThread PinEvent = new();

    // Of the wait that the mounted thread has announced, if it has one. This thread only.
    private long _deadline = Deadline.Never;

    /// <summary>The thread of the current slice. Written by this thread, read by any without order.</summary>
    internal GreenThread? Mounted;

    /// <summary>Its number in the system. Written once by this thread; until the watchdog sees that, it takes the thread for blocked.</summary>
    internal int ThreadNumber;

    internal FreeSlots FreeSlots = FreeSlots.Create();

    /// <summary>Plain counters of this thread; read by any without order.</summary>
    internal CarrierCounters Counters;

    /// <summary>The carrier that is this OS thread, or null.</summary>
    internal static Carrier? Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current;
    }

#pragma warning disable GT2001 // carriers are OS threads: one for each processor and each that is blocked
    internal void Start() => new Thread(Main) { IsBackground = true, Name = "green carrier" }.UnsafeStart();
#pragma warning restore GT2001

    private void Main()
    {
        t_current = this;
        ref Continuation? current = ref Continuation.CurrentHere;
        current = OsThread;
        Continuation.Prepare();
        ThreadNumber = ThreadClock.CurrentThread();
        Scheduler.TakeFirstGrant(this);
        // not Next: it would run what it finds while still counted as spinning
        for (GreenThread? thread = Find(); thread is not null; thread = Next()) RunSlice(thread, ref current);
        t_current = null;
    }

    /// <summary>By the mounted thread, which has announced a wait: until when.</summary>
    internal void AnnounceDeadline(long deadline) => _deadline = deadline;

    /// <summary>The announced wait does not come about: there is no memory for a frame of the mounted thread.</summary>
    internal void Unannounce(GreenThread thread)
    {
        _deadline = Deadline.Never;
        thread.Announced = ParkReason.None;
        thread.Mode = Continuation.Running;
    }

    /// <summary>Makes this OS thread itself current.</summary>
    internal void Unmount() => Continuation.SetCurrent(OsThread);

    // HOT: yield. The place of the current continuation is handed along: looking it up takes as long as a slice's other work.
    private void RunSlice(GreenThread thread, ref Continuation? current)
    {
        if (thread.Mode == GreenThread.Woken && thread.Awaits is not null && thread.MustWaitOn())
        {
            ParkAgain(thread);
            return;
        }
        Mounted = thread;
        ThreadSide? side = thread.SideOrNull;
        if (side is not null) Contexts.Mount(side, this);
        current = thread;
        bool suspended;
        Exception? failure = null;
        try
        {
            if (thread.Mode == Continuation.Running) suspended = !thread.Resume();
            else if (thread.Mode == GreenThread.NotStarted) suspended = thread.RunBody();
            else suspended = !ResumeWoken(thread);
        }
        catch (Exception exception)
        {
            suspended = false;
            failure = exception;
            if (thread.Mode == Continuation.Suspending) Unannounce(thread);
        }
        Contexts.Unmount(thread, side, this);
        Mounted = null;
        if (suspended) AfterSuspension(thread);
        else End(thread, failure);
    }

    // After a park: what it waited for travels to the resumed frame.
    private bool ResumeWoken(GreenThread thread)
    {
        object? awaited = thread.Awaits;
        ParkReason reason = thread.Announced;
        thread.Mode = Continuation.Running;
        thread.Announced = ParkReason.None;
        thread.Awaits = null;
        bool inTime = thread.TimerHandle == 0 || Scheduler.Disarm(thread);
        thread.Handshake = 0;
        ExceptionDispatchInfo? failure;
        try
        {
            failure = EndWait(thread, awaited, reason, inTime);
        }
        catch (OutOfMemoryException)
        {
            if (awaited is not Waiter waiter || !waiter.TryKeep(thread))
            {
                // not even for the exception: it comes again until there is some
                thread.Awaits = GreenThread.NoTimer;
                thread.Mode = GreenThread.Woken;
                return false;
            }
            failure = null;
        }
        return failure is null ? thread.Resume() : thread.ResumeFailing(failure);
    }

    // Stores what the wait has brought, or says with what it fails.
    private static ExceptionDispatchInfo? EndWait(GreenThread thread, object? awaited, ParkReason reason, bool inTime)
    {
        if (thread.Status.IsEnding && thread.TakeEarlyEnd(awaited as Waiter) is { } exception) return ExceptionDispatchInfo.Capture(exception);
        if (awaited is null)
        {
            thread.StoreResult(inTime);
            return null;
        }
        if (ReferenceEquals(awaited, GreenThread.NoTimer))
            return ExceptionDispatchInfo.Capture(new OutOfMemoryException("There is no memory for a wait."));
        Exception? failure = reason switch
        {
            ParkReason.Channel => Unsafe.As<Waiter>(awaited).Conclude(thread),
            ParkReason.Join => Unsafe.As<GreenThread>(awaited).TakeFailure(),
            _ => null,
        };
        return failure is null ? null : ExceptionDispatchInfo.Capture(failure);
    }

    // Woken for nothing: an unpark that was meant for an earlier wait. Its timer, if any, is still armed.
    private void ParkAgain(GreenThread thread)
    {
        if (!thread.Status.TryPark(thread.Announced)) Ready(thread);
    }

    private void AfterSuspension(GreenThread thread)
    {
        Counters.Suspensions++;
        ParkReason reason = thread.Announced;
        if (reason == ParkReason.None)
        {
            Enqueue(thread);
            return;
        }
        thread.Mode = GreenThread.Woken;
        thread.TimerHandle = 0;
        // Armed before it is parked: it may fire at once, and then leaves a permit.
        if ((_deadline != Deadline.Never && !TryArm(thread)) || !thread.Status.TryPark(reason)) Ready(thread);
    }

    // Without memory for its timer the thread does not wait: what it called throws.
    private bool TryArm(GreenThread thread)
    {
        Unmount(); // somebody may listen to exceptions
        long deadline = _deadline;
        _deadline = Deadline.Never;
        try
        {
            Scheduler.Arm(thread, deadline, Processor?.Timers ?? Scheduler.FirstWheel);
            return true;
        }
        catch (OutOfMemoryException)
        {
            thread.Awaits = GreenThread.NoTimer;
            return false;
        }
    }

    private void End(GreenThread thread, Exception? failure)
    {
        Unmount();
        Counters.Finished++;
        ThreadRegistry.Remove(thread, ref FreeSlots);
        thread.Finish(failure);
    }

    /// <summary>By the mounted, pinned thread: blocks this OS thread until signaled, its processor elsewhere.</summary>
    /// <returns>False when the deadline has passed.</returns>
    internal bool BlockPinned(ParkReason reason, long deadline)
    {
        Counters.PinnedWaits++;
        HandOver();
        if (!GreenThreadDiagnostics.IsPinnedWaitObserved) return PinEvent.Wait(deadline);
        long start = Stopwatch.GetTimestamp();
        bool signaled = PinEvent.Wait(deadline);
        GreenThreadDiagnostics.ReportPinnedWait(Mounted, reason.ToString(), Stopwatch.GetElapsedTime(start));
        return signaled;
    }

    /// <summary>By the mounted thread: gives the processor up for the rest of the slice.</summary>
    internal void HandOver()
    {
        if (Processor is null) return;
        if (Scheduler.HandOver(this)) return;
        Counters.UnreplacedWaits++;
        GreenThreadEventSource.Log.ReplacementsExhausted();
    }
}
