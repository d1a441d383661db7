using System.Diagnostics;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;

namespace GreenThreads.Synchronization;

/// <summary>What threads wait at: a channel, a semaphore, a lock. It guards its queues with a gate.</summary>
internal interface IWaitSource : IWaitTarget
{
    /// <inheritdoc/>
    Continuation? IWaitTarget.Owner => null;

    /// <summary>Takes a waiter out of its queue if it is still there. Never waits, never throws.</summary>
    /// <param name="waiter">The waiter; enlisted here by the caller.</param>
    /// <returns>
    /// True: it was there, and nobody will grant it anything. False: it was taken out before, and its outcome is written; or
    /// it can no longer give up, and its outcome is certain to come.
    /// </returns>
    bool Withdraw(Waiter waiter);

    /// <summary>What the operation of a waiter that was refused throws; called once. For sources that refuse.</summary>
    /// <param name="waiter">The waiter.</param>
    Exception Refusal(Waiter waiter) => throw new UnreachableException();
}
