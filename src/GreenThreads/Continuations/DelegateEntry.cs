using System.Runtime.CompilerServices;

namespace GreenThreads.Continuations;

// Where a delegate keeps the entry point of its method.
//
//               closed over a first argument     open static
//   CoreCLR     _methodPtr                       _methodPtrAux (_methodPtr is a stub that shifts the arguments)
//   NativeAOT   _functionPointer                 _extraFunctionPointerOrData (_functionPointer is such a thunk, and
//                                                _firstParameter the delegate itself)
//
// The same number as ldftn gives in the method itself, or, where a thunk lies between (shared generic code, boxed
// receivers), another one: then no stub takes the hand-shake, and the call pins.

/// <summary>The entry point of the method that a delegate calls.</summary>
[NotWoven]
internal static class DelegateEntry
{
    // A constant for the JIT. Not a feature switch: those also describe what a program that is going to be compiled ahead of
    // time may do while it still runs on CoreCLR.
    private static readonly bool s_isNative = IsNative();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Of(Delegate callee)
    {
        if (s_isNative) return ReferenceEquals(NativeReceiver(callee), callee) ? NativeOpenEntry(callee) : NativeClosedEntry(callee);
        nint entry = OpenEntry(callee);
        return entry != 0 ? entry : ClosedEntry(callee);
    }

    /// <summary>The entry point, where the delegate is closed over a first argument; else that of something else than a method.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint OfClosed(Delegate callee) => s_isNative ? NativeClosedEntry(callee) : ClosedEntry(callee);

    /// <summary>The first argument that the delegate is closed over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static object? TargetOf(Delegate callee) => s_isNative ? NativeReceiver(callee) : Receiver(callee);

    private static bool IsNative()
    {
        try
        {
            _ = OpenEntry((Func<bool>)IsNative);
            return false;
        }
        catch (MissingFieldException)
        {
            return true;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtr")]
    private static extern ref nint ClosedEntry(Delegate callee);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtrAux")]
    private static extern ref nint OpenEntry(Delegate callee);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_target")]
    private static extern ref object? Receiver(Delegate callee);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_functionPointer")]
    private static extern ref nint NativeClosedEntry(Delegate callee);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_extraFunctionPointerOrData")]
    private static extern ref nint NativeOpenEntry(Delegate callee);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_firstParameter")]
    private static extern ref object? NativeReceiver(Delegate callee);
}
