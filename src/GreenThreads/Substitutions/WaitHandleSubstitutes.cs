using System.ComponentModel;
using GreenThreads.Blocking;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

// A mutex belongs to the OS thread that has taken it: waiting for one blocks the carrier, which is replaced, and the green
// thread is pinned until it releases it. Other handles are waited for through the thread pool.

/// <summary>Takes the place of blocking members of <see cref="WaitHandle"/> in woven code.</summary>
[Substitute(typeof(WaitHandle))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WaitHandleSubstitutes
{
    /// <summary>As <see cref="WaitHandle.WaitOne()"/>; suspends a green thread.</summary>
    /// <param name="handle">What to wait for.</param>
    /// <returns>True.</returns>
    public static bool WaitOne(WaitHandle handle) => WaitOne(handle, Timeout.Infinite);

    /// <summary>As <see cref="WaitHandle.WaitOne(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="handle">What to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the signal came in time.</returns>
    public static bool WaitOne(WaitHandle handle, TimeSpan timeout) =>
        Milliseconds(timeout, out int milliseconds) ? WaitOne(handle, milliseconds) : handle.WaitOne(timeout);

    /// <summary>As <see cref="WaitHandle.WaitOne(int, bool)"/>; suspends a green thread.</summary>
    /// <param name="handle">What to wait for.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="exitContext">Has no effect, as in the plain call.</param>
    /// <returns>Whether the signal came in time.</returns>
    public static bool WaitOne(WaitHandle handle, int millisecondsTimeout, bool exitContext) => WaitOne(handle, millisecondsTimeout);

    /// <summary>As <see cref="WaitHandle.WaitOne(TimeSpan, bool)"/>; suspends a green thread.</summary>
    /// <param name="handle">What to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="exitContext">Has no effect, as in the plain call.</param>
    /// <returns>Whether the signal came in time.</returns>
    public static bool WaitOne(WaitHandle handle, TimeSpan timeout, bool exitContext) => WaitOne(handle, timeout);

    /// <summary>As <see cref="WaitHandle.WaitOne(int)"/>; suspends a green thread.</summary>
    /// <param name="handle">What to wait for.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether the signal came in time.</returns>
    public static bool WaitOne(WaitHandle handle, int millisecondsTimeout)
    {
        if (Continuation.CurrentOrNull is not GreenThread) return handle.WaitOne(millisecondsTimeout);
        if (handle is Mutex mutex) return MutexSubstitutes.Take(mutex, millisecondsTimeout);
        if (!MayWait(millisecondsTimeout)) return handle.WaitOne(millisecondsTimeout);
        return handle.WaitOne(0) || HandleWait.Any([handle], millisecondsTimeout) == 0;
    }

    /// <summary>As <see cref="WaitHandle.WaitAny(WaitHandle[])"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <returns>The index of the signalled handle.</returns>
    public static int WaitAny(WaitHandle[] waitHandles) => WaitAny(waitHandles, Timeout.Infinite);

    /// <summary>As <see cref="WaitHandle.WaitAny(WaitHandle[], TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>The index of the signalled handle, or <see cref="WaitHandle.WaitTimeout"/>.</returns>
    public static int WaitAny(WaitHandle[] waitHandles, TimeSpan timeout) =>
        Milliseconds(timeout, out int milliseconds) ? WaitAny(waitHandles, milliseconds) : WaitHandle.WaitAny(waitHandles, timeout);

    /// <summary>As <see cref="WaitHandle.WaitAny(WaitHandle[], int, bool)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="exitContext">Has no effect, as in the plain call.</param>
    /// <returns>The index of the signalled handle, or <see cref="WaitHandle.WaitTimeout"/>.</returns>
    public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext) => WaitAny(waitHandles, millisecondsTimeout);

    /// <summary>As <see cref="WaitHandle.WaitAny(WaitHandle[], TimeSpan, bool)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="exitContext">Has no effect, as in the plain call.</param>
    /// <returns>The index of the signalled handle, or <see cref="WaitHandle.WaitTimeout"/>.</returns>
    public static int WaitAny(WaitHandle[] waitHandles, TimeSpan timeout, bool exitContext) => WaitAny(waitHandles, timeout);

    /// <summary>As <see cref="WaitHandle.WaitAny(WaitHandle[], int)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for; with a mutex among them the carrier blocks, and is replaced.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>The index of the signalled handle, or <see cref="WaitHandle.WaitTimeout"/>.</returns>
    public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout)
    {
        if (Continuation.CurrentOrNull is not GreenThread || !MayWait(millisecondsTimeout)) return Taken(waitHandles, WaitHandle.WaitAny(waitHandles, millisecondsTimeout));
        int signalled = WaitHandle.WaitAny(waitHandles, 0); // also refuses what is wrong with the array
        if (signalled != WaitHandle.WaitTimeout) return Taken(waitHandles, signalled);
        if (!Array.Exists(waitHandles, static h => h is Mutex)) return HandleWait.Any(waitHandles, millisecondsTimeout);
        ThreadAffinity.BeforeBlocking();
        return Taken(waitHandles, WaitHandle.WaitAny(waitHandles, millisecondsTimeout));
    }

    /// <summary>As <see cref="WaitHandle.WaitAll(WaitHandle[])"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <returns>True.</returns>
    public static bool WaitAll(WaitHandle[] waitHandles) => WaitAll(waitHandles, Timeout.Infinite);

    /// <summary>As <see cref="WaitHandle.WaitAll(WaitHandle[], TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether all were signalled in time.</returns>
    public static bool WaitAll(WaitHandle[] waitHandles, TimeSpan timeout) =>
        Milliseconds(timeout, out int milliseconds) ? WaitAll(waitHandles, milliseconds) : WaitHandle.WaitAll(waitHandles, timeout);

    /// <summary>As <see cref="WaitHandle.WaitAll(WaitHandle[], int, bool)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="exitContext">Has no effect, as in the plain call.</param>
    /// <returns>Whether all were signalled in time.</returns>
    public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext) => WaitAll(waitHandles, millisecondsTimeout);

    /// <summary>As <see cref="WaitHandle.WaitAll(WaitHandle[], TimeSpan, bool)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="exitContext">Has no effect, as in the plain call.</param>
    /// <returns>Whether all were signalled in time.</returns>
    public static bool WaitAll(WaitHandle[] waitHandles, TimeSpan timeout, bool exitContext) => WaitAll(waitHandles, timeout);

    /// <summary>As <see cref="WaitHandle.WaitAll(WaitHandle[], int)"/>; suspends a green thread.</summary>
    /// <param name="waitHandles">What to wait for; with a mutex among them the carrier blocks, and is replaced.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether all were signalled in time.</returns>
    public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout)
    {
        if (Continuation.CurrentOrNull is not GreenThread || !MayWait(millisecondsTimeout)) return AllTaken(waitHandles, WaitHandle.WaitAll(waitHandles, millisecondsTimeout));
        if (WaitHandle.WaitAll(waitHandles, 0)) return AllTaken(waitHandles, true); // also refuses what is wrong with the array
        if (Array.Exists(waitHandles, static h => h is Mutex))
        {
            ThreadAffinity.BeforeBlocking();
            return AllTaken(waitHandles, WaitHandle.WaitAll(waitHandles, millisecondsTimeout));
        }
        return HandleWaitAll.Wait(waitHandles, millisecondsTimeout);
    }

    private static bool MayWait(int millisecondsTimeout) => millisecondsTimeout > 0 || millisecondsTimeout == Timeout.Infinite;

    private static bool Milliseconds(TimeSpan timeout, out int milliseconds)
    {
        double exact = timeout.TotalMilliseconds;
        bool inRange = exact is >= -1 and <= int.MaxValue;
        milliseconds = inRange ? (int)exact : 0;
        return inRange;
    }

    [NotWoven]
    private static int Taken(WaitHandle[] handles, int index)
    {
        if (index != WaitHandle.WaitTimeout && handles[index] is Mutex && Continuation.CurrentOrNull is GreenThread) ThreadAffinity.Pin();
        return index;
    }

    [NotWoven]
    private static bool AllTaken(WaitHandle[] handles, bool taken)
    {
        if (!taken || Continuation.CurrentOrNull is not GreenThread) return taken;
        foreach (WaitHandle handle in handles)
        {
            if (handle is Mutex) ThreadAffinity.Pin();
        }
        return taken;
    }
}
