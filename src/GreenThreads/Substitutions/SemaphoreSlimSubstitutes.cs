using System.ComponentModel;
using GreenThreads.Continuations;
using GreenThreads.Twins;

namespace GreenThreads.Substitutions;

// WaitAsync throws other exceptions than Wait, and makes a task also where there is no need to wait.

/// <summary>Takes the place of blocking members of <see cref="SemaphoreSlim"/> in woven code.</summary>
[Substitute(typeof(SemaphoreSlim))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SemaphoreSlimSubstitutes
{
    /// <summary>As <see cref="SemaphoreSlim.Wait()"/>; suspends a green thread.</summary>
    /// <param name="semaphore">The semaphore.</param>
    public static void Wait(SemaphoreSlim semaphore) => Wait(semaphore, Timeout.Infinite, CancellationToken.None);

    /// <summary>As <see cref="SemaphoreSlim.Wait(int)"/>; suspends a green thread.</summary>
    /// <param name="semaphore">The semaphore.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether it was entered in time.</returns>
    public static bool Wait(SemaphoreSlim semaphore, int millisecondsTimeout) => Wait(semaphore, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="SemaphoreSlim.Wait(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="semaphore">The semaphore.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether it was entered in time.</returns>
    public static bool Wait(SemaphoreSlim semaphore, TimeSpan timeout) => Wait(semaphore, timeout, CancellationToken.None);

    /// <summary>As <see cref="SemaphoreSlim.Wait(CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="semaphore">The semaphore.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void Wait(SemaphoreSlim semaphore, CancellationToken cancellationToken) => Wait(semaphore, Timeout.Infinite, cancellationToken);

    /// <summary>As <see cref="SemaphoreSlim.Wait(TimeSpan, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="semaphore">The semaphore.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was entered in time.</returns>
    public static bool Wait(SemaphoreSlim semaphore, TimeSpan timeout, CancellationToken cancellationToken)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return semaphore.Wait(timeout, cancellationToken);
        return Wait(semaphore, (int)milliseconds, cancellationToken);
    }

    /// <summary>As <see cref="SemaphoreSlim.Wait(int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="semaphore">The semaphore.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was entered in time.</returns>
    public static bool Wait(SemaphoreSlim semaphore, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!IsGreen || millisecondsTimeout is 0 or < -1 || cancellationToken.IsCancellationRequested) return semaphore.Wait(millisecondsTimeout, cancellationToken);
        if (semaphore.Wait(0)) return true;
        return TwinOperations.Call(stop => semaphore.WaitAsync(millisecondsTimeout, stop), cancellationToken);
    }

    private static bool IsGreen
    {
        [NotWoven]
        get => Continuation.CurrentOrNull is GreenThread;
    }
}
