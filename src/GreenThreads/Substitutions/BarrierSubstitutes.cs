using System.ComponentModel;
using GreenThreads.Blocking;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of blocking members of <see cref="Barrier"/> in woven code.</summary>
[Substitute(typeof(Barrier))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BarrierSubstitutes
{
    /// <summary>As <see cref="Barrier.SignalAndWait()"/>; suspends a green thread.</summary>
    /// <param name="barrier">The barrier.</param>
    public static void SignalAndWait(Barrier barrier) => SignalAndWait(barrier, Timeout.Infinite, CancellationToken.None);

    /// <summary>As <see cref="Barrier.SignalAndWait(CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="barrier">The barrier.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void SignalAndWait(Barrier barrier, CancellationToken cancellationToken) => SignalAndWait(barrier, Timeout.Infinite, cancellationToken);

    /// <summary>As <see cref="Barrier.SignalAndWait(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="barrier">The barrier.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the others arrived in time.</returns>
    public static bool SignalAndWait(Barrier barrier, TimeSpan timeout) => SignalAndWait(barrier, timeout, CancellationToken.None);

    /// <summary>As <see cref="Barrier.SignalAndWait(TimeSpan, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="barrier">The barrier.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the others arrived in time.</returns>
    public static bool SignalAndWait(Barrier barrier, TimeSpan timeout, CancellationToken cancellationToken)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return barrier.SignalAndWait(timeout, cancellationToken);
        return SignalAndWait(barrier, (int)milliseconds, cancellationToken);
    }

    /// <summary>As <see cref="Barrier.SignalAndWait(int)"/>; suspends a green thread.</summary>
    /// <param name="barrier">The barrier.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether the others arrived in time.</returns>
    public static bool SignalAndWait(Barrier barrier, int millisecondsTimeout) => SignalAndWait(barrier, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="Barrier.SignalAndWait(int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="barrier">The barrier.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the others arrived in time.</returns>
    public static bool SignalAndWait(Barrier barrier, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        // the last to arrive does not wait: it finishes the phase
        if (!EventWait.Suspends(millisecondsTimeout, cancellationToken) || !BarrierArrival.TryArrive(barrier, out BarrierArrival arrival))
            return barrier.SignalAndWait(millisecondsTimeout, cancellationToken);
        try
        {
            if (!arrival.Wait(millisecondsTimeout, cancellationToken) && arrival.TryWithdraw()) return false;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ThreadInterruptedException)
        {
            if (arrival.TryWithdraw()) throw;
        }
        arrival.Finish();
        return true;
    }
}
