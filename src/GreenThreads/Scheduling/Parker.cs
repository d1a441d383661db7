using System.Diagnostics;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;

namespace GreenThreads.Scheduling;

// The one blocking funnel. Everything that waits, waits here:
//
//   loop: test the own condition; if it does not hold, Park; whoever makes it hold calls Unpark afterwards.
//
// There is one permit per thread. Unpark leaves it when the thread does not wait at that moment, and the next Park
// takes it and returns at once: an Unpark between the test and the Park is not lost. Permits do not add up, and
// Park may return without a reason: the caller always tests its condition again.
//
// A wait ends early, with an exception, when its thread is interrupted or cancelled. Then the waiter takes itself out of
// whatever list it is on. If it finds that it was handed something meanwhile, it returns that as a success after Postpone,
// or hands it on: nothing may be lost.
//
// Sleep and ParkUntilEnded have the carrier test the condition, in GreenThread.MustWaitOn: the thread is not resumed before it
// holds, so they are in tail position all the way and need no frame either.
//
// What Park returns after a suspension is written by the carrier that resumes the thread, as the result that travels to
// the resumed frame: Park itself needs no frame, its call of the primitive is in tail position.

/// <summary>Waiting, for green threads and for OS threads.</summary>
internal static class Parker
{
    /// <summary>Waits until <see cref="Continuation.Unpark"/> was called on the calling thread or the deadline has passed.</summary>
    /// <param name="reason">What for.</param>
    /// <param name="deadline">In ticks of <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>; <see cref="Deadline.Never"/> for none.</param>
    /// <param name="target">What is waited for, if the thread blocks; a suspended one has it in its frames. For reports.</param>
    /// <returns>False when the deadline has passed; true otherwise, also spuriously.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">What the thread runs in is cancelled; each further wait throws it too.</exception>
    internal static bool Park(ParkReason reason, long deadline = Deadline.Never, IWaitTarget? target = null)
    {
        Continuation self = Continuation.Current;
        if (self.PinDepth != 0) return self.ParkBlocking(reason, deadline, target);
        switch (Unsafe.As<GreenThread>(self).AnnouncePark(reason, deadline))
        {
            case ParkStart.PermitTaken: return true;
            case ParkStart.DeadlinePassed: return false;
            default: return Suspension.SuspendForResult();
        }
    }

    /// <summary>Whether an exception is one with which <see cref="Park"/> ends a wait early.</summary>
    internal static bool IsWakeException(Exception exception) => exception is ThreadInterruptedException or OperationCanceledException;

    /// <summary>
    /// After <see cref="Park"/> has thrown, by a waiter that returns a success nevertheless: the next wait throws instead.
    /// </summary>
    /// <param name="exception">What Park threw. A cancellation stays by itself.</param>
    [NotWoven]
    internal static void Postpone(Exception exception)
    {
        if (exception is not ThreadInterruptedException) return;
        if (Continuation.Current is GreenThread thread) thread.Interrupt();
        else Thread.CurrentThread.Interrupt();
    }

    /// <summary>From now on the calling thread's waits are not ended early; interrupts and cancellation stay pending.</summary>
    /// <returns>To be given to <see cref="Unshield"/>.</returns>
    [NotWoven]
    internal static bool Shield() => Continuation.Current.BeginShield();

    /// <summary>The end of <see cref="Shield"/>.</summary>
    /// <param name="shielded">What it returned.</param>
    [NotWoven]
    internal static void Unshield(bool shielded)
    {
        if (!shielded) Continuation.Current.EndShield();
    }

    /// <summary>Waits until the deadline has passed.</summary>
    /// <param name="deadline">As in <see cref="Park"/>.</param>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted, before or during the wait.</exception>
    internal static void Sleep(long deadline)
    {
        Continuation self = Continuation.Current;
        if (self.PinDepth != 0) SleepBlocking(self, deadline);
        else if (Unsafe.As<GreenThread>(self).AnnounceSleep(deadline)) Suspension.Suspend();
    }

    [NotWoven]
    private static void SleepBlocking(Continuation self, long deadline)
    {
        while (self.ParkBlocking(ParkReason.Sleep, deadline, null))
        {
        }
    }

    /// <summary>Waits until a green thread has ended.</summary>
    /// <param name="joined">That thread; not the calling one.</param>
    /// <exception cref="Exception">What the body of <paramref name="joined"/> threw.</exception>
    /// <exception cref="ThreadInterruptedException">The calling thread was interrupted, before or during the wait.</exception>
    internal static void ParkUntilEnded(GreenThread joined)
    {
        Continuation self = Continuation.Current;
        joined.AddJoiner(self);
        if (self.PinDepth != 0) JoinBlocking(self, joined);
        else if (Unsafe.As<GreenThread>(self).AnnounceJoin(joined)) Suspension.Suspend(); // resumed with what it threw
        else joined.ThrowIfFailed();
    }

    [NotWoven]
    private static void JoinBlocking(Continuation self, GreenThread joined)
    {
        while (!joined.Status.IsDone) self.ParkBlocking(ParkReason.Join, Deadline.Never, joined);
        joined.ThrowIfFailed();
    }

    /// <summary>Yields on a plain OS thread or a pinned green thread.</summary>
    [NotWoven]
    internal static void YieldPinned()
    {
        // A pinned thread that yields in a loop until another one has run must not keep that one in its own queue.
        if (Carrier.Current is { } carrier)
        {
            carrier.Counters.PinnedWaits++;
            if (carrier.HasWork) carrier.HandOver();
            if (GreenThreadDiagnostics.IsPinnedWaitObserved)
            {
                long start = Stopwatch.GetTimestamp();
                Thread.Yield();
                GreenThreadDiagnostics.ReportPinnedWait(carrier.Mounted, nameof(GreenThread.Yield), Stopwatch.GetElapsedTime(start));
                return;
            }
        }
        Thread.Yield();
    }
}

/// <summary>What came of the announcement of a wait.</summary>
internal enum ParkStart
{
    /// <summary>The wait is announced; the thread has to suspend.</summary>
    Suspend,

    /// <summary>There was a permit: no need to wait.</summary>
    PermitTaken,

    /// <summary>The deadline has passed before the wait.</summary>
    DeadlinePassed,
}
