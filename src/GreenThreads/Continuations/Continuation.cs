using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Scopes;
using GreenThreads.Synchronization;

namespace GreenThreads.Continuations;

// The mechanism below every green thread: a sequence of heap frames that exists only while the thread waits.
//
//   Running    -> Suspending // the primitive Suspension.Suspend asks every woven caller to save its frame and return
//   Suspending -> Running    // the trampoline (Resume) has linked the frames; the carrier then acts (enqueue, park)
//   Running    -> Resuming   // the trampoline re-enters the innermost frame; it takes the result of its callee
//   Running    -> Failing    // the same, but the callee threw: the re-entered frame rethrows at its call
//   Resuming, Failing -> Running // at the resume point, before any user code
//
// Mode is Running whenever user code runs: woven bodies test "Mode != 0" at entry (then they are being resumed) and
// after each call that may wait (then the callee is suspending). All fields but YieldMark are owned by the OS thread on
// which the continuation is mounted; hand-over between carriers goes through the scheduler's queues, which publish them.

/// <summary>
/// The part of a green thread (or of a plain OS thread) that woven code works with. For code that the weaver emits;
/// not meant to be used by hand.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public abstract partial class Continuation
{
    /// <summary>Value of <see cref="Mode"/>: user code runs.</summary>
    public const int Running = 0;

    /// <summary>Value of <see cref="Mode"/>: every woven frame saves itself and returns.</summary>
    public const int Suspending = 1;

    /// <summary>Value of <see cref="Mode"/>: a woven body is entered to go on after the call at which it was saved.</summary>
    public const int Resuming = 2;

    /// <summary>Value of <see cref="Mode"/>: as <see cref="Resuming"/>, and the callee of the saved frame threw.</summary>
    public const int Failing = 3;

    // Frames kept for the next wait, at most: enough for the layers of a library, nothing for a deep recursion.
    private const int MaxSpares = 8;

    // For failures that there is no memory to make an object for.
    private static readonly ExceptionDispatchInfo s_noMemory =
        ExceptionDispatchInfo.Capture(new OutOfMemoryException("There is no memory for the frames of a wait."));

    [ThreadStatic]
    private static Continuation? t_current;

    internal const int PinnedByStub = 1;
    internal const int PinnedByLock = 2;

    /// <summary>One of the constants of this class; zero whenever user code runs.</summary>
    public sbyte Mode;

    /// <summary>
    /// A woven loop lets others run if <see cref="PinDepth"/> is less than this: 1 asks the thread to yield, 0 does not; see
    /// <see cref="LoopPoll"/>. Set by the watchdog, at any time and without order: a request that comes late is one yield too
    /// many. Reset by the thread.
    /// </summary>
    public sbyte YieldMark;

    /// <summary>
    /// The wait that the thread has announced, written by itself before it suspends; None: what suspends is a yield. Once parked it
    /// says what <see cref="WhileParked"/> is. Reset by the carrier that resumes it.
    /// </summary>
    internal ParkReason Announced;

    /// <summary>
    /// Why a suspension cannot unwind the OS stack now; a wait blocks the carrier while it is not zero. <see cref="PinnedByStub"/> is
    /// set while frames that are not woven lie on the stack, and each lock held that belongs to the OS thread adds
    /// <see cref="PinnedByLock"/>. Apart, because such a lock may be released above foreign frames that were entered while it was held.
    /// </summary>
    public int PinDepth;

    /// <summary>
    /// The hand-shake of a virtual, interface, delegate or constructor call, see <see cref="Continuations.Handshake"/>.
    /// While a result travels to a resumed frame, its bits, and while the thread is parked with a deadline the handle of its
    /// timer (no user code runs then).
    /// </summary>
    public long Handshake;

    /// <summary>
    /// Frames of activations that have ended, innermost first: code that waits the same way again (a receive in a loop)
    /// takes them again and allocates nothing. See <see cref="Resume()"/>. Given up when the thread is unmounted; the field
    /// is then a link of the queue that the thread is on, and while a pinned thread blocks the event on which it does.
    /// </summary>
    internal object? Spare;

    // Suspended: the innermost frame. While a frame is re-entered: the frames still to be re-entered (outermost first); null
    // while user code runs. Unwinding: the outermost frame saved so far, whose Caller is the innermost one (a ring, which
    // Link opens: a field for its other end would cost every thread 8 bytes).
    private Frame? _top;

    // A result that travels to a resumed frame, or the Passage of a failure. Parked: what the carrier waits for on behalf of
    // the thread, see GreenThread.Awaits.
    private object? _result;

    /// <summary>The continuation mounted on this OS thread; one that blocks is made for a plain OS thread.</summary>
    public static Continuation Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current ?? AttachOsThread();
    }

    /// <summary>The continuation mounted on this OS thread, or null on a thread that has never run woven code.</summary>
    internal static Continuation? CurrentOrNull => t_current;

    /// <summary>The holders of [ThreadStatic] fields of woven libraries, by number (<see cref="ThreadStatics"/>). The thread itself only.</summary>
    internal virtual object?[]? StaticFields
    {
        get => null;
        set => throw new InvalidOperationException("Only a thread has static fields of its own.");
    }

    /// <summary>The innermost saved frame, for dumps; only meaningful while suspended.</summary>
    internal Frame? InnermostFrame => _top;

    /// <summary>Where it says which continuation is mounted on this OS thread.</summary>
    internal static ref Continuation? CurrentHere => ref t_current;

    /// <summary>Mounts a continuation on this OS thread.</summary>
    internal static void SetCurrent(Continuation? continuation) => t_current = continuation;

    /// <summary>On an OS thread that will resume continuations, before it does.</summary>
    internal static void Prepare() => t_passage = new Passage();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Continuation AttachOsThread() => t_current = new OsThread();

    // ---- waiting ------------------------------------------------------------------------------------------------

    /// <summary>Ends the current or next <see cref="Parker.Park"/> of this thread. From any thread; never runs user code, never allocates.</summary>
    internal abstract void Unpark();

    /// <summary>The blocking half of <see cref="Parker.Park"/>; called on this thread while <see cref="PinDepth"/> is not zero.</summary>
    /// <returns>False when the deadline has passed.</returns>
    internal abstract bool ParkBlocking(ParkReason reason, long deadline, IWaitTarget? target);

    /// <summary>The innermost thing by whose cancellation the thread's waits end; null for none. Set by this thread only.</summary>
    internal virtual CancellationNode? Cancellation
    {
        get => null;
        set => throw new NotSupportedException();
    }

    /// <summary>The thread's values of <see cref="GreenLocal{T}"/>; null while there are none. This thread only.</summary>
    internal virtual LocalValues? Locals
    {
        get => null;
        set => throw new NotSupportedException();
    }

    /// <summary>Has the thread look at its <see cref="Cancellation"/> when it waits. From any thread; never runs user code, never allocates.</summary>
    internal virtual void WakeForCancellation()
    {
    }

    /// <summary>See <see cref="Parker.Shield"/>; on this thread.</summary>
    internal virtual bool BeginShield() => false;

    /// <summary>See <see cref="Parker.Unshield"/>; on this thread.</summary>
    internal virtual void EndShield()
    {
    }

    /// <summary>The node with which this thread waits in queues, kept from wait to wait; null until the first one. This thread only.</summary>
    internal abstract Waiter? CachedWaiter { get; set; }

    /// <summary>Before a suspension without a wait (chaos): the carrier is to queue the thread again.</summary>
    internal abstract void AnnounceYield();

    // ---- saving -------------------------------------------------------------------------------------------------

    /// <summary>Adds the frame of a woven body that is unwinding; called innermost first.</summary>
    public void Push(Frame frame)
    {
        if (_top is not { } last)
        {
            frame.Caller = frame;
        }
        else
        {
            frame.Caller = last.Caller;
            last.Caller = frame;
        }
        _top = frame;
    }

    /// <summary>The same, and notes in the frame at which point it goes on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="state">See <see cref="Frame.State"/>.</param>
    public void PushAt(Frame frame, int state)
    {
        frame.State = state;
        Push(frame);
    }

    // ---- resuming -----------------------------------------------------------------------------------------------

    /// <summary>Called first by a woven body that is entered with a non-zero <see cref="Mode"/>: its frame.</summary>
    public Frame TakeFrame()
    {
        Frame frame = _top!;
        _top = frame.Caller;
        return frame;
    }

    /// <summary>
    /// At a resume point: the frame of the callee, if that needs references from the frame just taken, which therefore
    /// has to repeat its call; null if the callee's result is there.
    /// </summary>
    public Frame? CalleeToRepeat => _top;

    /// <summary>After a repeated call: the callee's frame is free unless the callee suspends again.</summary>
    /// <param name="callee">What <see cref="CalleeToRepeat"/> was before the call.</param>
    public void EndRepeated(Frame callee)
    {
        if (Mode == Running) KeepSpare(callee);
    }

    /// <summary>At a resume point: leaves the resuming mode; throws what the callee threw.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Arrive()
    {
        if (Mode == Failing) NextOfPassage().Resume(this);
        Mode = Running;
    }

    /// <summary>At a resume point: the result of the callee; throws what the callee threw.</summary>
    /// <typeparam name="T">The return type of the call.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T TakeResult<T>()
    {
        if (Mode == Failing)
        {
            if (typeof(T).IsValueType) NextOfPassage<T>().Reenter(this);
            else NextOfPassage<object>().Reenter(this);
        }
        Mode = Running;
        return FetchResult<T>();
    }

    /// <summary>Hands the result of a resumed body to the next frame.</summary>
    /// <typeparam name="T">The return type of the body.</typeparam>
    /// <param name="value">What the body returned; ignored while it suspends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetResult<T>(T value)
    {
        if (Mode == Running) StoreResult(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void StoreResult<T>(T value)
    {
        if (!typeof(T).IsValueType) _result = Unsafe.As<T, object?>(ref value);
        else if (FitsHandshake<T>()) Unsafe.As<long, T>(ref Handshake) = value;
        else _result = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T FetchResult<T>()
    {
        T result;
        if (!typeof(T).IsValueType)
        {
            result = Unsafe.As<object?, T>(ref _result);
            _result = null;
        }
        else if (FitsHandshake<T>())
        {
            result = Unsafe.As<long, T>(ref Handshake);
            Handshake = 0;
        }
        else
        {
            result = (T)_result!;
            _result = null;
        }
        return result;
    }

    /// <summary>The stored result, which stays; for a thread that has ended.</summary>
    internal T PeekResult<T>()
    {
        if (!typeof(T).IsValueType) return Unsafe.As<object?, T>(ref _result);
        return FitsHandshake<T>() ? Unsafe.As<long, T>(ref Handshake) : (T)_result!;
    }

    /// <summary>Where the exception that ended a thread is kept.</summary>
    private protected ref object? Outcome => ref _result;

    /// <summary>The field of results, for a second use while the thread is parked.</summary>
    private protected ref object? WhileParked => ref _result;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool FitsHandshake<T>() =>
        !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && Unsafe.SizeOf<T>() <= sizeof(long);

    /// <summary>Throws again what a hoisted catch or finally block had caught, with its stack trace.</summary>
    /// <param name="exception">The exception.</param>
    [StackTraceHidden]
    public static void Rethrow(object exception) => ExceptionDispatchInfo.Throw((Exception)exception);

    // ---- the trampoline -----------------------------------------------------------------------------------------

    /// <summary>After the thread's body was called: whether it is suspending; if so links its frames.</summary>
    internal bool EndSlice()
    {
        if (Mode == Running) return false;
        Debug.Assert(Mode == Suspending, "A body returns either finished or suspending.");
        Mode = Running;
        DropForwardingRoot();
        Link(null);
        return true;
    }

    // A body that only calls another method (`() => Serve(socket)`) does not get 32 bytes of every waiting thread for its line
    // in stack traces, where there is more to be seen of the thread.
    private void DropForwardingRoot()
    {
        if (_top is not { } root || (root.State & Frame.Forwarding) == 0 || ReferenceEquals(root.Caller, root)) return;
        Frame last = root.Caller!;
        while (!ReferenceEquals(last.Caller, root)) last = last.Caller!;
        last.Caller = root.Caller;
        _top = last;
    }

    // Hangs the frames saved in this unwinding below those that were not entered. There may be none: calls in tail
    // position save no frame, and then the result of the primitive travels straight to the first frame that waits for it.
    private void Link(Frame? rest)
    {
        if (Spare is not null) GiveUpSpares(); // what this unwinding did not ask for
        if (_top is not { } last)
        {
            _top = rest;
            return;
        }
        _top = last.Caller;
        last.Caller = rest;
    }

    /// <summary>
    /// Resumes the innermost frame, hands its result to the next one, and so on.
    /// </summary>
    /// <returns>True when the outermost frame has returned (its result is stored), false when suspended again.</returns>
    /// <exception cref="Exception">What the outermost frame threw.</exception>
    [StackTraceHidden]
    internal bool Resume() => Resume(_top, null);

    /// <summary>As <see cref="Resume()"/>, but the call at which the thread was suspended throws.</summary>
    /// <param name="failure">What it throws.</param>
    /// <returns>True when the outermost frame has returned (its result is stored), false when suspended again.</returns>
    /// <exception cref="Exception">What the outermost frame threw.</exception>
    [StackTraceHidden]
    internal bool ResumeFailing(ExceptionDispatchInfo failure)
    {
        if (_top is null) failure.Throw();
        return Resume(_top, failure);
    }

    // Where another frame comes first.
    private T? FindSpare<T>()
        where T : Frame
    {
        if (Spare is not null)
        {
            for (Frame before = Unsafe.As<Frame>(Spare); before.Caller is { } spare; before = spare)
            {
                if (spare is not T found) continue;
                before.Caller = spare.Caller;
                return found;
            }
        }
        return SpareFrames.Take<T>();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GiveUpSpares()
    {
        SpareFrames.Keep(Unsafe.As<Frame>(Spare));
        Spare = null;
    }

    // In the order in which the next unwinding asks for them: innermost first.
    private void KeepSpare(Frame frame)
    {
        frame.Caller = null;
        if (Spare is null)
        {
            Spare = frame;
            return;
        }
        Frame last = Unsafe.As<Frame>(Spare);
        for (int count = 1; last.Caller is { } next; last = next)
        {
            if (++count == MaxSpares) return;
        }
        last.Caller = frame;
    }

    [StackTraceHidden]
    private bool Resume(Frame? frame, ExceptionDispatchInfo? failure)
    {
        while (frame is not null)
        {
            if (failure is null && (frame.State & Frame.Forwarding) != 0)
            {
                Frame? receiver = frame.Caller;
                KeepSpare(frame);
                frame = receiver;
                continue;
            }
            Frame outermost = Turn(frame, failure is not null, out Frame? rest);
            try
            {
                if (failure is null)
                {
                    _top = outermost;
                    Mode = Resuming;
                    outermost.Resume(this);
                }
                else
                {
                    Passage passage = t_passage ??= new Passage();
                    passage.Failure = failure;
                    Enter(outermost, passage);
                    outermost.Resume(this);
                }
            }
            catch (Exception exception) when (rest is not null)
            {
                Mode = Running;
                _top = null;
                failure = Capture(exception, failure);
                frame = rest;
                continue;
            }
            if (Mode == Suspending)
            {
                Mode = Running;
                Link(rest);
                return false;
            }
            KeepSpare(outermost);
            failure = null;
            frame = rest;
        }
        _top = null;
        if (Spare is not null) GiveUpSpares();
        return true;
    }

    private static ExceptionDispatchInfo Capture(Exception exception, ExceptionDispatchInfo? before)
    {
        try
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
        catch (OutOfMemoryException)
        {
            return before ?? s_noMemory;
        }
    }

    // Takes frames off the chain that are entered together, the outermost first, and turns their links around: those that
    // hold references into their callers (re-call resume), and when there is a failure those that it passes through.
    private static Frame Turn(Frame frame, bool isFailing, out Frame? rest)
    {
        Frame? inner = null;
        bool isGuarded = false;
        for (int count = 1; ; count++)
        {
            rest = frame.Caller;
            frame.Caller = inner;
            isGuarded |= (frame.State & Frame.Guarded) != 0;
            bool needsCaller = (frame.State & Frame.NeedsCaller) != 0;
            if (!needsCaller && (!isFailing || isGuarded || rest is null || count >= MaxPassage)) return frame;
            inner = frame;
            frame = rest!;
        }
    }
}
