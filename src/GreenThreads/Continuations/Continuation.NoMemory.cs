using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace GreenThreads.Continuations;

// When there is no memory for a frame the thread is in the middle of unwinding: frames of inner methods are saved already, the
// others are on the OS stack, and all of them, as well as the finally blocks that they have passed, believe in a suspension. The
// wait is called off and fails: it throws OutOfMemoryException. What is saved is resumed with that exception, here, on top of the
// method that could not be saved; then the exception is thrown in that method, at its call, inside of its try blocks, which is why
// woven code takes its frame before it leaves them. From there on it is an exception like any other.
//
// What this cannot do: frames that only their caller could resume (they hold references into it), and the caller is the method
// that has no frame: their handlers are skipped. A method whose callee has dealt with the exception gets it nevertheless, as its
// place behind the call is gone; so does one whose callee was handed an item at this very moment, and the item is lost.
public abstract partial class Continuation
{
    /// <summary>For tests: called before a frame is made or found among those left over, with the thread; it may throw <see cref="OutOfMemoryException"/>.</summary>
    internal static volatile Action<Continuation>? BeforeFrame;

    /// <summary>For a woven body that saves itself: a frame, left over or new.</summary>
    /// <typeparam name="T">The type of its frame.</typeparam>
    /// <returns>The frame.</returns>
    /// <exception cref="OutOfMemoryException">There is no memory for one: the wait has been called off.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T NewFrame<T>()
        where T : Frame, new()
    {
        if (Spare is not T spare) return FindOrMake<T>();
        Spare = spare.Caller;
        return spare;
    }

    [MethodImpl(MethodImplOptions.NoInlining), StackTraceHidden]
    private T FindOrMake<T>()
        where T : Frame, new()
    {
        Continuation? aside = StepAside();
        try
        {
            BeforeFrame?.Invoke(this);
            T frame = FindSpare<T>() ?? new T();
            StepBack(aside);
            return frame;
        }
        catch (OutOfMemoryException exception)
        {
            StepBack(aside);
            FailWait(exception);
            throw;
        }
    }

    /// <summary>The announced wait does not come about.</summary>
    private protected virtual void CallOffWait()
    {
    }

    // Throws what the frames saved so far throw, if anything.
    private void FailWait(OutOfMemoryException exception)
    {
        Mode = Running;
        CallOffWait();
        _top = OpenSaved();
        if (_top is null) return;
        PinDepth |= PinnedByStub; // what waits in a handler blocks: below it is a method that cannot be saved
        try
        {
            bool hasReturned = ResumeFailing(Capture(exception, null));
            Debug.Assert(hasReturned, "Nothing suspends while it is pinned.");
        }
        finally
        {
            PinDepth &= ~PinnedByStub;
        }
        _result = null;
        Handshake = 0;
    }

    // The frames saved in this unwinding, innermost first, without the outermost ones that need a caller to be resumed.
    private Frame? OpenSaved()
    {
        if (_top is not { } last) return null;
        Frame? first = last.Caller;
        last.Caller = null;
        Frame? complete = null;
        for (Frame? frame = first; frame is not null; frame = frame.Caller)
        {
            if ((frame.State & Frame.NeedsCaller) == 0) complete = frame;
        }
        if (complete is null) return null;
        complete.Caller = null;
        return first;
    }
}
