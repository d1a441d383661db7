using System.Buffers;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

// A BinaryWriter writes each value to its stream at once. Here it is written to memory first, and from there to the stream, where
// the wait suspends. Writers of a class of one's own stay as they are.

/// <summary>Takes the place of members of <see cref="BinaryWriter"/> in woven code: they suspend a green thread where its stream does.</summary>
[Substitute(typeof(BinaryWriter))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BinaryWriterSubstitutes
{
    // Where the framework does not have the fields, everything stays as it is.
    private static readonly bool s_isKnown =
        typeof(BinaryWriter).GetField("OutStream", BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == typeof(Stream)
        && typeof(BinaryWriter).GetField("_encoding", BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == typeof(Encoding);

    /// <inheritdoc cref="BinaryWriter.Write(bool)"/>
    public static void Write(BinaryWriter writer, bool value)
    {
        if (Waits(writer)) Send(writer, value ? 1UL : 0, 1);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(byte)"/>
    public static void Write(BinaryWriter writer, byte value)
    {
        if (Waits(writer)) Send(writer, value, 1);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(sbyte)"/>
    public static void Write(BinaryWriter writer, sbyte value)
    {
        if (Waits(writer)) Send(writer, (byte)value, 1);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(short)"/>
    public static void Write(BinaryWriter writer, short value)
    {
        if (Waits(writer)) Send(writer, (ushort)value, 2);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(ushort)"/>
    public static void Write(BinaryWriter writer, ushort value)
    {
        if (Waits(writer)) Send(writer, value, 2);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(int)"/>
    public static void Write(BinaryWriter writer, int value)
    {
        if (Waits(writer)) Send(writer, (uint)value, 4);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(uint)"/>
    public static void Write(BinaryWriter writer, uint value)
    {
        if (Waits(writer)) Send(writer, value, 4);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(long)"/>
    public static void Write(BinaryWriter writer, long value)
    {
        if (Waits(writer)) Send(writer, (ulong)value, 8);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(ulong)"/>
    public static void Write(BinaryWriter writer, ulong value)
    {
        if (Waits(writer)) Send(writer, value, 8);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(Half)"/>
    public static void Write(BinaryWriter writer, Half value)
    {
        if (Waits(writer)) Send(writer, BitConverter.HalfToUInt16Bits(value), 2);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(float)"/>
    public static void Write(BinaryWriter writer, float value)
    {
        if (Waits(writer)) Send(writer, BitConverter.SingleToUInt32Bits(value), 4);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(double)"/>
    public static void Write(BinaryWriter writer, double value)
    {
        if (Waits(writer)) Send(writer, BitConverter.DoubleToUInt64Bits(value), 8);
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(decimal)"/>
    public static void Write(BinaryWriter writer, decimal value)
    {
        if (Waits(writer)) Send(writer, InMemory(writer, memory => memory.Write(value)));
        else writer.Write(value);
    }

    /// <inheritdoc cref="BinaryWriter.Write(string)"/>
    public static void Write(BinaryWriter writer, string value)
    {
        if (value is not null && Waits(writer)) Send(writer, InMemory(writer, memory => memory.Write(value)));
        else writer.Write(value!);
    }

    /// <inheritdoc cref="BinaryWriter.Write(char)"/>
    public static void Write(BinaryWriter writer, char ch)
    {
        if (!char.IsSurrogate(ch) && Waits(writer)) Send(writer, InMemory(writer, memory => memory.Write(ch)));
        else writer.Write(ch);
    }

    /// <inheritdoc cref="BinaryWriter.Write(char[])"/>
    public static void Write(BinaryWriter writer, char[] chars)
    {
        if (chars is not null && Waits(writer)) Send(writer, InMemory(writer, memory => memory.Write(chars)));
        else writer.Write(chars!);
    }

    /// <inheritdoc cref="BinaryWriter.Write(byte[])"/>
    public static void Write(BinaryWriter writer, byte[] buffer)
    {
        if (buffer is not null && Waits(writer)) StreamSubstitutions.Write(StreamOf(writer), buffer, 0, buffer.Length);
        else writer.Write(buffer!);
    }

    /// <inheritdoc cref="BinaryWriter.Write(byte[], int, int)"/>
    public static void Write(BinaryWriter writer, byte[] buffer, int index, int count)
    {
        if (Waits(writer)) StreamSubstitutions.Write(StreamOf(writer), buffer, index, count);
        else writer.Write(buffer, index, count);
    }

    /// <inheritdoc cref="BinaryWriter.Write(ReadOnlySpan{byte})"/>
    public static void Write(BinaryWriter writer, ReadOnlySpan<byte> buffer)
    {
        if (Waits(writer)) StreamSubstitutions.Write(StreamOf(writer), buffer);
        else writer.Write(buffer);
    }

    /// <inheritdoc cref="BinaryWriter.Write7BitEncodedInt"/>
    public static void Write7BitEncodedInt(BinaryWriter writer, int value)
    {
        if (Waits(writer)) Send(writer, InMemory(writer, memory => memory.Write7BitEncodedInt(value)));
        else writer.Write7BitEncodedInt(value);
    }

    /// <inheritdoc cref="BinaryWriter.Flush"/>
    public static void Flush(BinaryWriter writer)
    {
        if (Waits(writer)) StreamSubstitutions.Flush(StreamOf(writer));
        else writer.Flush();
    }

    [NotWoven]
    private static bool Waits(BinaryWriter writer) =>
        s_isKnown && Continuation.CurrentOrNull is GreenThread && writer.GetType() == typeof(BinaryWriter)
        && StreamOf(writer).GetType() != typeof(MemoryStream);

    private static void Send(BinaryWriter writer, ulong bits, int count)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(count);
        for (int i = 0; i < count; i++) rented[i] = (byte)(bits >> (8 * i));
        try
        {
            StreamSubstitutions.Write(StreamOf(writer), rented, 0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Send(BinaryWriter writer, ArraySegment<byte> bytes) =>
        StreamSubstitutions.Write(StreamOf(writer), bytes.Array!, bytes.Offset, bytes.Count);

    [NotWoven]
    private static ArraySegment<byte> InMemory(BinaryWriter writer, Action<BinaryWriter> write)
    {
        var memory = new MemoryStream();
        write(new BinaryWriter(memory, EncodingField(writer)));
        return new ArraySegment<byte>(memory.GetBuffer(), 0, (int)memory.Length);
    }

    // BaseStream would flush it.
    [NotWoven]
    private static Stream StreamOf(BinaryWriter writer) => StreamField(writer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "OutStream")]
    private static extern ref Stream StreamField(BinaryWriter writer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_encoding")]
    private static extern ref Encoding EncodingField(BinaryWriter writer);
}
