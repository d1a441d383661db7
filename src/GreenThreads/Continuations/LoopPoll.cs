using System.ComponentModel;

namespace GreenThreads.Continuations;

// A loop that computes for long lets others run: woven loops test Continuation.YieldMark, which the watchdog sets on the thread
// of a carrier that has not left its slice for a while although others wait (Scheduling/Watchdog.cs).
//
// In a loop that passes a suspension point in each turn the test stands behind the call there (After): nothing more is saved
// than at that point. In any other one it is a suspension point of its own, where the loop begins anew: there the test is exact
// (not requested, or pinned: nothing to do), and what it leads to always saves and returns. So no call lies in the loop, and the
// JIT keeps its variables in registers; the loop pays two loads and a branch. Measured in `GreenThreads.Bench poll`.

/// <summary>What woven loops call when they are asked to let others run. For code that the weaver emits.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class LoopPoll
{
    /// <summary>Lets others run; on a pinned green thread and on a plain OS thread does nothing.</summary>
    [HandWoven(nameof(YieldWoven))]
    public static void Yield()
    {
    }

    /// <summary>The woven body of <see cref="Yield"/>.</summary>
    /// <param name="continuation">The current thread.</param>
    public static void YieldWoven(Continuation continuation) => Suspend(continuation);

    /// <summary>At a point of its own, after the test: the loop saves itself and returns.</summary>
    /// <param name="continuation">The current thread, not pinned.</param>
    public static void Begin(Continuation continuation)
    {
        continuation.YieldMark = 0;
        continuation.AnnounceYield();
        continuation.Mode = Continuation.Suspending;
    }

    /// <summary>After a call without a result.</summary>
    /// <param name="continuation">The current thread.</param>
    public static void After(Continuation continuation) => Suspend(continuation);

    /// <summary>After a call with a result, which is given back, now or when the thread is resumed.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="result">The callee's result.</param>
    /// <param name="continuation">The current thread.</param>
    /// <returns><paramref name="result"/>.</returns>
    public static T After<T>(T result, Continuation continuation)
    {
        if (Suspend(continuation)) continuation.StoreResult(result);
        return result;
    }

    private static bool Suspend(Continuation continuation)
    {
        if (continuation.Mode != Continuation.Running) return false; // the callee is suspending already
        continuation.YieldMark = 0;
        if (continuation.PinDepth != 0) return false; // the watchdog goes on to replace the carrier
        Begin(continuation);
        return true;
    }
}
