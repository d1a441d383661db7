using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of blocking members of <see cref="UdpClient"/> in woven code.</summary>
[Substitute(typeof(UdpClient))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class UdpClientSubstitutes
{
    /// <summary>As <see cref="UdpClient.Receive(ref IPEndPoint?)"/>; suspends a green thread until a datagram is there.</summary>
    /// <param name="client">The client.</param>
    /// <param name="remoteEP">Where the datagram came from.</param>
    /// <returns>The datagram.</returns>
    public static byte[] Receive(UdpClient client, ref IPEndPoint? remoteEP)
    {
        if (client.Client is { } socket) SocketSubstitutions.AwaitReceive(socket);
        return client.Receive(ref remoteEP);
    }
}
