using System.ComponentModel;
using System.Diagnostics;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of members of <see cref="SpinWait"/> in woven code.</summary>
[Substitute(typeof(SpinWait))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SpinWaitSubstitutes
{
    private const int YieldsBeforeSleep = 20; // as SpinWait: then it sleeps a millisecond at a time

    /// <summary>As <see cref="SpinWait.SpinUntil(Func{bool})"/>; a green thread lets others run between two looks.</summary>
    /// <param name="condition">What to wait for.</param>
    public static void SpinUntil(Func<bool> condition) => SpinUntil(condition, Timeout.Infinite);

    /// <summary>As <see cref="SpinWait.SpinUntil(Func{bool}, TimeSpan)"/>; a green thread lets others run between two looks.</summary>
    /// <param name="condition">What to wait for.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the condition held in time.</returns>
    public static bool SpinUntil(Func<bool> condition, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return SpinWait.SpinUntil(condition, timeout);
        return SpinUntil(condition, (int)milliseconds);
    }

    /// <summary>As <see cref="SpinWait.SpinUntil(Func{bool}, int)"/>; a green thread lets others run between two looks.</summary>
    /// <param name="condition">What to wait for.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether the condition held in time.</returns>
    public static bool SpinUntil(Func<bool> condition, int millisecondsTimeout)
    {
        if (condition is null || millisecondsTimeout < Timeout.Infinite || Continuation.CurrentOrNull is not GreenThread)
            return SpinWait.SpinUntil(condition!, millisecondsTimeout);
        long start = Stopwatch.GetTimestamp();
        for (int looks = 0; !condition(); looks++)
        {
            if (millisecondsTimeout != Timeout.Infinite && Stopwatch.GetElapsedTime(start).TotalMilliseconds >= millisecondsTimeout) return false;
            if (looks < YieldsBeforeSleep) GreenThread.Yield();
            else GreenThread.Sleep(1);
        }
        return true;
    }
}
