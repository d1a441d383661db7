using System.Runtime.CompilerServices;

namespace GreenThreads.Synchronization;

// What is done under a gate takes some tens of nanoseconds: a few fields and links, no allocation but the rare growth of
// a buffer, no call of user code, no wait, no wake-up (those come after Leave). So a thread that finds it held spins; only
// if the holder has lost its processor, it lets others run. Gates are the innermost locks: nothing is taken under one,
// except further gates of channels in the order of their numbers (GreenSelect).
//
// Not System.Threading.Lock: entering that costs three times as much, and a thread that waits for it can be interrupted,
// also while it withdraws from a wait, which must not fail.

/// <summary>Mutual exclusion for a few instructions; for OS threads and green threads.</summary>
internal struct SpinGate
{
    private const int SpinsPerYield = 64;

    // 1 while held. Taken by compare-exchange of any thread; released by the holder with a store-release, which publishes
    // what was done under the gate to the next one's exchange.
    private int _held;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter()
    {
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0) EnterSlow();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Leave() => Volatile.Write(ref _held, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlow()
    {
        int spins = 0;
        do
        {
            while (Volatile.Read(ref _held) != 0)
            {
                if (++spins % SpinsPerYield == 0) Thread.Yield();
                else Thread.SpinWait(8);
            }
        }
        while (Interlocked.CompareExchange(ref _held, 1, 0) != 0);
    }
}
