using GreenThreads.Blocking;

namespace GreenThreads.Substitutions;

/// <summary><see cref="ReaderWriterLockSlim"/> belongs to OS threads: the green thread is pinned while it holds it.</summary>
[Substitute(typeof(ReaderWriterLockSlim))]
[NotWoven]
public static class ReaderWriterLockSlimSubstitutions
{
    /// <inheritdoc cref="ReaderWriterLockSlim.EnterReadLock"/>
    public static void EnterReadLock(ReaderWriterLockSlim receiver)
    {
        if (!receiver.TryEnterReadLock(0))
        {
            ThreadAffinity.BeforeBlocking();
            receiver.EnterReadLock();
        }
        ThreadAffinity.Pin();
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.EnterUpgradeableReadLock"/>
    public static void EnterUpgradeableReadLock(ReaderWriterLockSlim receiver)
    {
        if (!receiver.TryEnterUpgradeableReadLock(0))
        {
            ThreadAffinity.BeforeBlocking();
            receiver.EnterUpgradeableReadLock();
        }
        ThreadAffinity.Pin();
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.EnterWriteLock"/>
    public static void EnterWriteLock(ReaderWriterLockSlim receiver)
    {
        if (!receiver.TryEnterWriteLock(0))
        {
            ThreadAffinity.BeforeBlocking();
            receiver.EnterWriteLock();
        }
        ThreadAffinity.Pin();
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.TryEnterReadLock(int)"/>
    public static bool TryEnterReadLock(ReaderWriterLockSlim receiver, int millisecondsTimeout)
    {
        if (millisecondsTimeout != 0) ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnterReadLock(millisecondsTimeout));
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.TryEnterUpgradeableReadLock(int)"/>
    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim receiver, int millisecondsTimeout)
    {
        if (millisecondsTimeout != 0) ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnterUpgradeableReadLock(millisecondsTimeout));
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.TryEnterWriteLock(int)"/>
    public static bool TryEnterWriteLock(ReaderWriterLockSlim receiver, int millisecondsTimeout)
    {
        if (millisecondsTimeout != 0) ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnterWriteLock(millisecondsTimeout));
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.TryEnterReadLock(TimeSpan)"/>
    public static bool TryEnterReadLock(ReaderWriterLockSlim receiver, TimeSpan timeout)
    {
        if (timeout != TimeSpan.Zero) ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnterReadLock(timeout));
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.TryEnterUpgradeableReadLock(TimeSpan)"/>
    public static bool TryEnterUpgradeableReadLock(ReaderWriterLockSlim receiver, TimeSpan timeout)
    {
        if (timeout != TimeSpan.Zero) ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnterUpgradeableReadLock(timeout));
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.TryEnterWriteLock(TimeSpan)"/>
    public static bool TryEnterWriteLock(ReaderWriterLockSlim receiver, TimeSpan timeout)
    {
        if (timeout != TimeSpan.Zero) ThreadAffinity.BeforeBlocking();
        return ThreadAffinity.PinIf(receiver.TryEnterWriteLock(timeout));
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.ExitReadLock"/>
    public static void ExitReadLock(ReaderWriterLockSlim receiver)
    {
        receiver.ExitReadLock();
        ThreadAffinity.Unpin();
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.ExitUpgradeableReadLock"/>
    public static void ExitUpgradeableReadLock(ReaderWriterLockSlim receiver)
    {
        receiver.ExitUpgradeableReadLock();
        ThreadAffinity.Unpin();
    }

    /// <inheritdoc cref="ReaderWriterLockSlim.ExitWriteLock"/>
    public static void ExitWriteLock(ReaderWriterLockSlim receiver)
    {
        receiver.ExitWriteLock();
        ThreadAffinity.Unpin();
    }
}
