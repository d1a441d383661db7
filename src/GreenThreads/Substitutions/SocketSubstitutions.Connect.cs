using System.Net;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Substitutions;

public static partial class SocketSubstitutions
{
    /// <inheritdoc cref="Socket.Accept()"/>
    /// <param name="socket">A listening socket.</param>
    public static Socket Accept(Socket socket) =>
        GreenThread.Current is null || !SocketCalls.MayWait(socket) ? socket.Accept()
        : !SocketCalls.HasPoller ? SocketTwins.Accept(socket)
        : SocketInternals.IsListening(socket) ? SocketAccept.Accept(socket)
        : socket.Accept();

    /// <inheritdoc cref="Socket.Connect(EndPoint)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="remoteEP">Where to.</param>
    public static void Connect(Socket socket, EndPoint remoteEP)
    {
        if (GreenThread.Current is null) socket.Connect(remoteEP);
        else SocketConnect.Connect(socket, remoteEP);
    }

    /// <inheritdoc cref="Socket.Connect(IPAddress, int)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="address">Where to.</param>
    /// <param name="port">The port there.</param>
    public static void Connect(Socket socket, IPAddress address, int port)
    {
        if (GreenThread.Current is null) socket.Connect(address, port);
        else SocketConnect.ConnectAddress(socket, address, port);
    }

    /// <inheritdoc cref="Socket.Connect(IPAddress[], int)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="addresses">Tried in this order.</param>
    /// <param name="port">The port there.</param>
    public static void Connect(Socket socket, IPAddress[] addresses, int port)
    {
        if (GreenThread.Current is null) socket.Connect(addresses, port);
        else SocketConnect.ConnectAny(socket, addresses, port);
    }

    /// <inheritdoc cref="Socket.Connect(string, int)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="host">Its name or address.</param>
    /// <param name="port">The port there.</param>
    public static void Connect(Socket socket, string host, int port)
    {
        if (GreenThread.Current is null) socket.Connect(host, port);
        else SocketConnect.ConnectName(socket, host, port);
    }

    /// <inheritdoc cref="Socket.Close()"/>
    /// <param name="socket">The socket.</param>
    public static void Close(Socket socket) => SocketClosing.Dispose(socket, socket);

    /// <inheritdoc cref="Socket.Close(int)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="timeout">In milliseconds: how long to wait until the last data is sent.</param>
    public static void Close(Socket socket, int timeout) => SocketClosing.Close(socket, null, timeout);

    /// <inheritdoc cref="Socket.Dispose()"/>
    /// <param name="socket">The socket.</param>
    public static void Dispose(Socket socket) => SocketClosing.Dispose(socket, socket);
}
