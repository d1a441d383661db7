using GreenThreads.Blocking;

namespace GreenThreads.Substitutions;

/// <summary><see cref="Lock"/> without a scope (a scope in use across a wait pins by itself, as a ref struct).</summary>
[Substitute(typeof(Lock))]
[NotWoven]
public static class LockSubstitutions
{
    /// <inheritdoc cref="Lock.Enter"/>
    public static void Enter(Lock receiver)
    {
        if (!receiver.TryEnter())
        {
            ThreadAffinity.BeforeBlocking();
            receiver.Enter();
        }
        ThreadAffinity.Pin();
    }

    /// <inheritdoc cref="Lock.TryEnter()"/>
    public static bool TryEnter(Lock receiver) => ThreadAffinity.PinIf(receiver.TryEnter());

    /// <inheritdoc cref="Lock.TryEnter(int)"/>
    public static bool TryEnter(Lock receiver, int millisecondsTimeout)
    {
        if (receiver.TryEnter()) return ThreadAffinity.PinIf(true);
        ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnter(millisecondsTimeout));
    }

    /// <inheritdoc cref="Lock.TryEnter(TimeSpan)"/>
    public static bool TryEnter(Lock receiver, TimeSpan timeout)
    {
        if (receiver.TryEnter()) return ThreadAffinity.PinIf(true);
        ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnter(timeout));
    }

    /// <inheritdoc cref="Lock.Exit"/>
    public static void Exit(Lock receiver)
    {
        receiver.Exit();
        ThreadAffinity.Unpin();
    }
}
