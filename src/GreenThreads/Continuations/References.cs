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

    private static ref byte Start(object root) => ref Unsafe.As<RawObject>(root).FirstByte;

    private sealed class RawObject
    {
        public byte FirstByte = 0;
    }
}
