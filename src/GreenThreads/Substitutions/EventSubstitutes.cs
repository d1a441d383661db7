using System.ComponentModel;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of blocking members of <see cref="ManualResetEventSlim"/> in woven code.</summary>
[Substitute(typeof(ManualResetEventSlim))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ManualResetEventSlimSubstitutes
{
    /// <summary>As <see cref="ManualResetEventSlim.Wait()"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    public static void Wait(ManualResetEventSlim signal) => Wait(signal, Timeout.Infinite, CancellationToken.None);

    /// <summary>As <see cref="ManualResetEventSlim.Wait(CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void Wait(ManualResetEventSlim signal, CancellationToken cancellationToken) => Wait(signal, Timeout.Infinite, cancellationToken);

    /// <summary>As <see cref="ManualResetEventSlim.Wait(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the event was set in time.</returns>
    public static bool Wait(ManualResetEventSlim signal, TimeSpan timeout) => Wait(signal, timeout, CancellationToken.None);

    /// <summary>As <see cref="ManualResetEventSlim.Wait(TimeSpan, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the event was set in time.</returns>
    public static bool Wait(ManualResetEventSlim signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return signal.Wait(timeout, cancellationToken);
        return Wait(signal, (int)milliseconds, cancellationToken);
    }

    /// <summary>As <see cref="ManualResetEventSlim.Wait(int)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether the event was set in time.</returns>
    public static bool Wait(ManualResetEventSlim signal, int millisecondsTimeout) => Wait(signal, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="ManualResetEventSlim.Wait(int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the event was set in time.</returns>
    public static bool Wait(ManualResetEventSlim signal, int millisecondsTimeout, CancellationToken cancellationToken) =>
        signal.IsSet || !EventWait.Suspends(millisecondsTimeout, cancellationToken)
            ? signal.Wait(millisecondsTimeout, cancellationToken)
            : EventWait.Wait(signal.WaitHandle, millisecondsTimeout, cancellationToken);
}

/// <summary>Takes the place of blocking members of <see cref="CountdownEvent"/> in woven code.</summary>
[Substitute(typeof(CountdownEvent))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CountdownEventSubstitutes
{
    /// <summary>As <see cref="CountdownEvent.Wait()"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    public static void Wait(CountdownEvent signal) => Wait(signal, Timeout.Infinite, CancellationToken.None);

    /// <summary>As <see cref="CountdownEvent.Wait(CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void Wait(CountdownEvent signal, CancellationToken cancellationToken) => Wait(signal, Timeout.Infinite, cancellationToken);

    /// <summary>As <see cref="CountdownEvent.Wait(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the count reached zero in time.</returns>
    public static bool Wait(CountdownEvent signal, TimeSpan timeout) => Wait(signal, timeout, CancellationToken.None);

    /// <summary>As <see cref="CountdownEvent.Wait(TimeSpan, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the count reached zero in time.</returns>
    public static bool Wait(CountdownEvent signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return signal.Wait(timeout, cancellationToken);
        return Wait(signal, (int)milliseconds, cancellationToken);
    }

    /// <summary>As <see cref="CountdownEvent.Wait(int)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether the count reached zero in time.</returns>
    public static bool Wait(CountdownEvent signal, int millisecondsTimeout) => Wait(signal, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="CountdownEvent.Wait(int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <param name="signal">The event.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the count reached zero in time.</returns>
    public static bool Wait(CountdownEvent signal, int millisecondsTimeout, CancellationToken cancellationToken) =>
        signal.IsSet || !EventWait.Suspends(millisecondsTimeout, cancellationToken)
            ? signal.Wait(millisecondsTimeout, cancellationToken)
            : EventWait.Wait(signal.WaitHandle, millisecondsTimeout, cancellationToken);
}
