using System.Buffers;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

// A BinaryReader reads nothing ahead: each member takes the bytes that it needs from the stream. So they are read here, where the
// wait suspends, and what they mean is left to the framework: numbers to BinaryPrimitives' order, strings to a reader over the
// bytes. Characters keep a decoder from call to call: those members stay as they are. So do readers of a class of one's own.

/// <summary>Takes the place of members of <see cref="BinaryReader"/> in woven code: they suspend a green thread where its stream does.</summary>
[Substitute(typeof(BinaryReader))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BinaryReaderSubstitutes
{
    private const int MaxLengthBytes = 5;

    // Where the framework does not have the fields, everything stays as it is.
    private static readonly bool s_isKnown =
        typeof(BinaryReader).GetField("_encoding", BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == typeof(Encoding)
        && typeof(BinaryReader).GetField("_disposed", BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == typeof(bool);

    /// <inheritdoc cref="BinaryReader.ReadBoolean"/>
    public static bool ReadBoolean(BinaryReader reader) => Waits(reader) ? Bits(reader.BaseStream, 1) != 0 : reader.ReadBoolean();

    /// <inheritdoc cref="BinaryReader.ReadByte"/>
    public static byte ReadByte(BinaryReader reader) => Waits(reader) ? (byte)Bits(reader.BaseStream, 1) : reader.ReadByte();

    /// <inheritdoc cref="BinaryReader.ReadSByte"/>
    public static sbyte ReadSByte(BinaryReader reader) => Waits(reader) ? (sbyte)Bits(reader.BaseStream, 1) : reader.ReadSByte();

    /// <inheritdoc cref="BinaryReader.ReadInt16"/>
    public static short ReadInt16(BinaryReader reader) => Waits(reader) ? (short)Bits(reader.BaseStream, 2) : reader.ReadInt16();

    /// <inheritdoc cref="BinaryReader.ReadUInt16"/>
    public static ushort ReadUInt16(BinaryReader reader) => Waits(reader) ? (ushort)Bits(reader.BaseStream, 2) : reader.ReadUInt16();

    /// <inheritdoc cref="BinaryReader.ReadInt32"/>
    public static int ReadInt32(BinaryReader reader) => Waits(reader) ? (int)Bits(reader.BaseStream, 4) : reader.ReadInt32();

    /// <inheritdoc cref="BinaryReader.ReadUInt32"/>
    public static uint ReadUInt32(BinaryReader reader) => Waits(reader) ? (uint)Bits(reader.BaseStream, 4) : reader.ReadUInt32();

    /// <inheritdoc cref="BinaryReader.ReadInt64"/>
    public static long ReadInt64(BinaryReader reader) => Waits(reader) ? (long)Bits(reader.BaseStream, 8) : reader.ReadInt64();

    /// <inheritdoc cref="BinaryReader.ReadUInt64"/>
    public static ulong ReadUInt64(BinaryReader reader) => Waits(reader) ? Bits(reader.BaseStream, 8) : reader.ReadUInt64();

    /// <inheritdoc cref="BinaryReader.ReadHalf"/>
    public static Half ReadHalf(BinaryReader reader) =>
        Waits(reader) ? BitConverter.UInt16BitsToHalf((ushort)Bits(reader.BaseStream, 2)) : reader.ReadHalf();

    /// <inheritdoc cref="BinaryReader.ReadSingle"/>
    public static float ReadSingle(BinaryReader reader) =>
        Waits(reader) ? BitConverter.UInt32BitsToSingle((uint)Bits(reader.BaseStream, 4)) : reader.ReadSingle();

    /// <inheritdoc cref="BinaryReader.ReadDouble"/>
    public static double ReadDouble(BinaryReader reader) =>
        Waits(reader) ? BitConverter.UInt64BitsToDouble(Bits(reader.BaseStream, 8)) : reader.ReadDouble();

    /// <inheritdoc cref="BinaryReader.ReadDecimal"/>
    public static decimal ReadDecimal(BinaryReader reader)
    {
        if (!Waits(reader)) return reader.ReadDecimal();
        byte[] bytes = new byte[sizeof(decimal)];
        StreamSubstitutions.ReadExactly(reader.BaseStream, bytes, 0, bytes.Length);
        return Over(bytes, Encoding.UTF8).ReadDecimal();
    }

    /// <inheritdoc cref="BinaryReader.ReadBytes"/>
    public static byte[] ReadBytes(BinaryReader reader, int count)
    {
        if (count <= 0 || !Waits(reader)) return reader.ReadBytes(count);
        byte[] bytes = new byte[count];
        int read = ReadUpTo(reader.BaseStream, bytes, 0, count);
        return read == count ? bytes : bytes[..read];
    }

    /// <inheritdoc cref="BinaryReader.Read(byte[], int, int)"/>
    public static int Read(BinaryReader reader, byte[] buffer, int index, int count) =>
        buffer is not null && (uint)index <= (uint)buffer.Length && (uint)count <= (uint)(buffer.Length - index) && Waits(reader)
            ? StreamSubstitutions.Read(reader.BaseStream, buffer, index, count)
            : reader.Read(buffer!, index, count);

    /// <inheritdoc cref="BinaryReader.Read7BitEncodedInt"/>
    public static int Read7BitEncodedInt(BinaryReader reader) =>
        Waits(reader) ? Over(LengthBytes(reader.BaseStream), Encoding.UTF8).Read7BitEncodedInt() : reader.Read7BitEncodedInt();

    /// <inheritdoc cref="BinaryReader.ReadString"/>
    public static string ReadString(BinaryReader reader)
    {
        if (!Waits(reader)) return reader.ReadString();
        byte[] prefix = LengthBytes(reader.BaseStream);
        int length = Over(prefix, Encoding.UTF8).Read7BitEncodedInt();
        byte[] bytes = prefix;
        if (length > 0)
        {
            bytes = new byte[prefix.Length + length];
            prefix.CopyTo(bytes, 0);
            StreamSubstitutions.ReadExactly(reader.BaseStream, bytes, prefix.Length, length);
        }
        return Over(bytes, EncodingOf(reader)).ReadString();
    }

    [NotWoven]
    private static bool Waits(BinaryReader reader) =>
        s_isKnown && Continuation.CurrentOrNull is GreenThread && reader.GetType() == typeof(BinaryReader)
        && !IsDisposed(reader) && reader.BaseStream.GetType() != typeof(MemoryStream);

    private static BinaryReader Over(byte[] bytes, Encoding encoding) => new(new MemoryStream(bytes), encoding);

    private static ulong Bits(Stream stream, int count)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(count);
        try
        {
            StreamSubstitutions.ReadExactly(stream, rented, 0, count);
            ulong bits = 0;
            for (int i = count - 1; i >= 0; i--) bits = (bits << 8) | rented[i];
            return bits;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int ReadUpTo(Stream stream, byte[] buffer, int offset, int count)
    {
        int total = 0;
        while (total < count)
        {
            int read = StreamSubstitutions.Read(stream, buffer, offset + total, count - total);
            if (read == 0) break;
            total += read;
        }
        return total;
    }

    // The last one has its highest bit clear. What is wrong with them the framework finds.
    private static byte[] LengthBytes(Stream stream)
    {
        byte[] bytes = new byte[MaxLengthBytes];
        for (int i = 0; i < MaxLengthBytes; i++)
        {
            StreamSubstitutions.ReadExactly(stream, bytes, i, 1);
            if (bytes[i] < 0x80) return bytes[..(i + 1)];
        }
        return bytes;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_encoding")]
    private static extern ref Encoding EncodingField(BinaryReader reader);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_disposed")]
    private static extern ref bool DisposedField(BinaryReader reader);

    [NotWoven]
    private static Encoding EncodingOf(BinaryReader reader) => EncodingField(reader);

    [NotWoven]
    private static bool IsDisposed(BinaryReader reader) => DisposedField(reader);
}
