using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Tests.Net;

/// <summary>Blocking code: a green thread per connection, a buffer each.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly GreenThread _acceptor;
    private readonly List<GreenThread> _handlers = []; // only used by the acceptor, and by others after its end

    internal EchoServer()
    {
        _listener.Start(1024);
        _acceptor = GreenThread.Start(Accept);
    }

    internal IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Connections served; after <see cref="Stop"/>.</summary>
    internal int Served => _handlers.Count;

    public void Dispose() => _listener.Dispose();

    /// <summary>Ends the server and waits until the last connection has been closed by its peer.</summary>
    internal void Stop()
    {
        _listener.Stop();
        _acceptor.Join();
        foreach (GreenThread handler in _handlers) handler.Join();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket connection = _listener.AcceptSocket();
                _handlers.Add(GreenThread.Start(() => Serve(connection)));
            }
        }
        catch (SocketException stopped) when (stopped.SocketErrorCode == SocketError.Interrupted)
        {
        }
        catch (InvalidOperationException)
        {
            // stopped between two accepts
        }
    }

    private static void Serve(Socket connection)
    {
        using (connection)
        {
            byte[] buffer = new byte[512];
            int received;
            try
            {
                while ((received = connection.Receive(buffer)) > 0) connection.Send(buffer, received, SocketFlags.None);
            }
            catch (SocketException gone) when (gone.SocketErrorCode == SocketError.ConnectionReset)
            {
            }
        }
    }
}
