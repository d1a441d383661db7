using System.ComponentModel;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Substitutions;

/// <summary>
/// What woven code calls instead of <see cref="IDisposable.Dispose"/>, which is how a using statement disposes a socket:
/// closing one on which another green thread waits must not block the carrier.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[Substitute(typeof(IDisposable))]
public static class DisposableSubstitutions
{
    /// <inheritdoc cref="IDisposable.Dispose"/>
    /// <param name="disposable">The object.</param>
    public static void Dispose(IDisposable disposable)
    {
        switch (disposable)
        {
            case Socket socket: SocketClosing.Dispose(socket, socket); break;
            case TcpClient client: SocketClosing.Dispose(client, client.Client); break;
            case NetworkStream stream: SocketClosing.Dispose(stream, stream.Socket); break;
            case TcpListener listener: SocketClosing.Dispose(listener, SocketInternals.ServerSocket(listener)); break;
            default: disposable.Dispose(); break;
        }
    }
}
