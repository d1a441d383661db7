using System.ComponentModel;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Substitutions;

/// <summary>What woven code calls instead of the blocking members of <see cref="TcpListener"/>: they suspend a green thread.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[Substitute(typeof(TcpListener))]
public static class TcpListenerSubstitutions
{
    /// <inheritdoc cref="TcpListener.AcceptSocket"/>
    /// <param name="listener">The listener.</param>
    public static Socket AcceptSocket(TcpListener listener) =>
        MayWait(listener) ? SocketSubstitutions.Accept(listener.Server) : listener.AcceptSocket();

    /// <inheritdoc cref="TcpListener.AcceptTcpClient"/>
    /// <param name="listener">The listener.</param>
    public static TcpClient AcceptTcpClient(TcpListener listener)
    {
        if (!MayWait(listener)) return listener.AcceptTcpClient();
        Socket accepted = SocketSubstitutions.Accept(listener.Server);
        return SocketCalls.HasPoller ? SocketInternals.CreateTcpClient(accepted) : ClientOf(accepted);
    }

    /// <inheritdoc cref="TcpListener.Stop"/>
    /// <param name="listener">The listener.</param>
    public static void Stop(TcpListener listener) => SocketClosing.Dispose(listener, ServerOf(listener));

    /// <inheritdoc cref="TcpListener.Dispose"/>
    /// <param name="listener">The listener.</param>
    public static void Dispose(TcpListener listener) => SocketClosing.Dispose(listener, ServerOf(listener));

    // A listener that was not started has no listening socket: the plain call says so.
    private static bool MayWait(TcpListener listener) =>
        GreenThread.Current is not null && (SocketCalls.HasPoller ? SocketInternals.IsActive(listener) : listener.Server.IsBound);

    // The property would make one. Without a poller closing needs none.
    private static Socket? ServerOf(TcpListener listener) => SocketCalls.HasPoller ? SocketInternals.ServerSocket(listener) : null;

    // A client has a socket of its own at first.
    [NotWoven]
    private static TcpClient ClientOf(Socket accepted)
    {
        var client = new TcpClient(accepted.AddressFamily);
        client.Client.Dispose();
        client.Client = accepted;
        return client;
    }
}
