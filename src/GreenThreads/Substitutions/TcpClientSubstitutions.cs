using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Substitutions;

/// <summary>What woven code calls instead of the blocking members of <see cref="TcpClient"/>: they suspend a green thread.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[Substitute(typeof(TcpClient))]
public static class TcpClientSubstitutions
{
    /// <inheritdoc cref="TcpClient(string, int)"/>
    /// <param name="hostname">The name or address of the host.</param>
    /// <param name="port">The port there.</param>
    /// <returns>The connected client.</returns>
    public static TcpClient Create(string hostname, int port)
    {
        if (GreenThread.Current is null) return new TcpClient(hostname, port);
        ArgumentNullException.ThrowIfNull(hostname);
        var client = new TcpClient();
        try
        {
            Connect(client, hostname, port);
        }
        catch
        {
            client.Dispose();
            throw;
        }
        return client;
    }

    /// <inheritdoc cref="TcpClient.Connect(string, int)"/>
    /// <param name="client">The client.</param>
    /// <param name="hostname">The name or address of the host.</param>
    /// <param name="port">The port there.</param>
    public static void Connect(TcpClient client, string hostname, int port)
    {
        if (hostname is null || !MayWait(client))
        {
            client.Connect(hostname!, port);
            return;
        }
        SocketConnect.ConnectName(client.Client, hostname, port);
        SetActive(client);
    }

    /// <inheritdoc cref="TcpClient.Connect(IPAddress, int)"/>
    /// <param name="client">The client.</param>
    /// <param name="address">The address of the host.</param>
    /// <param name="port">The port there.</param>
    public static void Connect(TcpClient client, IPAddress address, int port)
    {
        if (address is null || !MayWait(client))
        {
            client.Connect(address!, port);
            return;
        }
        SocketConnect.ConnectAddress(client.Client, address, port);
        SetActive(client);
    }

    /// <inheritdoc cref="TcpClient.Connect(IPEndPoint)"/>
    /// <param name="client">The client.</param>
    /// <param name="remoteEP">Where to.</param>
    public static void Connect(TcpClient client, IPEndPoint remoteEP)
    {
        if (remoteEP is null || !MayWait(client))
        {
            client.Connect(remoteEP!);
            return;
        }
        SocketConnect.Connect(client.Client, remoteEP);
        SetActive(client);
    }

    /// <inheritdoc cref="TcpClient.Connect(IPAddress[], int)"/>
    /// <param name="client">The client.</param>
    /// <param name="ipAddresses">Tried in this order.</param>
    /// <param name="port">The port there.</param>
    public static void Connect(TcpClient client, IPAddress[] ipAddresses, int port)
    {
        if (ipAddresses is null || !MayWait(client))
        {
            client.Connect(ipAddresses!, port);
            return;
        }
        SocketConnect.ConnectAny(client.Client, ipAddresses, port);
        SetActive(client);
    }

    /// <inheritdoc cref="TcpClient.Close"/>
    /// <param name="client">The client.</param>
    public static void Close(TcpClient client) => SocketClosing.Dispose(client, client.Client);

    /// <inheritdoc cref="TcpClient.Dispose()"/>
    /// <param name="client">The client.</param>
    public static void Dispose(TcpClient client) => SocketClosing.Dispose(client, client.Client);

    // What only derived classes see; without a poller they do not.
    private static void SetActive(TcpClient client)
    {
        if (SocketCalls.HasPoller) SocketInternals.SetActive(client, true);
    }

    private static bool MayWait(TcpClient client) => GreenThread.Current is not null && client.Client is not null;
}
