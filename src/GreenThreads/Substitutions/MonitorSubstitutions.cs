using GreenThreads.Blocking;

namespace GreenThreads.Substitutions;

/// <summary>
/// Monitors taken in other ways than by a lock statement whose body does not wait. They belong to the OS thread, so the
/// green thread is pinned while it holds one; waiting for one hands the carrier's work over first.
/// </summary>
[Substitute(typeof(Monitor))]
[NotWoven]
public static class MonitorSubstitutions
{
    /// <inheritdoc cref="Monitor.Enter(object)"/>
    public static void Enter(object obj)
    {
        if (!Monitor.TryEnter(obj))
        {
            ThreadAffinity.BeforeBlocking();
            Monitor.Enter(obj);
        }
        ThreadAffinity.Pin();
    }

    /// <inheritdoc cref="Monitor.Enter(object, ref bool)"/>
    public static void Enter(object obj, ref bool lockTaken)
    {
        Monitor.TryEnter(obj, ref lockTaken);
        if (!lockTaken)
        {
            ThreadAffinity.BeforeBlocking();
            Monitor.Enter(obj, ref lockTaken);
        }
        ThreadAffinity.Pin();
    }

    /// <inheritdoc cref="Monitor.TryEnter(object)"/>
    public static bool TryEnter(object obj) => ThreadAffinity.PinIf(Monitor.TryEnter(obj));

    /// <inheritdoc cref="Monitor.TryEnter(object, ref bool)"/>
    public static void TryEnter(object obj, ref bool lockTaken)
    {
        Monitor.TryEnter(obj, ref lockTaken);
        ThreadAffinity.PinIf(lockTaken);
    }

    /// <inheritdoc cref="Monitor.TryEnter(object, int)"/>
    public static bool TryEnter(object obj, int millisecondsTimeout)
    {
        if (Monitor.TryEnter(obj)) return ThreadAffinity.PinIf(true);
        ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(Monitor.TryEnter(obj, millisecondsTimeout));
    }

    /// <inheritdoc cref="Monitor.TryEnter(object, TimeSpan)"/>
    public static bool TryEnter(object obj, TimeSpan timeout)
    {
        if (Monitor.TryEnter(obj)) return ThreadAffinity.PinIf(true);
        ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(Monitor.TryEnter(obj, timeout));
    }

    /// <inheritdoc cref="Monitor.TryEnter(object, int, ref bool)"/>
    public static void TryEnter(object obj, int millisecondsTimeout, ref bool lockTaken)
    {
        if (millisecondsTimeout != 0) ThreadAffinity.BeforeBlocking();
        Monitor.TryEnter(obj, millisecondsTimeout, ref lockTaken);
        ThreadAffinity.PinIf(lockTaken);
    }

    /// <inheritdoc cref="Monitor.TryEnter(object, TimeSpan, ref bool)"/>
    public static void TryEnter(object obj, TimeSpan timeout, ref bool lockTaken)
    {
        if (timeout != TimeSpan.Zero) ThreadAffinity.BeforeBlocking();
        Monitor.TryEnter(obj, timeout, ref lockTaken);
        ThreadAffinity.PinIf(lockTaken);
    }

    /// <inheritdoc cref="Monitor.Exit(object)"/>
    public static void Exit(object obj)
    {
        Monitor.Exit(obj);
        ThreadAffinity.Unpin();
    }

    /// <inheritdoc cref="Monitor.Wait(object)"/>
    public static bool Wait(object obj)
    {
        ThreadAffinity.BeforeBlocking();
        return Monitor.Wait(obj);
    }

    /// <inheritdoc cref="Monitor.Wait(object, int)"/>
    public static bool Wait(object obj, int millisecondsTimeout)
    {
        ThreadAffinity.BeforeBlocking();
        return Monitor.Wait(obj, millisecondsTimeout);
    }

    /// <inheritdoc cref="Monitor.Wait(object, TimeSpan)"/>
    public static bool Wait(object obj, TimeSpan timeout)
    {
        ThreadAffinity.BeforeBlocking();
        return Monitor.Wait(obj, timeout);
    }
}
