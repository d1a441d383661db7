using System.ComponentModel;
using System.Runtime.CompilerServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

/// <summary>
/// What a lock statement calls whose object may be shared with code that is not woven: the monitor belongs to the OS thread,
/// and who waits for it gives its carrier's work to another carrier first. For code that the weaver emits.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class LockStatement
{
    // Whoever holds it for a few instructions has left it by then: handing over would take longer.
    private const int Spins = 8;

    /// <inheritdoc cref="Monitor.Enter(object, ref bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(object obj, ref bool lockTaken)
    {
        Monitor.TryEnter(obj, ref lockTaken);
        if (!lockTaken) EnterContended(obj, ref lockTaken);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EnterContended(object obj, ref bool lockTaken)
    {
        if (Continuation.CurrentOrNull is GreenThread)
        {
            var spin = default(SpinWait);
            while (spin.Count < Spins)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                Monitor.TryEnter(obj, ref lockTaken);
                if (lockTaken) return;
            }
            ThreadAffinity.BeforeBlocking();
        }
        Monitor.Enter(obj, ref lockTaken);
    }
}
