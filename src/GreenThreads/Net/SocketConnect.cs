using System.Net;
using System.Net.Sockets;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

// A wait for the answer that is ended by an interrupt or a cancellation closes the socket: the connection may come about
// or not, and a socket in that state is of no use.

/// <summary>Connecting. Suspends the calling green thread until the other side has answered.</summary>
internal static class SocketConnect
{
    /// <summary>Connects to an end point of any kind.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="remote">Where to.</param>
    internal static void Connect(Socket socket, EndPoint? remote)
    {
        if (remote is DnsEndPoint name)
        {
            if (MayWait(socket) && name.AddressFamily == AddressFamily.Unspecified) ConnectName(socket, name.Host, name.Port);
            else socket.Connect(name);
            return;
        }
        if (remote is null || !MayWait(socket))
        {
            socket.Connect(remote!);
            return;
        }
        if (!SocketCalls.HasPoller || SocketInternals.LastConnectFailed(SocketInternals.Handle(socket)))
        {
            Await(socket, socket.ConnectAsync(remote)); // the latter needs a new handle, which only .NET can exchange
            return;
        }
        if (AddressFor(socket, remote) is { } address && SocketCalls.StartConnect(socket, address))
        {
            int result = AwaitAnswer(socket);
            if (result < 0 && result != SocketResult.Unwatched) SocketOutcome.ThrowConnection(socket, result, accepting: false);
        }
        socket.Connect(remote);
    }

    /// <summary>Connects to the first of several addresses that answers.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="addresses">In the order in which they are tried.</param>
    /// <param name="port">The port.</param>
    internal static void ConnectAny(Socket socket, IPAddress[]? addresses, int port)
    {
        if (addresses is { Length: > 0 } && MayWait(socket) && IsPort(port)) Await(socket, socket.ConnectAsync(addresses, port));
        else socket.Connect(addresses!, port);
    }

    /// <summary>Connects to a host by its name or the text of its address.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="host">The name.</param>
    /// <param name="port">The port.</param>
    internal static void ConnectName(Socket socket, string? host, int port)
    {
        if (host is null || !MayWait(socket) || !IsPort(port)
            || socket.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            socket.Connect(host!, port);
            return;
        }
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            ConnectAddress(socket, literal, port);
            return;
        }
        IPAddress[] addresses = GreenThread.Await(Dns.GetHostAddressesAsync(host));
        if (addresses.Length == 1) ConnectAddress(socket, addresses[0], port);
        else ConnectAny(socket, addresses, port);
    }

    /// <summary>Connects to one address.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    internal static void ConnectAddress(Socket socket, IPAddress? address, int port)
    {
        if (address is null || !IsPort(port) || !MayWait(socket) || !CanTry(socket, address.AddressFamily)) socket.Connect(address!, port);
        else Connect(socket, new IPEndPoint(address, port));
    }

    private static int AwaitAnswer(Socket socket)
    {
        try
        {
            return SocketReadiness.Wait(socket, reading: false, timeoutMs: 0, ParkReason.SocketConnect);
        }
        catch (Exception exception) when (Parker.IsWakeException(exception))
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Await(Socket socket, Task connect)
    {
        try
        {
            GreenThread.Await(connect);
        }
        catch (Exception exception) when (Parker.IsWakeException(exception))
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool MayWait(Socket socket) => socket.Blocking && !socket.Connected;

    private static bool IsPort(int port) => port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort;

    private static bool CanTry(Socket socket, AddressFamily family) =>
        family == socket.AddressFamily
        || (family == AddressFamily.InterNetwork && socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode);

    // The address for the system call; null where connecting does not wait or is better left to the plain call.
    private static SocketAddress? AddressFor(Socket socket, EndPoint remote)
    {
        if (remote is not IPEndPoint address || socket.ProtocolType != ProtocolType.Tcp || !SocketCalls.MayWait(socket)) return null;
        if (!CanTry(socket, address.AddressFamily)) return null;
        return address.AddressFamily == socket.AddressFamily
            ? address.Serialize()
            : new IPEndPoint(address.Address.MapToIPv6(), address.Port).Serialize();
    }
}
