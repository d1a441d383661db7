using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>The one primitive that suspends.</summary>
internal static class Suspension
{
    /// <summary>
    /// Unwinds the calling green thread to its carrier, which then does what was asked for before (queue it again, park
    /// it). May only be called while the thread is not pinned.
    /// </summary>
    [HandWoven(nameof(SuspendWoven))]
    internal static void Suspend() =>
        throw new InvalidOperationException(
            "GreenThreads: the runtime library has not been woven. Build it with the targets in build/GreenThreads.targets.");

    /// <summary>The woven body of <see cref="Suspend"/>.</summary>
    internal static void SuspendWoven(Continuation continuation) => continuation.Mode = Continuation.Suspending;

    /// <summary>As <see cref="Suspend"/>; returns what the carrier stored when it resumed the thread.</summary>
    [HandWoven(nameof(SuspendForResultWoven))]
    internal static bool SuspendForResult()
    {
        Suspend();
        return false;
    }

    /// <summary>The woven body of <see cref="SuspendForResult"/>.</summary>
    internal static bool SuspendForResultWoven(Continuation continuation)
    {
        continuation.Mode = Continuation.Suspending;
        return false;
    }

    /// <summary>As <see cref="SuspendForResult"/>, for any type.</summary>
    /// <typeparam name="T">The type of what the carrier has stored.</typeparam>
    [HandWoven(nameof(SuspendForWoven))]
    internal static T SuspendFor<T>()
    {
        Suspend();
        return default!;
    }

    /// <summary>The woven body of <see cref="SuspendFor{T}"/>.</summary>
    internal static T SuspendForWoven<T>(Continuation continuation)
    {
        continuation.Mode = Continuation.Suspending;
        return default!;
    }

    /// <summary>
    /// Lets others run and then returns the result. In tail position it needs no frame, as a yield before the result is
    /// returned would. As <see cref="Suspend"/> only while the thread is not pinned.
    /// </summary>
    /// <param name="result">What to return.</param>
    /// <returns><paramref name="result"/>.</returns>
    [HandWoven(nameof(YieldWoven))]
    internal static int Yield(int result)
    {
        Suspend();
        return result;
    }

    /// <summary>The woven body of <see cref="Yield"/>.</summary>
    internal static int YieldWoven(int result, Continuation continuation)
    {
        continuation.StoreResult(result);
        continuation.Mode = Continuation.Suspending;
        return result;
    }
}

/// <summary>
/// Marks a method whose woven body is written by hand: a method beside it with the same parameters and a last one of
/// type <see cref="Continuation"/>.
/// </summary>
/// <param name="wovenBody">The name of that method.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Method)]
public sealed class HandWovenAttribute(string wovenBody) : Attribute
{
    /// <summary>The name of the method that woven callers call.</summary>
    public string WovenBody { get; } = wovenBody;
}
