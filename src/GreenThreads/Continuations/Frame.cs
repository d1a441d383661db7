using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>
/// One activation of a woven method while it waits: where it goes on and its live variables. The weaver emits a
/// subclass per method; not meant to be used by hand.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Frame
{
    /// <summary>Bit of <see cref="State"/>: no try block encloses the resume point, so a failure of the callee need not enter the frame.</summary>
    public const int Unguarded = 1 << 30;

    /// <summary>Bit of <see cref="State"/>: the frame holds references that only its caller can make again.</summary>
    public const int NeedsCaller = 1 << 29;

    /// <summary>Mask of <see cref="State"/>: the number of the resume point, from 1.</summary>
    public const int PointMask = (1 << 24) - 1;

    /// <summary>The frame of the caller; while a run of frames is re-entered by repeating calls, that of the callee.</summary>
    public Frame? Caller;

    /// <summary>The resume point and the flags of this class.</summary>
    public int State;

    /// <summary>Re-enters the method at its resume point and hands its result, if it returns, to the continuation.</summary>
    /// <param name="continuation">The thread that is resumed.</param>
    public abstract void Resume(Continuation continuation);
}
