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
// receivers), another one: then no stub takes the hand-shake, and the call pins. So it does where a runtime has neither form.

/// <summary>The entry point of the method that a delegate calls.</summary>
[NotWoven]
internal static class DelegateEntry
{
    // A constant for the JIT. Not a feature switch: those also describe what a program that is going to be compiled ahead of
    // time may do while it still runs on CoreCLR.
    private static readonly Form s_form = Find();

    private enum Form
    {
        Unknown,
        CoreClr,
        Native,
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Of(Delegate callee)
    {
        if (s_form == Form.Native) return ReferenceEquals(NativeReceiver(callee), callee) ? NativeOpenEntry(callee) : NativeClosedEntry(callee);
        if (s_form == Form.Unknown) return 0;
        nint entry = OpenEntry(callee);
        return entry != 0 ? entry : ClosedEntry(callee);
    }

    /// <summary>The entry point, where the delegate is closed over a first argument; else that of something else than a method.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint OfClosed(Delegate callee) =>
        s_form == Form.CoreClr ? ClosedEntry(callee) : s_form == Form.Unknown ? 0 : NativeClosedEntry(callee);

    /// <summary>The first argument that the delegate is closed over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static object? TargetOf(Delegate callee) =>
        s_form == Form.CoreClr ? Receiver(callee) : s_form == Form.Unknown ? null : NativeReceiver(callee);

    private static Form Find()
    {
        Delegate any = (Func<Form>)Find;
        if (Binds(any, static callee => (OpenEntry(callee), ClosedEntry(callee), Receiver(callee)))) return Form.CoreClr;
        if (Binds(any, static callee => (NativeOpenEntry(callee), NativeClosedEntry(callee), NativeReceiver(callee)))) return Form.Native;
        return Form.Unknown;
    }

    private static bool Binds(Delegate any, Func<Delegate, (nint Open, nint Closed, object? Receiver)> read)
    {
        try
        {
            _ = read(any);
            return true;
        }
        catch (MissingFieldException)
        {
            return false;
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
