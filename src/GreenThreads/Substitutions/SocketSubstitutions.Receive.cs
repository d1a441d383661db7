using System.ComponentModel;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Substitutions;

/// <summary>What woven code calls instead of the blocking members of <see cref="Socket"/>: they suspend a green thread.</summary>
/// <remarks>
/// On a plain OS thread, for a socket in non-blocking mode, and for arguments that the plain member refuses, the plain
/// member is called. All of them have its results, exceptions and error codes.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[Substitute(typeof(Socket))]
public static partial class SocketSubstitutions
{
    /// <inheritdoc cref="Socket.Receive(byte[])"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    public static int Receive(Socket socket, byte[] buffer) =>
        Receive(socket, buffer, 0, buffer is null ? 0 : buffer.Length, SocketFlags.None);

    /// <inheritdoc cref="Socket.Receive(byte[], SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Receive(Socket socket, byte[] buffer, SocketFlags socketFlags) =>
        Receive(socket, buffer, 0, buffer is null ? 0 : buffer.Length, socketFlags);

    /// <inheritdoc cref="Socket.Receive(byte[], int, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="size">At most so many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Receive(Socket socket, byte[] buffer, int size, SocketFlags socketFlags) =>
        Receive(socket, buffer, 0, size, socketFlags);

    /// <inheritdoc cref="Socket.Receive(byte[], int, int, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="size">At most so many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Receive(Socket socket, byte[] buffer, int offset, int size, SocketFlags socketFlags) =>
        !MayReceive(socket, buffer, offset, size, socketFlags) ? socket.Receive(buffer, offset, size, socketFlags)
        : SocketCalls.HasPoller ? SocketReceive.Receive(socket, buffer, offset, size, socketFlags, SocketFailure.Throw)
        : SocketTwins.Receive(socket, buffer, offset, size, socketFlags, SocketFailure.Throw);

    /// <inheritdoc cref="Socket.Receive(byte[], int, int, SocketFlags, out SocketError)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="size">At most so many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="errorCode">Success or why it failed.</param>
    public static int Receive(Socket socket, byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode)
    {
        if (!MayReceive(socket, buffer, offset, size, socketFlags)) return socket.Receive(buffer, offset, size, socketFlags, out errorCode);
        int result = SocketCalls.HasPoller
            ? SocketReceive.Receive(socket, buffer, offset, size, socketFlags, SocketFailure.Return)
            : SocketTwins.Receive(socket, buffer, offset, size, socketFlags, SocketFailure.Return);
        errorCode = SocketResult.Error(result);
        return SocketResult.Bytes(result);
    }

    /// <inheritdoc cref="Socket.Receive(Span{byte})"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    public static int Receive(Socket socket, Span<byte> buffer) => Receive(socket, buffer, SocketFlags.None);

    /// <inheritdoc cref="Socket.Receive(Span{byte}, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Receive(Socket socket, Span<byte> buffer, SocketFlags socketFlags) =>
        !MayReceive(socket, socketFlags) ? socket.Receive(buffer, socketFlags)
        : SocketCalls.HasPoller ? SocketReceive.Receive(socket, buffer, socketFlags, SocketFailure.Throw)
        : SocketTwins.Receive(socket, buffer, socketFlags, SocketFailure.Throw);

    /// <inheritdoc cref="Socket.Receive(Span{byte}, SocketFlags, out SocketError)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the data goes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="errorCode">Success or why it failed.</param>
    public static int Receive(Socket socket, Span<byte> buffer, SocketFlags socketFlags, out SocketError errorCode)
    {
        if (!MayReceive(socket, socketFlags)) return socket.Receive(buffer, socketFlags, out errorCode);
        int result = SocketCalls.HasPoller
            ? SocketReceive.Receive(socket, buffer, socketFlags, SocketFailure.Return)
            : SocketTwins.Receive(socket, buffer, socketFlags, SocketFailure.Return);
        errorCode = SocketResult.Error(result);
        return SocketResult.Bytes(result);
    }

    /// <inheritdoc cref="Socket.Receive(IList{ArraySegment{byte}})"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffers">Where the data goes.</param>
    public static int Receive(Socket socket, IList<ArraySegment<byte>> buffers) => Receive(socket, buffers, SocketFlags.None);

    /// <inheritdoc cref="Socket.Receive(IList{ArraySegment{byte}}, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffers">Where the data goes.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Receive(Socket socket, IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        if (buffers is not { Count: > 0 } || !MayReceive(socket, socketFlags)) return socket.Receive(buffers!, socketFlags);
        return SocketBuffers.Receive(socket, buffers, socketFlags, SocketFailure.Throw);
    }

    /// <inheritdoc cref="Socket.Receive(IList{ArraySegment{byte}}, SocketFlags, out SocketError)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffers">Where the data goes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="errorCode">Success or why it failed.</param>
    public static int Receive(Socket socket, IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode)
    {
        if (buffers is not { Count: > 0 } || !MayReceive(socket, socketFlags)) return socket.Receive(buffers!, socketFlags, out errorCode);
        int result = SocketBuffers.Receive(socket, buffers, socketFlags, SocketFailure.Return);
        errorCode = SocketResult.Error(result);
        return SocketResult.Bytes(result);
    }

    private static bool MayReceive(Socket socket, byte[]? buffer, int offset, int size, SocketFlags flags) =>
        MayReceive(socket, flags) && IsRange(buffer, offset, size);

    private static bool MayReceive(Socket socket, SocketFlags flags) =>
        GreenThread.Current is not null && flags is (SocketFlags.None or SocketFlags.Peek) && SocketCalls.MayWait(socket);

    private static bool IsRange(byte[]? buffer, int offset, int size) =>
        buffer is not null && (uint)offset <= (uint)buffer.Length && (uint)size <= (uint)(buffer.Length - offset);
}
