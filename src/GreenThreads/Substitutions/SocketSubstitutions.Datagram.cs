using System.Net;
using System.Net.Sockets;
using GreenThreads.Net;
using GreenThreads.Scheduling;

namespace GreenThreads.Substitutions;

// Datagrams: the plain call, made when it will not block. Two receivers of one socket may both see the same datagram arrive;
// the one that comes too late then blocks its carrier until the next one.
public static partial class SocketSubstitutions
{
    /// <inheritdoc cref="Socket.ReceiveFrom(byte[], ref EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int ReceiveFrom(Socket socket, byte[] buffer, ref EndPoint remoteEP)
    {
        AwaitReceive(socket);
        return socket.ReceiveFrom(buffer, ref remoteEP);
    }

    /// <inheritdoc cref="Socket.ReceiveFrom(byte[], SocketFlags, ref EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int ReceiveFrom(Socket socket, byte[] buffer, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        AwaitReceive(socket);
        return socket.ReceiveFrom(buffer, socketFlags, ref remoteEP);
    }

    /// <inheritdoc cref="Socket.ReceiveFrom(byte[], int, SocketFlags, ref EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="size">So many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int ReceiveFrom(Socket socket, byte[] buffer, int size, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        AwaitReceive(socket);
        return socket.ReceiveFrom(buffer, size, socketFlags, ref remoteEP);
    }

    /// <inheritdoc cref="Socket.ReceiveFrom(byte[], int, int, SocketFlags, ref EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="size">So many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int ReceiveFrom(Socket socket, byte[] buffer, int offset, int size, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        AwaitReceive(socket);
        return socket.ReceiveFrom(buffer, offset, size, socketFlags, ref remoteEP);
    }

    /// <inheritdoc cref="Socket.ReceiveFrom(Span{byte}, ref EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int ReceiveFrom(Socket socket, Span<byte> buffer, ref EndPoint remoteEP)
    {
        AwaitReceive(socket);
        return socket.ReceiveFrom(buffer, ref remoteEP);
    }

    /// <inheritdoc cref="Socket.ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int ReceiveFrom(Socket socket, Span<byte> buffer, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        AwaitReceive(socket);
        return socket.ReceiveFrom(buffer, socketFlags, ref remoteEP);
    }

    /// <inheritdoc cref="Socket.ReceiveFrom(Span{byte}, SocketFlags, SocketAddress)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="receivedAddress">The other side.</param>
    public static int ReceiveFrom(Socket socket, Span<byte> buffer, SocketFlags socketFlags, SocketAddress receivedAddress)
    {
        AwaitReceive(socket);
        return socket.ReceiveFrom(buffer, socketFlags, receivedAddress);
    }

    /// <inheritdoc cref="Socket.SendTo(byte[], EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int SendTo(Socket socket, byte[] buffer, EndPoint remoteEP)
    {
        AwaitSend(socket);
        return socket.SendTo(buffer, remoteEP);
    }

    /// <inheritdoc cref="Socket.SendTo(byte[], SocketFlags, EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int SendTo(Socket socket, byte[] buffer, SocketFlags socketFlags, EndPoint remoteEP)
    {
        AwaitSend(socket);
        return socket.SendTo(buffer, socketFlags, remoteEP);
    }

    /// <inheritdoc cref="Socket.SendTo(byte[], int, SocketFlags, EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="size">So many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int SendTo(Socket socket, byte[] buffer, int size, SocketFlags socketFlags, EndPoint remoteEP)
    {
        AwaitSend(socket);
        return socket.SendTo(buffer, size, socketFlags, remoteEP);
    }

    /// <inheritdoc cref="Socket.SendTo(byte[], int, int, SocketFlags, EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="size">So many bytes.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int SendTo(Socket socket, byte[] buffer, int offset, int size, SocketFlags socketFlags, EndPoint remoteEP)
    {
        AwaitSend(socket);
        return socket.SendTo(buffer, offset, size, socketFlags, remoteEP);
    }

    /// <inheritdoc cref="Socket.SendTo(ReadOnlySpan{byte}, EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int SendTo(Socket socket, ReadOnlySpan<byte> buffer, EndPoint remoteEP)
    {
        AwaitSend(socket);
        return socket.SendTo(buffer, remoteEP);
    }

    /// <inheritdoc cref="Socket.SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="remoteEP">The other side.</param>
    public static int SendTo(Socket socket, ReadOnlySpan<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP)
    {
        AwaitSend(socket);
        return socket.SendTo(buffer, socketFlags, remoteEP);
    }

    /// <inheritdoc cref="Socket.SendTo(ReadOnlySpan{byte}, SocketFlags, SocketAddress)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">The data.</param>
    /// <param name="socketFlags">The flags.</param>
    /// <param name="socketAddress">The other side.</param>
    public static int SendTo(Socket socket, ReadOnlySpan<byte> buffer, SocketFlags socketFlags, SocketAddress socketAddress)
    {
        AwaitSend(socket);
        return socket.SendTo(buffer, socketFlags, socketAddress);
    }

    internal static void AwaitReceive(Socket socket)
    {
        if (GreenThread.Current is null || !SocketCalls.MayWait(socket) || !socket.IsBound) return;
        if (!SocketCalls.HasPoller)
        {
            SocketTwins.AwaitDatagram(socket);
            return;
        }
        int timeoutMs = SocketInternals.ReceiveTimeoutMs(SocketInternals.Handle(socket));
        int result = SocketReadiness.Wait(socket, reading: true, timeoutMs, ParkReason.SocketReceive);
        if (result is < 0 and not SocketResult.Unwatched) SocketOutcome.EndReceive(socket, result, SocketFailure.Throw);
    }

    private static void AwaitSend(Socket socket)
    {
        if (GreenThread.Current is null || !SocketCalls.HasPoller || !SocketCalls.MayWait(socket)) return;
        int timeoutMs = SocketInternals.SendTimeoutMs(SocketInternals.Handle(socket));
        int result = SocketReadiness.Wait(socket, reading: false, timeoutMs, ParkReason.SocketSend);
        if (result is < 0 and not SocketResult.Unwatched) SocketOutcome.EndSend(socket, result, SocketFailure.Throw);
    }
}
