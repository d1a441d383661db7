using System.ComponentModel;
using GreenThreads.Blocking;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of members of <see cref="Mutex"/> in woven code: a green thread is pinned while it holds one.</summary>
[Substitute(typeof(Mutex))]
[NotWoven]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MutexSubstitutes
{
    /// <summary>As <see cref="Mutex.ReleaseMutex"/>.</summary>
    /// <param name="mutex">The mutex.</param>
    public static void ReleaseMutex(Mutex mutex)
    {
        mutex.ReleaseMutex();
        if (Continuation.CurrentOrNull is GreenThread) ThreadAffinity.Unpin();
    }

    /// <summary>On a green thread: takes the mutex for the carrier, to which the thread is pinned from then on.</summary>
    internal static bool Take(Mutex mutex, int millisecondsTimeout)
    {
        try
        {
            if (mutex.WaitOne(0)) return ThreadAffinity.PinIf(true);
            if (millisecondsTimeout == 0) return false;
            ThreadAffinity.BeforeBlocking();
            return ThreadAffinity.PinIf(mutex.WaitOne(millisecondsTimeout));
        }
        catch (AbandonedMutexException)
        {
            ThreadAffinity.Pin(); // it has been taken all the same
            throw;
        }
    }
}
