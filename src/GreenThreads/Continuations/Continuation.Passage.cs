using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace GreenThreads.Continuations;

// An exception that leaves a resumed frame passes through the frames of its callers, which are not on the OS stack. They
// are put there: the trampoline enters the outermost one of a stretch, and each, instead of taking a result, enters the
// next inner one here. The innermost throws, once, and the exception gets a line for each, in the order of the calls.
// Each frame on the way takes time when the exception passes (0.4 us), so there is none between two bodies: a body
// itself calls the frame's method, and that leaves by jumping into the next body where the JIT can do that.
public abstract partial class Continuation
{
    // Frames that a failure passes through at once, about: bounds the OS stack that they need.
    private const int MaxPassage = 64;

    // Used from the moment in which a failure enters its stretch of frames until the innermost one throws it: no other code
    // runs meanwhile. Made in time, so that a failure gets through without memory too.
    [ThreadStatic]
    private static Passage? t_passage;

    [MethodImpl(MethodImplOptions.NoInlining), StackTraceHidden]
    private Frame NextOfPassage() => EnterNext();

    // The same for a call with a result.
    [MethodImpl(MethodImplOptions.NoInlining), StackTraceHidden]
    private Frame<TResult> NextOfPassage<TResult>()
    {
        Frame inner = EnterNext();
        if (inner is Frame<TResult> typed) return typed;
        inner.Resume(this); // of a class by a type parameter: never returns, as any inner frame
        throw new UnreachableException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining), StackTraceHidden]
    private Frame EnterNext()
    {
        var passage = Unsafe.As<Passage>(_result!);
        if (passage.Inner is { } inner)
        {
            Enter(inner, passage);
            return inner;
        }
        _result = null;
        Mode = Running;
        ExceptionDispatchInfo failure = passage.Failure!;
        passage.Failure = null;
        failure.Throw();
        return null!;
    }

    // Before a frame of a stretch is entered, and with it those that it has to call again to make their references.
    private void Enter(Frame frame, Passage passage)
    {
        Frame last = frame;
        while (last.Caller is { } callee && (callee.State & Frame.NeedsCaller) != 0) last = callee;
        passage.Inner = last.Caller;
        last.Caller = null;
        _top = frame;
        _result = passage;
        Mode = Failing;
    }

    /// <summary>A failure on its way through frames that have been put on the OS stack again.</summary>
    private sealed class Passage
    {
        internal ExceptionDispatchInfo? Failure;

        /// <summary>The outermost frame that has not been entered yet; its Caller is the next inner one.</summary>
        internal Frame? Inner;
    }
}
