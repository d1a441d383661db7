using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GreenThreads.Continuations;

// The hand-shake of calls whose target is only known at run time. The caller writes a key into the continuation; the
// stub of a woven method enters its woven body unpinned only if it finds the key of its own call.
//
//   virtual, interface: key = slot id ^ type of the receiver. Which method such a call enters is a function of slot and
//     type. A stub that finds (S, T), and is itself the implementation of S in T, is therefore the method that the call
//     entered: had another method been entered first, the stub would not be the implementation. No foreign frame can lie
//     between. The stub consumes the key at once, so that it is never believed twice.
//   delegate: key = salt ^ entry point of the delegate's method: names exactly the method that is entered.
//   constructor: key = id of the constructor; newobj enters exactly that.
//
// A key that nobody consumes (the callee was foreign) is harmless for the same reason: no woven stub is the
// implementation of that slot in that type. Static constructors, which may run between the offer and the entry, clear it.

/// <summary>How woven callers and woven methods recognise each other. For code that the weaver emits.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class Handshake
{
    private const long DelegateSalt = unchecked((long)0x9E37_79B9_7F4A_7C15);

    private const long StructSalt = 0x5851_F42D_4C95_7F2D;

    /// <summary>Before a virtual or interface call.</summary>
    /// <param name="receiver">The object that the call goes to.</param>
    /// <param name="slot">The id of the called slot.</param>
    /// <param name="continuation">The calling thread.</param>
    /// <exception cref="NullReferenceException"><paramref name="receiver"/> is null, as the call itself would throw.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Offer(object receiver, long slot, Continuation continuation) =>
        continuation.Handshake = slot ^ TypeKey(receiver);

    /// <summary>Before a delegate is invoked.</summary>
    /// <param name="callee">The delegate.</param>
    /// <param name="continuation">The calling thread.</param>
    /// <exception cref="NullReferenceException"><paramref name="callee"/> is null, as the call itself would throw.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfferDelegate(Delegate callee, Continuation continuation)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported || !callee.HasSingleTarget)
        {
            continuation.Handshake = 0; // a multicast delegate calls the rest of its list after the first: pinned
            return;
        }
        nint entry = OpenEntry(callee);
        if (entry == 0) entry = ClosedEntry(callee);
        continuation.Handshake = DelegateSalt ^ entry;
    }

    /// <summary>In a stub: whether the standing key is that of a delegate over this very method; consumes it if so.</summary>
    /// <param name="continuation">The current thread.</param>
    /// <param name="entry">The stub's own entry point (ldftn).</param>
    /// <returns>Whether the caller is woven and waits for the answer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AcceptDelegate(Continuation continuation, nint entry)
    {
        if (continuation.Handshake != (DelegateSalt ^ entry)) return false;
        continuation.Handshake = 0;
        return true;
    }

    /// <summary>In a stub: whether the standing key is that of a call of the slot on this receiver.</summary>
    /// <param name="receiver">The stub's <c>this</c>.</param>
    /// <param name="slot">The id of a slot that the stub implements.</param>
    /// <param name="continuation">The current thread.</param>
    /// <returns>Whether slot and type match; the stub still has to know that it implements the slot in that type.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Matches(object receiver, long slot, Continuation continuation) =>
        continuation.Handshake == (slot ^ TypeKey(receiver));

    /// <summary>Before a constrained call of a struct's method, which goes to that method without a look-up.</summary>
    /// <typeparam name="T">The struct.</typeparam>
    /// <param name="slot">The id of the called slot.</param>
    /// <param name="continuation">The calling thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfferStruct<T>(long slot, Continuation continuation)
        where T : allows ref struct =>
        continuation.Handshake = slot ^ StructSalt ^ typeof(T).TypeHandle.Value;

    /// <summary>In the stub of a struct's method: whether the standing key is that of a constrained call of the slot on this struct.</summary>
    /// <remarks>
    /// A call on a boxed struct leaves another key and is pinned: its caller has an object, not the reference that it would
    /// have to hand in again.
    /// </remarks>
    /// <typeparam name="T">The struct.</typeparam>
    /// <param name="slot">The id of a slot that the stub implements.</param>
    /// <param name="continuation">The current thread.</param>
    /// <returns>Whether slot and type match.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MatchesStruct<T>(long slot, Continuation continuation)
        where T : allows ref struct =>
        continuation.Handshake == (slot ^ StructSalt ^ typeof(T).TypeHandle.Value);

    /// <summary>Before a woven body is called with what a virtual call instruction would have tested.</summary>
    /// <param name="receiver">The object that the call goes to.</param>
    /// <exception cref="NullReferenceException"><paramref name="receiver"/> is null.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckReceiver(object receiver) => _ = TypeKey(receiver);

    /// <summary>Before newobj.</summary>
    /// <param name="constructor">The id of the constructor.</param>
    /// <param name="continuation">The calling thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfferConstructor(long constructor, Continuation continuation) => continuation.Handshake = constructor;

    /// <summary>In the stub of a constructor: whether the standing key is its own; consumes it if so.</summary>
    /// <param name="continuation">The current thread.</param>
    /// <param name="constructor">The id of the constructor.</param>
    /// <returns>Whether the caller is woven and waits for the answer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AcceptConstructor(Continuation continuation, long constructor)
    {
        if (continuation.Handshake != constructor) return false;
        continuation.Handshake = 0;
        return true;
    }

    /// <summary>At the start of a static constructor: it may run between an offer and the method that the offer is for.</summary>
    public static void Clear() => Continuation.Current.Handshake = 0;

    /// <summary>When a stub that pinned the thread returns.</summary>
    /// <param name="continuation">The current thread.</param>
    public static void Unpin(Continuation continuation)
    {
        continuation.PinDepth--;
        continuation.Handshake = 0;
    }

    /// <summary>Whether the type parameter stands for a struct here; a constant for the JIT.</summary>
    /// <typeparam name="T">The type parameter.</typeparam>
    /// <returns>True for structs.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValueType<T>() => typeof(T).IsValueType;

    /// <summary>Whether an object's class implements exactly one instantiation of a generic interface.</summary>
    /// <remarks>Only then does the id of a slot, which does not tell instantiations apart, name one method.</remarks>
    /// <param name="receiver">The object.</param>
    /// <param name="contract">The open generic interface.</param>
    /// <returns>True for one.</returns>
    public static bool ImplementsOnce(object receiver, RuntimeTypeHandle contract) =>
        s_implementsOnce.GetOrAdd((receiver.GetType(), contract.Value), static key => Count(key.Type, key.Contract) == 1);

    private static int Count(Type type, nint contract)
    {
        int count = 0;
        foreach (Type implemented in type.GetInterfaces())
        {
            if (implemented.IsGenericType && implemented.GetGenericTypeDefinition().TypeHandle.Value == contract) count++;
        }
        return count;
    }

    // The type of an object as a number: its method table, the first word of every object on CoreCLR and NativeAOT.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long TypeKey(object value) =>
        Unsafe.Add(ref Unsafe.As<byte, nint>(ref Unsafe.As<RawObject>(value).FirstByte), -1);

    private static readonly ConcurrentDictionary<(Type Type, nint Contract), bool> s_implementsOnce = new();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtr")]
    private static extern ref nint ClosedEntry(Delegate callee);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtrAux")]
    private static extern ref nint OpenEntry(Delegate callee);

    private sealed class RawObject
    {
        public byte FirstByte = 0;
    }
}
