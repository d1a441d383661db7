using GreenThreads.Continuations;

namespace GreenThreads.Blocking;

/// <summary>Waits for the handle behind an event, or the handle of a cancellation token.</summary>
internal static class EventWait
{
    /// <summary>Whether the calling thread would suspend: else the plain call returns at once, throws, or blocks an OS thread rightly.</summary>
    internal static bool Suspends(int millisecondsTimeout, CancellationToken cancellationToken) =>
        (millisecondsTimeout > 0 || millisecondsTimeout == Timeout.Infinite)
        && !cancellationToken.IsCancellationRequested && Continuation.CurrentOrNull is GreenThread;

    /// <summary>Waits for a handle whose signal stays.</summary>
    /// <returns>False when the time has passed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static bool Wait(WaitHandle handle, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        WaitHandle[] handles = cancellationToken.CanBeCanceled ? [handle, cancellationToken.WaitHandle] : [handle];
        int signalled = HandleWait.Any(handles, millisecondsTimeout);
        if (signalled == 1) cancellationToken.ThrowIfCancellationRequested();
        return signalled == 0;
    }
}
