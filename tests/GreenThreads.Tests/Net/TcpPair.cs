using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Tests.Net;

/// <summary>Two connected sockets, made by plain calls.</summary>
internal sealed class TcpPair : IDisposable
{
    internal TcpPair()
    {
        using Socket listener = NewSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Here = NewSocket();
        Here.Connect(listener.LocalEndPoint!);
        There = listener.Accept();
    }

    /// <summary>The side under test.</summary>
    internal Socket Here { get; }

    /// <summary>Its peer.</summary>
    internal Socket There { get; }

    public void Dispose()
    {
        Here.Dispose();
        There.Dispose();
    }

    /// <summary>The peer ends the connection with a reset.</summary>
    internal void Reset()
    {
        There.LingerState = new LingerOption(true, 0);
        There.Close();
    }

    internal static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
