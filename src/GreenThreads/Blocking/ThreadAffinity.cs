using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

/// <summary>For locks that belong to the OS thread: keeps the green thread on its carrier while it holds one.</summary>
[NotWoven]
internal static class ThreadAffinity
{
    /// <summary>After such a lock was taken.</summary>
    internal static void Pin() => Continuation.Current.PinDepth += Continuation.PinnedByLock;

    /// <inheritdoc cref="Pin"/>
    /// <param name="taken">Whether it was.</param>
    /// <returns><paramref name="taken"/>.</returns>
    internal static bool PinIf(bool taken)
    {
        if (taken) Pin();
        return taken;
    }

    /// <summary>After such a lock was released.</summary>
    /// <remarks>A lock that code outside of woven assemblies took did not pin, so there may be nothing to undo.</remarks>
    internal static void Unpin()
    {
        Continuation current = Continuation.Current;
        if (current.PinDepth >= Continuation.PinnedByLock) current.PinDepth -= Continuation.PinnedByLock;
    }

    /// <summary>Before an OS wait that may take long: on a green thread gives the carrier's work to another carrier.</summary>
    internal static void BeforeBlocking()
    {
        if (Continuation.Current is GreenThread) Carrier.Current!.HandOver();
    }
}
