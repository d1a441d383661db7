using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

/// <summary>
/// What a lock statement calls whose object may be shared with code that is not woven: the monitor belongs to the OS thread,
/// and who waits for it gives its carrier's work to another carrier first. For code that the weaver emits.
/// </summary>
/// <remarks>
/// A scope of a <see cref="Lock"/> can be had only by entering it. So it is looked at first whether the lock is taken; one that is
/// taken right after that blocks its carrier until the watchdog comes.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class LockStatement
{
    // Whoever holds it for a few instructions has left it by then: handing over would take longer.
    private const int Spins = 8;

    private const uint Taken = 1;

    // Where the framework does not have the field, all is left to the watchdog.
    private static readonly bool s_canLook =
        typeof(Lock).GetField("_state", BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == typeof(uint);

    /// <inheritdoc cref="Monitor.Enter(object, ref bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(object obj, ref bool lockTaken)
    {
        Monitor.TryEnter(obj, ref lockTaken);
        if (!lockTaken) EnterContended(obj, ref lockTaken);
    }

    /// <inheritdoc cref="Lock.EnterScope"/>
    /// <param name="receiver">The lock.</param>
    public static Lock.Scope EnterScope(Lock receiver)
    {
        if (s_canLook && IsTaken(receiver) && Continuation.CurrentOrNull is GreenThread && !receiver.IsHeldByCurrentThread) AwaitContended(receiver);
        return receiver.EnterScope();
    }

    private static bool IsTaken(Lock receiver) => (Volatile.Read(ref State(receiver)) & Taken) != 0;

    private static void AwaitContended(Lock receiver)
    {
        var spin = default(SpinWait);
        while (spin.Count < Spins)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (!IsTaken(receiver)) return;
        }
        ThreadAffinity.BeforeBlocking();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
    private static extern ref uint State(Lock receiver);

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
