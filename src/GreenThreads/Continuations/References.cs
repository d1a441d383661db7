using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GreenThreads.Continuations;

/// <summary>
/// References across a wait: a reference is taken apart into what it points into and the distance from there, and made
/// again afterwards. For code that the weaver emits.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class References
{
    /// <summary>The distance of a reference from the start of the object that it points into.</summary>
    /// <typeparam name="T">The type referred to.</typeparam>
    /// <param name="root">The object; null when the reference is that of an empty span.</param>
    /// <param name="reference">The reference.</param>
    /// <returns>Bytes.</returns>
    public static long OffsetInObject<T>(object? root, ref readonly T reference) =>
        root is null ? 0 : Unsafe.ByteOffset(in Start(root), in Unsafe.As<T, byte>(ref Unsafe.AsRef(in reference)));

    /// <summary>Whether a reference points into an object.</summary>
    /// <typeparam name="T">The type referred to.</typeparam>
    /// <param name="root">The object; null for none.</param>
    /// <param name="reference">The reference.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsInObject<T>(object? root, ref readonly T reference) =>
        root is not null && IsBelow(OffsetInObject(root, in reference), root is OwnerWithStart owner ? owner.Size : ObjectSize.Of(root));

    /// <summary>Whether a reference points into a variable.</summary>
    /// <typeparam name="TStart">The type of the variable.</typeparam>
    /// <typeparam name="T">The type referred to.</typeparam>
    /// <param name="start">The variable.</param>
    /// <param name="reference">The reference.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsIn<TStart, T>(ref readonly TStart start, ref readonly T reference)
        where TStart : allows ref struct
        where T : allows ref struct =>
        IsBelow(Offset(in start, in reference), Unsafe.SizeOf<TStart>());

    /// <summary>Whether a reference points into a span.</summary>
    /// <typeparam name="TElement">The span's element type.</typeparam>
    /// <typeparam name="T">The type referred to.</typeparam>
    /// <param name="span">The span.</param>
    /// <param name="reference">The reference.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsInSpan<TElement, T>(Span<TElement> span, ref readonly T reference) => IsInReadOnlySpan<TElement, T>(span, in reference);

    /// <inheritdoc cref="IsInSpan"/>
    public static bool IsInReadOnlySpan<TElement, T>(ReadOnlySpan<TElement> span, ref readonly T reference) =>
        IsBelow(Offset(in MemoryMarshal.GetReference(span), in reference), (long)span.Length * Unsafe.SizeOf<TElement>());

    /// <summary>The distance from one of several roots, with the number of that root.</summary>
    /// <param name="offset">Bytes.</param>
    /// <param name="number">Which root.</param>
    /// <returns>Both, for <see cref="NumberOf"/> and <see cref="OffsetOf"/>.</returns>
    public static long Chosen(long offset, int number) => (long)number << OffsetBits | offset & ((1L << OffsetBits) - 1);

    /// <summary>The number of the root.</summary>
    /// <param name="chosen">What <see cref="Chosen"/> gave.</param>
    /// <returns>The number.</returns>
    public static int NumberOf(long chosen) => (int)(chosen >>> OffsetBits);

    /// <summary>The distance.</summary>
    /// <param name="chosen">What <see cref="Chosen"/> gave.</param>
    /// <returns>Bytes.</returns>
    public static long OffsetOf(long chosen) => chosen << (64 - OffsetBits) >> (64 - OffsetBits);

    /// <summary>What the span of a memory points into.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="memory">The memory.</param>
    /// <returns>Its array or string, or what finds the memory of its manager again; null where it is empty.</returns>
    public static object? OwnerOfMemory<T>(ref readonly Memory<T> memory) => OwnerOf((ReadOnlyMemory<T>)memory);

    /// <inheritdoc cref="OwnerOfMemory"/>
    public static object? OwnerOfReadOnlyMemory<T>(ref readonly ReadOnlyMemory<T> memory) => OwnerOf(memory);

    /// <summary>The array of a segment.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="segment">The segment.</param>
    /// <returns>The array.</returns>
    public static object? OwnerOfSegment<T>(ArraySegment<T> segment) => segment.Array;

    /// <summary>The array that a list has at present.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="list">The list.</param>
    /// <returns>The array.</returns>
    public static object? OwnerOfList<T>(List<T>? list) => list is null ? null : ListAccess<T>.Items(list);

    private const int OffsetBits = 56;

    private static object? OwnerOf<T>(ReadOnlyMemory<T> memory)
    {
        if (memory.IsEmpty) return null;
        if (MemoryMarshal.TryGetArray(memory, out ArraySegment<T> segment)) return segment.Array;
        if (memory is ReadOnlyMemory<char> text && MemoryMarshal.TryGetString(text, out string? owner, out _, out _)) return owner;
        return new ManagedOwner<T>(memory);
    }

    private static bool IsBelow(long offset, long size) => (ulong)offset < (ulong)size;

    /// <summary>The reference at a distance from the start of an object.</summary>
    /// <typeparam name="T">The type referred to.</typeparam>
    /// <param name="root">The object; null for an empty span.</param>
    /// <param name="offset">Bytes.</param>
    /// <returns>The reference.</returns>
    public static ref T InObject<T>(object? root, long offset)
    {
        if (root is null) return ref Unsafe.NullRef<T>();
        return ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref Start(root), (nint)offset));
    }

    /// <summary>The distance of a reference from another one into the same variable.</summary>
    /// <typeparam name="TStart">The type of the variable.</typeparam>
    /// <typeparam name="T">The type referred to.</typeparam>
    /// <param name="start">The variable.</param>
    /// <param name="reference">The reference.</param>
    /// <returns>Bytes.</returns>
    public static long Offset<TStart, T>(ref readonly TStart start, ref readonly T reference)
        where TStart : allows ref struct
        where T : allows ref struct =>
        Unsafe.ByteOffset(in Unsafe.As<TStart, byte>(ref Unsafe.AsRef(in start)), in Unsafe.As<T, byte>(ref Unsafe.AsRef(in reference)));

    /// <summary>The reference at a distance from a variable.</summary>
    /// <typeparam name="TStart">The type of the variable.</typeparam>
    /// <typeparam name="T">The type referred to.</typeparam>
    /// <param name="start">The variable.</param>
    /// <param name="offset">Bytes.</param>
    /// <returns>The reference.</returns>
    public static ref T At<TStart, T>(ref TStart start, long offset)
        where TStart : allows ref struct
        where T : allows ref struct =>
        ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref Unsafe.As<TStart, byte>(ref start), (nint)offset));

    /// <summary>The reference to the first element of a span.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="span">The span.</param>
    /// <returns>The reference; null for an empty span of nothing.</returns>
    public static ref T ReferenceOfSpan<T>(Span<T> span) => ref MemoryMarshal.GetReference(span);

    /// <inheritdoc cref="ReferenceOfSpan"/>
    public static ref T ReferenceOfReadOnlySpan<T>(ReadOnlySpan<T> span) => ref MemoryMarshal.GetReference(span);

    /// <summary>The length of a span.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="span">The span.</param>
    /// <returns>Elements.</returns>
    public static int LengthOfSpan<T>(Span<T> span) => span.Length;

    /// <inheritdoc cref="LengthOfSpan"/>
    public static int LengthOfReadOnlySpan<T>(ReadOnlySpan<T> span) => span.Length;

    /// <summary>Makes a span again.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="start">Its first element; not looked at when it is empty.</param>
    /// <param name="length">Elements.</param>
    /// <returns>The span.</returns>
    public static Span<T> MakeSpan<T>(ref T start, int length) => length == 0 ? default : MemoryMarshal.CreateSpan(ref start, length);

    /// <inheritdoc cref="MakeSpan"/>
    public static ReadOnlySpan<T> MakeReadOnlySpan<T>(ref T start, int length) =>
        length == 0 ? default : MemoryMarshal.CreateReadOnlySpan(ref start, length);

    private static ref byte Start(object root)
    {
        if (root is OwnerWithStart owner) return ref owner.Start;
        return ref Unsafe.As<RawObject>(root).FirstByte;
    }

    // What a MemoryManager hands out may lie anywhere, also outside of the heap: it is asked again.
    private abstract class OwnerWithStart
    {
        public abstract ref byte Start { get; }

        public abstract long Size { get; }
    }

    private sealed class ManagedOwner<T>(ReadOnlyMemory<T> memory) : OwnerWithStart
    {
        public override ref byte Start
        {
            get
            {
                Continuation? aside = Continuation.StepAside();
                ReadOnlySpan<T> span;
                try
                {
                    span = memory.Span;
                }
                finally
                {
                    Continuation.StepBack(aside);
                }
                return ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(span));
            }
        }

        public override long Size => (long)memory.Length * Unsafe.SizeOf<T>();
    }

    private static class ListAccess<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_items")]
        public static extern ref T[] Items(List<T> list);
    }

    // The size of an object's data, from its method table: the first words are the size of an element (strings and arrays,
    // by the sign of the flags in the same word) and the size of an object without elements, with header and method table
    // pointer. The same on CoreCLR and NativeAOT; a test holds it.
    private static class ObjectSize
    {
        public static unsafe long Of(object value)
        {
            byte* table = (byte*)value.GetType().TypeHandle.Value;
            long size = *(uint*)(table + sizeof(uint)) - 2L * nint.Size;
            if (*(int*)table < 0) size += *(ushort*)table * (long)Unsafe.As<RawArray>(value).Length;
            return size;
        }
    }

    // Arrays and strings begin with their length.
    private sealed class RawArray
    {
        public int Length = 0;
    }

    private sealed class RawObject
    {
        public byte FirstByte = 0;
    }
}
