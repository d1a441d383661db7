using System.Collections;
using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>
/// One activation of a woven method while it waits: where it goes on and its live variables. The weaver emits a
/// subclass per method, which also holds the method's woven body; not meant to be used by hand.
/// </summary>
/// <remarks>
/// It is an enumerator only by name: of compiler-generated classes that are one (or an async state machine), a stack trace
/// shows the method that made them, see <see cref="WovenMethodAttribute"/>. As an async one it would also lose the lines
/// that say where an exception was thrown again.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Frame : IEnumerator
{
    /// <summary>Bit of <see cref="State"/>: a try block encloses the resume point, so a failure of the callee may end in the frame.</summary>
    public const int Guarded = 1;

    /// <summary>Bit of <see cref="State"/>: the frame holds references that only its caller can make again.</summary>
    public const int NeedsCaller = 2;

    /// <summary>Bit of <see cref="State"/>: the result of the callee is the frame's own; only a failure enters the frame, for its stack trace.</summary>
    public const int Forwarding = 4;

    /// <summary>How far left in <see cref="State"/> the number of the resume point (from 1) lies.</summary>
    public const int PointShift = 3;

    /// <summary>The frame of the caller; while a run of frames is re-entered by repeating calls, that of the callee.</summary>
    public Frame? Caller;

    /// <summary>The resume point and the flags of this class.</summary>
    public int State;

    /// <summary>Re-enters the method at its resume point and hands its result, if it returns, to the continuation.</summary>
    /// <param name="continuation">The thread that is resumed.</param>
    public abstract void Resume(Continuation continuation);

    /// <inheritdoc/>
    object IEnumerator.Current => throw new NotSupportedException();

    /// <inheritdoc/>
    bool IEnumerator.MoveNext() => throw new NotSupportedException();

    /// <inheritdoc/>
    void IEnumerator.Reset() => throw new NotSupportedException();
}
