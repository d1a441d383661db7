using GreenThreads.Continuations;

namespace GreenThreads.Diagnostics;

/// <summary>
/// Something that threads wait for, as reports show it. An object that a waker must reach in order to wake the waiter: the
/// channel, the lock, the place in a select. Found in the saved frames of a suspended waiter; no cost while nobody asks.
/// </summary>
internal interface IWaitTarget
{
    /// <summary>Who has to act before the wait can end, if that is a certain thread (the owner of a lock); else null.</summary>
    Continuation? Owner { get; }

    /// <summary>What it is and in which state, in a few words. Any thread, without locks: may be out of date.</summary>
    string Describe();
}
