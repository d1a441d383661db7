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
        MayWait(listener) ? SocketSubstitutions.Accept(SocketInternals.ServerSocket(listener)!) : listener.AcceptSocket();

    /// <inheritdoc cref="TcpListener.AcceptTcpClient"/>
    /// <param name="listener">The listener.</param>
    public static TcpClient AcceptTcpClient(TcpListener listener)
    {
        if (!MayWait(listener)) return listener.AcceptTcpClient();
        Socket accepted = SocketSubstitutions.Accept(SocketInternals.ServerSocket(listener)!);
        return SocketInternals.CreateTcpClient(accepted);
    }

    /// <inheritdoc cref="TcpListener.Stop"/>
    /// <param name="listener">The listener.</param>
    public static void Stop(TcpListener listener) => SocketClosing.Dispose(listener, SocketInternals.ServerSocket(listener));

    /// <inheritdoc cref="TcpListener.Dispose"/>
    /// <param name="listener">The listener.</param>
    public static void Dispose(TcpListener listener) => SocketClosing.Dispose(listener, SocketInternals.ServerSocket(listener));

    // A listener that was not started has no listening socket: the plain call says so.
    private static bool MayWait(TcpListener listener) =>
        GreenThread.Current is not null && SocketInternals.IsActive(listener);
}
