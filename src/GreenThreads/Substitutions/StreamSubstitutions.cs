using System.Buffers;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using GreenThreads.Net;
using GreenThreads.Twins;

namespace GreenThreads.Substitutions;

// Calls through Stream, which is also how the C# compiler calls the members that NetworkStream overrides. A network stream
// goes its own way; a stream of the framework or of a library goes by its asynchronous members, where its class has them;
// any other (of woven code, for one) is called as usual, from here instead of from the caller. Members that Stream itself
// implements by others (ReadExactly, CopyTo) are written out, because a wait below the framework's version would pin.

/// <summary>What woven code calls instead of the blocking members of <see cref="Stream"/>: they suspend a green thread on a network stream.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[Substitute(typeof(Stream))]
public static class StreamSubstitutions
{
    private const int DefaultCopyBufferBytes = 81920; // as Stream.CopyTo

    /// <inheritdoc cref="Stream.Read(byte[], int, int)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="count">At most so many bytes.</param>
    public static int Read(Stream stream, byte[] buffer, int offset, int count) =>
        NetworkStreamSubstitutions.IsExact(stream)
            ? NetworkStreamSubstitutions.Read(Unsafe.As<NetworkStream>(stream), buffer, offset, count)
            : StreamTwins.ReadsByTwin(stream) && NetworkStreamSubstitutions.IsRange(buffer, offset, count) ? StreamTwins.Read(stream, buffer, offset, count)
            : stream.Read(buffer, offset, count);

    /// <inheritdoc cref="Stream.Read(Span{byte})"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">Where the data goes.</param>
    public static int Read(Stream stream, Span<byte> buffer) =>
        NetworkStreamSubstitutions.IsExact(stream)
            ? NetworkStreamSubstitutions.Read(Unsafe.As<NetworkStream>(stream), buffer)
            : StreamTwins.ReadsByTwin(stream) ? StreamTwins.Read(stream, buffer)
            : stream.Read(buffer);

    /// <inheritdoc cref="Stream.ReadByte"/>
    /// <param name="stream">The stream.</param>
    public static int ReadByte(Stream stream) =>
        NetworkStreamSubstitutions.IsExact(stream)
            ? NetworkStreamSubstitutions.ReadByte(Unsafe.As<NetworkStream>(stream))
            : StreamTwins.ReadsByTwin(stream) ? StreamTwins.ReadByte(stream)
            : stream.ReadByte();

    /// <inheritdoc cref="Stream.ReadExactly(byte[], int, int)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="count">So many bytes.</param>
    public static void ReadExactly(Stream stream, byte[] buffer, int offset, int count)
    {
        if (GreenThread.Current is null || buffer is null
            || (uint)offset > (uint)buffer.Length || (uint)count > (uint)(buffer.Length - offset))
        {
            stream.ReadExactly(buffer!, offset, count);
            return;
        }
        int end = offset + count;
        while (offset < end)
        {
            int read = Read(stream, buffer, offset, end - offset);
            if (read == 0) throw EndOfStream();
            offset += read;
        }
    }

    /// <inheritdoc cref="Stream.ReadExactly(Span{byte})"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">Where the data goes.</param>
    public static void ReadExactly(Stream stream, Span<byte> buffer)
    {
        if (GreenThread.Current is null) stream.ReadExactly(buffer);
        else ReadAtLeast(stream, buffer, buffer.Length, throwOnEndOfStream: true);
    }

    /// <inheritdoc cref="Stream.ReadAtLeast(Span{byte}, int, bool)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="minimumBytes">At least so many bytes.</param>
    /// <param name="throwOnEndOfStream">Else fewer are returned at the end.</param>
    public static int ReadAtLeast(Stream stream, Span<byte> buffer, int minimumBytes, bool throwOnEndOfStream = true)
    {
        if (GreenThread.Current is null || (uint)minimumBytes > (uint)buffer.Length)
        {
            return stream.ReadAtLeast(buffer, minimumBytes, throwOnEndOfStream);
        }
        int total = 0;
        while (total < minimumBytes)
        {
            int read = Read(stream, buffer[total..]);
            if (read == 0)
            {
                if (throwOnEndOfStream) throw EndOfStream();
                break;
            }
            total += read;
        }
        return total;
    }

    /// <inheritdoc cref="Stream.Write(byte[], int, int)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="count">So many bytes.</param>
    public static void Write(Stream stream, byte[] buffer, int offset, int count)
    {
        if (NetworkStreamSubstitutions.IsExact(stream))
            NetworkStreamSubstitutions.Write(Unsafe.As<NetworkStream>(stream), buffer, offset, count);
        else if (StreamTwins.WritesByTwin(stream) && NetworkStreamSubstitutions.IsRange(buffer, offset, count))
            StreamTwins.Write(stream, buffer, offset, count);
        else
            stream.Write(buffer, offset, count);
    }

    /// <inheritdoc cref="Stream.Write(ReadOnlySpan{byte})"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">The data.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> buffer)
    {
        if (NetworkStreamSubstitutions.IsExact(stream)) NetworkStreamSubstitutions.Write(Unsafe.As<NetworkStream>(stream), buffer);
        else if (StreamTwins.WritesByTwin(stream)) StreamTwins.Write(stream, buffer);
        else stream.Write(buffer);
    }

    /// <inheritdoc cref="Stream.WriteByte(byte)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="value">The byte.</param>
    public static void WriteByte(Stream stream, byte value)
    {
        if (NetworkStreamSubstitutions.IsExact(stream)) NetworkStreamSubstitutions.WriteByte(Unsafe.As<NetworkStream>(stream), value);
        else if (StreamTwins.WritesByTwin(stream)) StreamTwins.WriteByte(stream, value);
        else stream.WriteByte(value);
    }

    /// <inheritdoc cref="Stream.Flush"/>
    /// <param name="stream">The stream.</param>
    public static void Flush(Stream stream)
    {
        if (StreamTwins.FlushesByTwin(stream)) StreamTwins.Flush(stream);
        else stream.Flush();
    }

    /// <inheritdoc cref="Stream.CopyTo(Stream)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="destination">Where the data goes.</param>
    public static void CopyTo(Stream stream, Stream destination)
    {
        if (MayCopy(stream, destination, DefaultCopyBufferBytes)) Copy(stream, destination, DefaultCopyBufferBytes);
        else stream.CopyTo(destination);
    }

    /// <inheritdoc cref="Stream.CopyTo(Stream, int)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="destination">Where the data goes.</param>
    /// <param name="bufferSize">So many bytes at a time.</param>
    public static void CopyTo(Stream stream, Stream destination, int bufferSize)
    {
        if (MayCopy(stream, destination, bufferSize)) Copy(stream, destination, bufferSize);
        else stream.CopyTo(destination, bufferSize);
    }

    /// <inheritdoc cref="Stream.Close"/>
    /// <param name="stream">The stream.</param>
    public static void Close(Stream stream)
    {
        if (NetworkStreamSubstitutions.IsExact(stream)) SocketClosing.Dispose(stream, Unsafe.As<NetworkStream>(stream).Socket);
        else if (StreamTwins.DisposesByTwin(stream)) StreamTwins.Dispose(stream);
        else stream.Close();
    }

    /// <inheritdoc cref="Stream.Dispose()"/>
    /// <param name="stream">The stream.</param>
    public static void Dispose(Stream stream)
    {
        if (NetworkStreamSubstitutions.IsExact(stream)) SocketClosing.Dispose(stream, Unsafe.As<NetworkStream>(stream).Socket);
        else if (StreamTwins.DisposesByTwin(stream)) StreamTwins.Dispose(stream);
        else stream.Dispose();
    }

    private static bool MayCopy(Stream stream, Stream? destination, int bufferSize) =>
        GreenThread.Current is not null && destination is not null && bufferSize > 0
        && (NetworkStreamSubstitutions.IsExact(stream) || NetworkStreamSubstitutions.IsExact(destination)
            || StreamTwins.ReadsByTwin(stream) || StreamTwins.WritesByTwin(destination))
        && stream.CanRead && destination.CanWrite;

    private static void Copy(Stream stream, Stream destination, int bufferSize)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        try
        {
            int read;
            while ((read = Read(stream, buffer, 0, buffer.Length)) != 0) Write(destination, buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static EndOfStreamException EndOfStream() => new("Unable to read beyond the end of the stream.");
}
