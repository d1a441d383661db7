using System.ComponentModel;
using System.Globalization;

namespace GreenThreads.Continuations;

/// <summary>
/// The hook that the weaver puts after each call that may wait when it is asked to (for tests). With
/// <c>GREENTHREADS_CHAOS=seed</c> in the environment it suspends the thread there although the callee did not.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class Chaos
{
    private static readonly bool s_isOn = int.TryParse(
        Environment.GetEnvironmentVariable("GREENTHREADS_CHAOS"), NumberStyles.Integer, CultureInfo.InvariantCulture, out s_seed);

    private static readonly int s_seed;

    [ThreadStatic]
    private static uint t_random;

    /// <summary>After a call without a result.</summary>
    /// <param name="continuation">The current thread.</param>
    public static void After(Continuation continuation)
    {
        if (s_isOn) Strike(continuation);
    }

    /// <summary>After a call with a result, which is given back, now or when the thread is resumed.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="result">The callee's result.</param>
    /// <param name="continuation">The current thread.</param>
    /// <returns><paramref name="result"/>.</returns>
    public static T After<T>(T result, Continuation continuation)
    {
        if (s_isOn && Strike(continuation)) continuation.StoreResult(result);
        return result;
    }

    // Seed 0 suspends at every point; other seeds at seven of eight, differently each.
    private static bool Strike(Continuation continuation)
    {
        if (continuation.Mode != Continuation.Running || continuation.PinDepth != 0) return false;
        if (s_seed != 0)
        {
            uint random = t_random == 0 ? (uint)s_seed * 2654435761 | 1 : t_random;
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            t_random = random;
            if ((random & 7) == 0) return false;
        }
        continuation.AnnounceYield();
        continuation.Mode = Continuation.Suspending;
        return true;
    }
}
