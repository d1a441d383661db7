using System.Buffers;
using System.ComponentModel;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Substitutions;

/// <summary>What woven code calls instead of the blocking members of <see cref="NetworkStream"/>: they suspend a green thread.</summary>
/// <remarks>Classes derived from it are called as usual.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[Substitute(typeof(NetworkStream))]
public static class NetworkStreamSubstitutions
{
    /// <inheritdoc cref="NetworkStream.Read(byte[], int, int)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="count">At most so many bytes.</param>
    public static int Read(NetworkStream stream, byte[] buffer, int offset, int count) =>
        !MayRead(stream) || !IsRange(buffer, offset, count) ? stream.Read(buffer, offset, count)
        : SocketCalls.HasPoller ? SocketReceive.Receive(stream.Socket, buffer, offset, count, SocketFlags.None, SocketFailure.ThrowFromStream)
        : SocketTwins.Receive(stream.Socket, buffer, offset, count, SocketFlags.None, SocketFailure.ThrowFromStream);

    /// <inheritdoc cref="NetworkStream.Read(Span{byte})"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">Where the data goes.</param>
    public static int Read(NetworkStream stream, Span<byte> buffer) =>
        !MayRead(stream) ? stream.Read(buffer)
        : SocketCalls.HasPoller ? SocketReceive.Receive(stream.Socket, buffer, SocketFlags.None, SocketFailure.ThrowFromStream)
        : SocketTwins.Receive(stream.Socket, buffer, SocketFlags.None, SocketFailure.ThrowFromStream);

    /// <inheritdoc cref="NetworkStream.ReadByte"/>
    /// <param name="stream">The stream.</param>
    public static int ReadByte(NetworkStream stream)
    {
        if (!MayRead(stream)) return stream.ReadByte();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1);
        int read = Read(stream, buffer, 0, 1);
        int value = read == 0 ? -1 : buffer[0];
        ArrayPool<byte>.Shared.Return(buffer);
        return value;
    }

    /// <inheritdoc cref="NetworkStream.Write(byte[], int, int)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="count">So many bytes.</param>
    public static void Write(NetworkStream stream, byte[] buffer, int offset, int count)
    {
        if (!MayWrite(stream) || !IsRange(buffer, offset, count)) stream.Write(buffer, offset, count);
        else if (SocketCalls.HasPoller) SocketSend.Send(stream.Socket, buffer, offset, count, SocketFailure.ThrowFromStream);
        else SocketTwins.Send(stream.Socket, buffer, offset, count, 0, SocketFailure.ThrowFromStream);
    }

    /// <inheritdoc cref="NetworkStream.Write(ReadOnlySpan{byte})"/>
    /// <param name="stream">The stream.</param>
    /// <param name="buffer">The data.</param>
    public static void Write(NetworkStream stream, ReadOnlySpan<byte> buffer)
    {
        if (!MayWrite(stream)) stream.Write(buffer);
        else if (SocketCalls.HasPoller) SocketSend.Send(stream.Socket, buffer, SocketFailure.ThrowFromStream);
        else SocketTwins.Send(stream.Socket, buffer, 0, SocketFailure.ThrowFromStream);
    }

    /// <inheritdoc cref="NetworkStream.WriteByte(byte)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="value">The byte.</param>
    public static void WriteByte(NetworkStream stream, byte value)
    {
        if (!MayWrite(stream))
        {
            stream.WriteByte(value);
            return;
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1);
        buffer[0] = value;
        Write(stream, buffer, 0, 1);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <inheritdoc cref="NetworkStream.Close(int)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="timeout">In milliseconds: how long to wait until the last data is sent.</param>
    public static void Close(NetworkStream stream, int timeout) => SocketClosing.Close(stream.Socket, stream, timeout);

    /// <inheritdoc cref="NetworkStream.Close(TimeSpan)"/>
    /// <param name="stream">The stream.</param>
    /// <param name="timeout">How long to wait until the last data is sent.</param>
    public static void Close(NetworkStream stream, TimeSpan timeout)
    {
        if (timeout.TotalMilliseconds is < -1 or > int.MaxValue) stream.Close(timeout);
        else SocketClosing.Close(stream.Socket, stream, (int)timeout.TotalMilliseconds);
    }

    /// <summary>Whether the members above suspend for this stream: it is a network stream, and not of a class derived from it.</summary>
    internal static bool IsExact(Stream stream) => stream.GetType() == typeof(NetworkStream);

    private static bool MayRead(NetworkStream stream) =>
        GreenThread.Current is not null && IsExact(stream) && stream.CanRead && SocketCalls.MayWait(stream.Socket);

    private static bool MayWrite(NetworkStream stream) =>
        GreenThread.Current is not null && IsExact(stream) && stream.CanWrite && SocketCalls.MayWait(stream.Socket);

    /// <summary>Whether the arguments name a part of the array; the plain call throws otherwise.</summary>
    internal static bool IsRange(byte[]? buffer, int offset, int count) =>
        buffer is not null && (uint)offset <= (uint)buffer.Length && (uint)count <= (uint)(buffer.Length - offset);
}
