using System.ComponentModel;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of members of <see cref="Thread"/> in woven code.</summary>
[Substitute(typeof(Thread))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ThreadSubstitutes
{
    /// <summary>As <see cref="Thread.Sleep(int)"/>; suspends a green thread.</summary>
    /// <param name="millisecondsTimeout">How long.</param>
    public static void Sleep(int millisecondsTimeout)
    {
        if (Continuation.Current is GreenThread && millisecondsTimeout >= Timeout.Infinite) GreenThread.Sleep(millisecondsTimeout);
        else Thread.Sleep(millisecondsTimeout);
    }

    /// <summary>As <see cref="Thread.Sleep(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="timeout">How long.</param>
    public static void Sleep(TimeSpan timeout)
    {
        if (Continuation.Current is GreenThread && timeout.TotalMilliseconds is >= Timeout.Infinite and <= int.MaxValue) GreenThread.Sleep(timeout);
        else Thread.Sleep(timeout);
    }

    /// <summary>As <see cref="Thread.Yield"/>; a green thread lets the others of its carrier go first.</summary>
    /// <returns>Whether another thread may have run; always true for a green thread.</returns>
    public static bool Yield()
    {
        if (Continuation.Current is not GreenThread) return Thread.Yield();
        GreenThread.Yield();
        return true;
    }

    /// <summary>As <see cref="Thread.Join()"/>; suspends a green thread while an OS thread of the blocking pool waits.</summary>
    /// <param name="thread">The thread to wait for.</param>
    [Offloads]
    public static void Join(Thread thread)
    {
        if (Continuation.Current is GreenThread && thread.IsAlive) Offload(thread, Timeout.Infinite);
        else thread.Join();
    }

    /// <summary>As <see cref="Thread.Join(int)"/>; suspends a green thread while an OS thread of the blocking pool waits.</summary>
    /// <param name="thread">The thread to wait for.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether the thread has ended.</returns>
    [Offloads]
    public static bool Join(Thread thread, int millisecondsTimeout)
    {
        if (Continuation.Current is not GreenThread || !thread.IsAlive || millisecondsTimeout <= 0 && millisecondsTimeout != Timeout.Infinite)
            return thread.Join(millisecondsTimeout);
        return Offload(thread, millisecondsTimeout);
    }

    /// <summary>As <see cref="Thread.Join(TimeSpan)"/>; suspends a green thread while an OS thread of the blocking pool waits.</summary>
    /// <param name="thread">The thread to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the thread has ended.</returns>
    [Offloads]
    public static bool Join(Thread thread, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return thread.Join(timeout);
        return Join(thread, (int)milliseconds);
    }

    private static bool Offload(Thread thread, int millisecondsTimeout) =>
        GreenThread.Offload(() => thread.Join(millisecondsTimeout));
}
