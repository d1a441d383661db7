using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Substitutions;

public static partial class SocketSubstitutions
{
    /// <inheritdoc cref="Socket.Send(byte[])"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    public static int Send(Socket socket, byte[] buffer) =>
        Send(socket, buffer, 0, buffer is null ? 0 : buffer.Length, SocketFlags.None);

    /// <inheritdoc cref="Socket.Send(byte[], SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Send(Socket socket, byte[] buffer, SocketFlags socketFlags) =>
        Send(socket, buffer, 0, buffer is null ? 0 : buffer.Length, socketFlags);

    /// <inheritdoc cref="Socket.Send(byte[], int, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="size">So many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Send(Socket socket, byte[] buffer, int size, SocketFlags socketFlags) =>
        Send(socket, buffer, 0, size, socketFlags);

    /// <inheritdoc cref="Socket.Send(byte[], int, int, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="size">So many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Send(Socket socket, byte[] buffer, int offset, int size, SocketFlags socketFlags) =>
        !MaySend(socket, socketFlags) || !IsRange(buffer, offset, size) ? socket.Send(buffer, offset, size, socketFlags)
        : SocketCalls.HasPoller ? SocketSend.Send(socket, buffer, offset, size, SocketFailure.Throw)
        : SocketTwins.Send(socket, buffer, offset, size, 0, SocketFailure.Throw);

    /// <inheritdoc cref="Socket.Send(byte[], int, int, SocketFlags, out SocketError)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="size">So many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="errorCode">Success or why it failed.</param>
    public static int Send(Socket socket, byte[] buffer, int offset, int size, SocketFlags socketFlags, out SocketError errorCode)
    {
        if (!MaySend(socket, socketFlags) || !IsRange(buffer, offset, size)) return socket.Send(buffer, offset, size, socketFlags, out errorCode);
        int result = SocketCalls.HasPoller
            ? SocketSend.Send(socket, buffer, offset, size, SocketFailure.Return)
            : SocketTwins.Send(socket, buffer, offset, size, 0, SocketFailure.Return);
        errorCode = SocketResult.Error(result);
        return SocketResult.Bytes(result);
    }

    /// <inheritdoc cref="Socket.Send(ReadOnlySpan{byte})"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    public static int Send(Socket socket, ReadOnlySpan<byte> buffer) => Send(socket, buffer, SocketFlags.None);

    /// <inheritdoc cref="Socket.Send(ReadOnlySpan{byte}, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Send(Socket socket, ReadOnlySpan<byte> buffer, SocketFlags socketFlags) =>
        !MaySend(socket, socketFlags) ? socket.Send(buffer, socketFlags)
        : SocketCalls.HasPoller ? SocketSend.Send(socket, buffer, SocketFailure.Throw)
        : SocketTwins.Send(socket, buffer, 0, SocketFailure.Throw);

    /// <inheritdoc cref="Socket.Send(ReadOnlySpan{byte}, SocketFlags, out SocketError)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="errorCode">Success or why it failed.</param>
    public static int Send(Socket socket, ReadOnlySpan<byte> buffer, SocketFlags socketFlags, out SocketError errorCode)
    {
        if (!MaySend(socket, socketFlags)) return socket.Send(buffer, socketFlags, out errorCode);
        int result = SocketCalls.HasPoller
            ? SocketSend.Send(socket, buffer, SocketFailure.Return)
            : SocketTwins.Send(socket, buffer, 0, SocketFailure.Return);
        errorCode = SocketResult.Error(result);
        return SocketResult.Bytes(result);
    }

    /// <inheritdoc cref="Socket.Send(IList{ArraySegment{byte}})"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffers">The data.</param>
    public static int Send(Socket socket, IList<ArraySegment<byte>> buffers) => Send(socket, buffers, SocketFlags.None);

    /// <inheritdoc cref="Socket.Send(IList{ArraySegment{byte}}, SocketFlags)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffers">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    public static int Send(Socket socket, IList<ArraySegment<byte>> buffers, SocketFlags socketFlags)
    {
        if (buffers is not { Count: > 0 } || !MaySend(socket, socketFlags)) return socket.Send(buffers!, socketFlags);
        return SocketBuffers.Send(socket, buffers, SocketFailure.Throw);
    }

    /// <inheritdoc cref="Socket.Send(IList{ArraySegment{byte}}, SocketFlags, out SocketError)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffers">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="errorCode">Success or why it failed.</param>
    public static int Send(Socket socket, IList<ArraySegment<byte>> buffers, SocketFlags socketFlags, out SocketError errorCode)
    {
        if (buffers is not { Count: > 0 } || !MaySend(socket, socketFlags)) return socket.Send(buffers!, socketFlags, out errorCode);
        int result = SocketBuffers.Send(socket, buffers, SocketFailure.Return);
        errorCode = SocketResult.Error(result);
        return SocketResult.Bytes(result);
    }

    /// <inheritdoc cref="Socket.SendFile(string)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="fileName">The file; null for none.</param>
    public static void SendFile(Socket socket, string? fileName)
    {
        if (MaySend(socket, SocketFlags.None)) GreenThread.Offload(() => SendFileNow(socket, fileName, null, null, TransmitFileOptions.UseDefaultWorkerThread));
        else socket.SendFile(fileName);
    }

    /// <inheritdoc cref="Socket.SendFile(string, byte[], byte[], TransmitFileOptions)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="fileName">The file; null for none.</param>
    /// <param name="preBuffer">Sent before.</param>
    /// <param name="postBuffer">Sent after.</param>
    /// <param name="flags">The options.</param>
    public static void SendFile(Socket socket, string? fileName, byte[]? preBuffer, byte[]? postBuffer, TransmitFileOptions flags)
    {
        if (MaySend(socket, SocketFlags.None)) GreenThread.Offload(() => SendFileNow(socket, fileName, preBuffer, postBuffer, flags));
        else socket.SendFile(fileName, preBuffer, postBuffer, flags);
    }

    /// <inheritdoc cref="Socket.SendFile(string, ReadOnlySpan{byte}, ReadOnlySpan{byte}, TransmitFileOptions)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="fileName">The file; null for none.</param>
    /// <param name="preBuffer">Sent before.</param>
    /// <param name="postBuffer">Sent after.</param>
    /// <param name="flags">The options.</param>
    public static void SendFile(
        Socket socket, string? fileName, ReadOnlySpan<byte> preBuffer, ReadOnlySpan<byte> postBuffer, TransmitFileOptions flags)
    {
        if (MaySend(socket, SocketFlags.None)) SendFile(socket, fileName, preBuffer.ToArray(), postBuffer.ToArray(), flags);
        else socket.SendFile(fileName, preBuffer, postBuffer, flags);
    }

    private static bool MaySend(Socket socket, SocketFlags flags) =>
        GreenThread.Current is not null && flags == SocketFlags.None && SocketCalls.MayWait(socket);

    [NotWoven]
    private static bool SendFileNow(Socket socket, string? fileName, byte[]? preBuffer, byte[]? postBuffer, TransmitFileOptions flags)
    {
        socket.SendFile(fileName, preBuffer, postBuffer, flags);
        return true;
    }
}
