using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Samples.Tests.Infrastructure;

/// <summary>Listening sockets of tests.</summary>
internal static class Listener
{
    /// <summary>Opens one at a free port.</summary>
    internal static Socket Open(out int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return listener;
    }
}
