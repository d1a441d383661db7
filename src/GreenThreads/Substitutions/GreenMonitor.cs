using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Substitutions;

/// <summary>
/// What the calls of <see cref="Monitor"/> and <see cref="Lock"/> become where the object is a private one of woven code, in
/// place of which the weaver makes a <see cref="GreenLock"/>. For code that the weaver emits.
/// </summary>
/// <remarks>
/// An object of another type can get there by reflection only. It keeps its own monitor, and the thread is pinned while it
/// is in it.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GreenMonitor
{
    // The first word of the object tells. A type test would not do: the weaver also puts a GreenLock into fields of type
    // Lock, which is sealed, and the JIT would take the answer from the type of the field.
    private static readonly nint s_greenLock = TypeKey(new GreenLock());

    /// <summary>In place of <c>new Lock()</c>: a field of that type takes it.</summary>
    /// <returns>A <see cref="GreenLock"/>, on which only the methods of this class may be called.</returns>
    [NotWoven]
    public static Lock Create() => Unsafe.As<Lock>(new GreenLock());

    /// <inheritdoc cref="Monitor.Enter(object)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(object obj)
    {
        if (IsGreen(obj)) Unsafe.As<GreenLock>(obj).Enter();
        else MonitorSubstitutions.Enter(obj);
    }

    /// <inheritdoc cref="Monitor.Enter(object, ref bool)"/>
    public static void Enter(object obj, ref bool lockTaken)
    {
        ThrowIfTaken(lockTaken);
        Enter(obj);
        lockTaken = true;
    }

    /// <inheritdoc cref="Lock.EnterScope"/>
    /// <returns>The lock.</returns>
    public static object EnterScope(object obj)
    {
        Enter(obj);
        return obj;
    }

    /// <inheritdoc cref="Monitor.TryEnter(object)"/>
    [NotWoven]
    public static bool TryEnter(object obj) =>
        IsGreen(obj) ? Unsafe.As<GreenLock>(obj).TryEnter() : MonitorSubstitutions.TryEnter(obj);

    /// <inheritdoc cref="Monitor.TryEnter(object, ref bool)"/>
    [NotWoven]
    public static void TryEnter(object obj, ref bool lockTaken)
    {
        ThrowIfTaken(lockTaken);
        lockTaken = TryEnter(obj);
    }

    /// <inheritdoc cref="Monitor.TryEnter(object, int)"/>
    public static bool TryEnter(object obj, int millisecondsTimeout) =>
        IsGreen(obj) ? Unsafe.As<GreenLock>(obj).TryEnter(millisecondsTimeout) : MonitorSubstitutions.TryEnter(obj, millisecondsTimeout);

    /// <inheritdoc cref="Monitor.TryEnter(object, TimeSpan)"/>
    public static bool TryEnter(object obj, TimeSpan timeout) =>
        IsGreen(obj) ? Unsafe.As<GreenLock>(obj).TryEnter(timeout) : MonitorSubstitutions.TryEnter(obj, timeout);

    /// <inheritdoc cref="Monitor.TryEnter(object, int, ref bool)"/>
    public static void TryEnter(object obj, int millisecondsTimeout, ref bool lockTaken)
    {
        ThrowIfTaken(lockTaken);
        lockTaken = TryEnter(obj, millisecondsTimeout);
    }

    /// <inheritdoc cref="Monitor.TryEnter(object, TimeSpan, ref bool)"/>
    public static void TryEnter(object obj, TimeSpan timeout, ref bool lockTaken)
    {
        ThrowIfTaken(lockTaken);
        lockTaken = TryEnter(obj, timeout);
    }

    /// <inheritdoc cref="Monitor.Exit(object)"/>
    /// <param name="obj">The object.</param>
    /// <param name="self">The calling thread.</param>
    [NotWoven, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exit(object obj, Continuation self)
    {
        if (IsGreen(obj)) Unsafe.As<GreenLock>(obj).Exit(self);
        else MonitorSubstitutions.Exit(obj);
    }

    /// <inheritdoc cref="Monitor.IsEntered(object)"/>
    [NotWoven]
    public static bool IsEntered(object obj) => IsGreen(obj) ? Unsafe.As<GreenLock>(obj).IsHeldByCurrentThread : Monitor.IsEntered(obj);

    /// <inheritdoc cref="Monitor.Wait(object)"/>
    public static bool Wait(object obj) => IsGreen(obj) ? Unsafe.As<GreenLock>(obj).WaitForPulse(Deadline.Never) : MonitorSubstitutions.Wait(obj);

    /// <inheritdoc cref="Monitor.Wait(object, int)"/>
    public static bool Wait(object obj, int millisecondsTimeout) =>
        IsGreen(obj) ? Unsafe.As<GreenLock>(obj).WaitForPulse(Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout)))
            : MonitorSubstitutions.Wait(obj, millisecondsTimeout);

    /// <inheritdoc cref="Monitor.Wait(object, TimeSpan)"/>
    public static bool Wait(object obj, TimeSpan timeout) =>
        IsGreen(obj) ? Unsafe.As<GreenLock>(obj).WaitForPulse(Deadline.After(timeout, nameof(timeout))) : MonitorSubstitutions.Wait(obj, timeout);

    /// <inheritdoc cref="Monitor.Wait(object, int, bool)"/>
    public static bool Wait(object obj, int millisecondsTimeout, bool exitContext) => Wait(obj, millisecondsTimeout);

    /// <inheritdoc cref="Monitor.Wait(object, TimeSpan, bool)"/>
    public static bool Wait(object obj, TimeSpan timeout, bool exitContext) => Wait(obj, timeout);

    /// <inheritdoc cref="Monitor.Pulse(object)"/>
    [NotWoven]
    public static void Pulse(object obj)
    {
        if (IsGreen(obj)) Unsafe.As<GreenLock>(obj).Pulse(all: false);
        else Monitor.Pulse(obj);
    }

    /// <inheritdoc cref="Monitor.PulseAll(object)"/>
    [NotWoven]
    public static void PulseAll(object obj)
    {
        if (IsGreen(obj)) Unsafe.As<GreenLock>(obj).Pulse(all: true);
        else Monitor.PulseAll(obj);
    }

    [NotWoven, MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsGreen(object obj)
    {
        if (obj is null) ThrowNull();
        return TypeKey(obj) == s_greenLock;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint TypeKey(object value) => Unsafe.Add(ref Unsafe.As<byte, nint>(ref Unsafe.As<RawObject>(value).FirstByte), -1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    [DoesNotReturn]
    private static void ThrowNull() => throw new ArgumentNullException("obj");

    private static void ThrowIfTaken(bool lockTaken)
    {
        if (lockTaken) throw new ArgumentException("The lockTaken argument must be set to false before calling this method.", nameof(lockTaken));
    }

    private sealed class RawObject
    {
        public byte FirstByte = 0;
    }
}
