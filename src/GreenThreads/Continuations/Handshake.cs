using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GreenThreads.Continuations;

// The hand-shake of calls whose target is only known at run time. The caller writes a key into the continuation; the
// stub of a woven method enters its woven body unpinned only if it finds the key of its own call.
//
//   virtual, interface: key = slot id ^ type of the receiver. Which method such a call enters is a function of slot and
//     type. A stub that finds (S, T), and is itself the implementation of S in T, is therefore the method that the call
//     entered: had another method been entered first, the stub would not be the implementation. No foreign frame can lie
//     between. The stub consumes the key at once, so that it is never believed twice.
//     The slot of a generic interface is one of an instantiation, which is mixed into the id. With variance the class may
//     implement another instantiation than the call names: there the id stands alone, and the instantiation is announced
//     beside it, to be looked at where a class implements several.
//   struct: a constrained call salts the key, since it enters the struct's method by reference, a call on the box not.
//   delegate, static abstract member: key = salt ^ entry point: names exactly the method that is entered.
//   constructor: key = id of the constructor; newobj enters exactly that.
//
// A key that nobody consumes (the callee was foreign) is harmless for the same reason: no woven stub is the
// implementation of that slot in that type. Static constructors, which may run between the offer and the entry, clear it.
//
// What a key has led to once is noted (WovenEntries), and the next caller goes there without a hand-shake.

/// <summary>How woven callers and woven methods recognise each other. For code that the weaver emits.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class Handshake
{
    private const long DelegateSalt = unchecked((long)0x9E37_79B9_7F4A_7C15);

    private const long StructSalt = 0x5851_F42D_4C95_7F2D;

    // Odd, so that no bits are lost.
    private const long ContractFactor = unchecked((long)0xD6E8_FEB8_6659_FD93);

    /// <summary>Before a virtual or interface call.</summary>
    /// <param name="receiver">The object that the call goes to.</param>
    /// <param name="slot">The id of the called slot.</param>
    /// <param name="continuation">The calling thread.</param>
    /// <exception cref="NullReferenceException"><paramref name="receiver"/> is null, as the call itself would throw.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Offer(object receiver, long slot, Continuation continuation) =>
        continuation.Handshake = slot ^ TypeKey(receiver);

    /// <summary>The woven body that a virtual or interface call enters; where it is not known, the call is to be made, and is offered.</summary>
    /// <param name="receiver">The object that the call goes to.</param>
    /// <param name="slot">The id of the called slot.</param>
    /// <param name="continuation">The calling thread.</param>
    /// <returns>The body, or zero.</returns>
    /// <exception cref="NullReferenceException"><paramref name="receiver"/> is null, as the call itself would throw.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint FindBody(object receiver, long slot, Continuation continuation)
    {
        long key = slot ^ TypeKey(receiver);
        nint body = WovenEntries.Find(key);
        if (body == 0) continuation.Handshake = key;
        return body;
    }

    /// <summary>The woven body that a delegate enters, with <see cref="TargetOf"/> as its first argument; zero where it is not known.</summary>
    /// <param name="callee">The delegate.</param>
    /// <returns>The body, or zero.</returns>
    /// <exception cref="NullReferenceException"><paramref name="callee"/> is null, as the call itself would throw.</exception>
    /// <remarks>The entry point of a delegate with several targets, or over a static method, is no method's: those are not found.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint FindBodyOf(Delegate callee)
    {
        object? target = DelegateEntry.TargetOf(callee);
        return target is null ? 0 : WovenEntries.Find(ClosedKey(DelegateEntry.OfClosed(callee), target));
    }

    /// <summary>The object that a delegate calls a method of.</summary>
    /// <param name="callee">The delegate.</param>
    /// <returns>The object.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static object? TargetOf(Delegate callee) => DelegateEntry.TargetOf(callee);

    /// <summary>Before a delegate is invoked.</summary>
    /// <param name="callee">The delegate.</param>
    /// <param name="continuation">The calling thread.</param>
    /// <returns>False where the delegate has several targets: its own loop over them is not woven, see <see cref="MulticastInvocation"/>.</returns>
    /// <exception cref="NullReferenceException"><paramref name="callee"/> is null, as the call itself would throw.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool OfferDelegate(Delegate callee, Continuation continuation)
    {
        bool isSingle = callee.HasSingleTarget;
        continuation.Handshake = isSingle ? DelegateSalt ^ DelegateEntry.Of(callee) : 0;
        return isSingle;
    }

    /// <summary>Before the call of a static abstract or virtual member of a type parameter.</summary>
    /// <param name="entry">The entry point of what implements it (ldftn).</param>
    /// <param name="continuation">The calling thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfferEntry(nint entry, Continuation continuation) =>
        continuation.Handshake = DelegateSalt ^ entry;

    /// <summary>
    /// In a stub whose slots were not called by a hand-shake: whether it may enter the woven body as it is, because the standing
    /// key, which is consumed, is that of a delegate over this very method, or because the thread is pinned anyway. If not,
    /// the thread is pinned from here on: see <see cref="Unpin"/>.
    /// </summary>
    /// <param name="continuation">The current thread.</param>
    /// <param name="entry">The stub's own entry point (ldftn).</param>
    /// <returns>Whether the thread was not pinned by this call.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EntersDelegate(Continuation continuation, nint entry)
    {
        if (continuation.Handshake != (DelegateSalt ^ entry)) return EntersUnpinned(continuation);
        continuation.Handshake = 0;
        return true;
    }

    /// <summary>The same in the stub of a class's own method, which is entered without its stub from then on.</summary>
    /// <param name="receiver">The stub's <c>this</c>.</param>
    /// <param name="entry">The stub's own entry point (ldftn).</param>
    /// <param name="body">That of its woven body.</param>
    /// <param name="continuation">The current thread.</param>
    /// <returns>Whether the thread was not pinned by this call.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EntersOwn(object receiver, nint entry, nint body, Continuation continuation)
    {
        if (continuation.Handshake != (DelegateSalt ^ entry)) return EntersUnpinned(continuation);
        WovenEntries.Note(ClosedKey(entry, receiver), body, receiver);
        continuation.Handshake = 0;
        return true;
    }

    /// <summary>The same in a stub that no delegate leads to.</summary>
    /// <param name="continuation">The current thread.</param>
    /// <returns>Whether the thread was not pinned by this call.</returns>
    /// <remarks>
    /// No user code runs while a thread is resumed: then it is the caller that repeats its call, to hand in references again.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EntersUnpinned(Continuation continuation)
    {
        if ((continuation.PinDepth & Continuation.PinnedByStub | unchecked((byte)continuation.Mode)) != 0) return true;
        continuation.PinDepth |= Continuation.PinnedByStub;
        return false;
    }

    /// <summary>In a stub: consumes the standing key, which is its own.</summary>
    /// <param name="continuation">The current thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeKey(Continuation continuation) => continuation.Handshake = 0;

    /// <summary>The same in the stub of a class's own method, which is entered without its stub from then on.</summary>
    /// <param name="receiver">The stub's <c>this</c>.</param>
    /// <param name="body">The entry point of its woven body (ldftn).</param>
    /// <param name="continuation">The current thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeOwn(object receiver, nint body, Continuation continuation)
    {
        WovenEntries.Note(continuation.Handshake, body, receiver);
        continuation.Handshake = 0;
    }

    /// <summary>Whether an object is of this class and not of a derived one.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="value">The object.</param>
    /// <returns>True for the class itself.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactly<T>(object value) => value.GetType() == typeof(T);

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

    /// <summary>In the stub of a struct's method: whether the standing key is that of a call of the slot on a box of this struct.</summary>
    /// <typeparam name="T">The struct.</typeparam>
    /// <param name="slot">The id of a slot that the stub implements.</param>
    /// <param name="continuation">The current thread.</param>
    /// <returns>Whether slot and type match: then <c>this</c> is the inside of a box, see <see cref="BoxOf"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MatchesBoxed<T>(long slot, Continuation continuation)
        where T : struct, allows ref struct =>
        continuation.Handshake == (slot ^ typeof(T).TypeHandle.Value);

    /// <summary>
    /// In the stub of an interface's default implementation: whether the standing key is that of a constrained call of the
    /// slot on the struct that <paramref name="receiver"/> is a box of.
    /// </summary>
    /// <param name="receiver">The stub's <c>this</c>.</param>
    /// <param name="slot">The id of the slot.</param>
    /// <param name="continuation">The current thread.</param>
    /// <returns>Whether slot and type match.</returns>
    public static bool MatchesDefault(object receiver, long slot, Continuation continuation) =>
        continuation.Handshake == (slot ^ StructSalt ^ TypeKey(receiver));

    /// <summary>
    /// The box of a struct, from the reference to its inside. The value of a box begins one pointer behind the start of the
    /// object, so the start is where an object reference points. The reference is only ever a managed one, interior or
    /// not, so the collector keeps and moves the box at every moment.
    /// </summary>
    /// <typeparam name="T">The struct.</typeparam>
    /// <param name="value">The value in the box.</param>
    /// <returns>The box.</returns>
    public static object BoxOf<T>(ref T value)
        where T : struct
    {
        var start = new Interior(ref Unsafe.SubtractByteOffset(ref Unsafe.As<T, byte>(ref value), nint.Size));
        return Unsafe.As<Interior, object>(ref start);
    }

    private readonly ref struct Interior(ref byte start)
    {
        private readonly ref byte _start = ref start;
    }

    /// <summary>Before newobj.</summary>
    /// <param name="constructor">The id of the constructor.</param>
    /// <param name="continuation">The calling thread.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfferConstructor(long constructor, Continuation continuation) => continuation.Handshake = constructor;

    /// <summary>As <see cref="EntersDelegate"/>, in the stub of a constructor.</summary>
    /// <param name="continuation">The current thread.</param>
    /// <param name="constructor">The id of the constructor.</param>
    /// <returns>Whether the thread was not pinned by this call.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EntersConstructor(Continuation continuation, long constructor)
    {
        if (continuation.Handshake != constructor) return EntersUnpinned(continuation);
        continuation.Handshake = 0;
        return true;
    }

    /// <summary>At the start of a static constructor: it may run between an offer and the method that the offer is for.</summary>
    public static void Clear() => Continuation.Current.Handshake = 0;

    /// <summary>When a stub that pinned the thread returns.</summary>
    /// <param name="continuation">The current thread.</param>
    public static void Unpin(Continuation continuation)
    {
        continuation.PinDepth &= ~Continuation.PinnedByStub;
        continuation.Handshake = 0;
    }

    /// <summary>Whether the type parameter stands for a struct here; a constant for the JIT.</summary>
    /// <typeparam name="T">The type parameter.</typeparam>
    /// <returns>True for structs.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValueType<T>() => typeof(T).IsValueType;

    /// <summary>What tells the slots of one instantiation of an invariant generic interface from those of another; mixed into the id.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    /// <returns>Bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Contract<TContract>() => typeof(TContract).TypeHandle.Value * ContractFactor;

    /// <summary>Before the offer of a call through a variant generic interface: which instantiation the call names.</summary>
    /// <typeparam name="TContract">The interface.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Announce<TContract>() => t_announced = typeof(TContract).TypeHandle.Value;

    /// <summary>
    /// In a stub that implements a slot of a variant generic interface and has found its key: whether the call that was
    /// announced, on this receiver, leads to the instantiation that the stub implements.
    /// </summary>
    /// <typeparam name="TContract">The interface as the stub's class implements it.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <returns>False also where several instantiations would do and, ahead of time, the runtime does not tell which one it takes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool ReachesThrough<TContract>(object receiver) =>
        t_announced == typeof(TContract).TypeHandle.Value || ReachesByVariance(receiver.GetType(), typeof(TContract));

    /// <summary>As <see cref="ReachesThrough"/>, in the stub of a struct's method.</summary>
    /// <typeparam name="TStruct">The struct.</typeparam>
    /// <typeparam name="TContract">The interface as the struct implements it.</typeparam>
    /// <returns>As there.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool StructReachesThrough<TStruct, TContract>()
        where TStruct : allows ref struct =>
        t_announced == typeof(TContract).TypeHandle.Value || ReachesByVariance(typeof(TStruct), typeof(TContract));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool ReachesByVariance(Type receiver, Type implemented) =>
        s_reached.GetOrAdd((receiver, implemented, t_announced), static key => Leads(
            key.Receiver, key.Implemented, Type.GetTypeFromHandle(RuntimeTypeHandle.FromIntPtr(key.Announced))!));

    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "As below.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "An interface that was trimmed away is not called.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "An interface that was trimmed away is not called.")]
    private static bool Leads(Type receiver, Type implemented, Type announced)
    {
        Type[] fitting = [.. receiver.GetInterfaces().Where(i => announced.IsAssignableFrom(i) && i.GetGenericTypeDefinition() == announced.GetGenericTypeDefinition())];
        if (Array.IndexOf(fitting, implemented) < 0) return false;
        if (fitting.Length == 1 || implemented == announced) return true;
        if (Array.IndexOf(fitting, announced) >= 0) return false;
        try
        {
            // several by variance: the runtime takes one of them, always the same
            return receiver.GetInterfaceMap(announced).TargetMethods.AsSpan().SequenceEqual(receiver.GetInterfaceMap(implemented).TargetMethods);
        }
        catch (NotSupportedException)
        {
            return false; // ahead of time
        }
    }

    // Instantiations of a generic class over reference types share the code of a method, and so its entry point, but the woven body
    // is one of the instantiation: the type of the receiver tells. Multiplied, since both are addresses.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ClosedKey(nint entry, object target) => DelegateSalt ^ entry ^ TypeKey(target) * ContractFactor;

    // The type of an object as a number: its method table, the first word of every object on CoreCLR and NativeAOT.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long TypeKey(object value) =>
        Unsafe.Add(ref Unsafe.As<byte, nint>(ref Unsafe.As<RawObject>(value).FirstByte), -1);

    private static readonly ConcurrentDictionary<(Type Receiver, Type Implemented, nint Announced), bool> s_reached = new();

    // Written by Announce right before a call, read in the stub that the call enters: no suspension lies between.
    [ThreadStatic]
    private static nint t_announced;

    private sealed class RawObject
    {
        public byte FirstByte = 0;
    }
}
