using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>
/// A frame of a method with a result: of its type, or of type object for all classes. For code that the weaver emits;
/// not meant to be used by hand.
/// </summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
/// <remarks>
/// What the frame class of a method overrides returns what the body returns, and so leaves by jumping into the body: an exception
/// that passes through resumed methods passes one frame for each, see <see cref="Continuation.TakeResult"/>.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public abstract class Frame<TResult> : Frame
{
    /// <summary>Re-enters the method at its resume point.</summary>
    /// <param name="continuation">The thread that is resumed.</param>
    /// <returns>What the body returns; nothing of meaning while it suspends.</returns>
    public abstract TResult Reenter(Continuation continuation);

    /// <inheritdoc/>
    public sealed override void Resume(Continuation continuation) => continuation.SetResult(Reenter(continuation));
}
