using System.Net.Sockets;
using GreenThreads;

namespace Samples.Common;

// Stop and a connection that becomes idle: whoever comes last sees the other. Stop says that the server drains, then tells the
// connections that there are; a connection is entered, or says that it is idle, and then looks whether the server drains.

/// <summary>A <see cref="GreenServer"/> that knows its connections, so that idle ones do not hold up its end.</summary>
public sealed class DrainingServer : IDisposable
{
    private readonly Func<DrainingServer, Socket, IServedConnection> _make;
    private readonly Lock _gate = new();
    private readonly HashSet<IServedConnection> _connections = []; // guarded by _gate

    // Set once by Stop; a full fence follows.
    private volatile bool _isDraining;

    /// <summary>Starts to serve.</summary>
    /// <param name="listener">A socket that listens.</param>
    /// <param name="make">Makes the object that serves a connection.</param>
    /// <param name="options">Of the server; null for the defaults.</param>
    public DrainingServer(Socket listener, Func<DrainingServer, Socket, IServedConnection> make, GreenServerOptions? options = null)
    {
        _make = make;
        Server = new GreenServer(listener, Serve, options);
    }

    /// <summary>The server below.</summary>
    public GreenServer Server { get; }

    /// <summary>Whether connections are to end after what they do now.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Accepts no more, ends idle connections, lets the others end what they do. Waits for that.</summary>
    /// <returns>Whether all ended within the time to drain.</returns>
    public bool Stop()
    {
        _isDraining = true;
        Interlocked.MemoryBarrier();
        Server.BeginStop();
        EndReading();
        return Server.Stop();
    }

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();

    /// <summary>Ends the receiving of a socket: what has come can still be read, then the end of the stream follows. From any thread.</summary>
    /// <param name="socket">The socket; may have been closed.</param>
    public static void EndReceiving(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // it has ended by itself
        }
    }

    // Under the gate, so that none of them is closed meanwhile: closing a socket that another thread has in its hands resets it.
    private void EndReading()
    {
        lock (_gate)
        {
            foreach (IServedConnection connection in _connections) connection.EndReading();
        }
    }

    private void Serve(Socket socket)
    {
        using IServedConnection connection = _make(this, socket);
        Add(connection);
        try
        {
            if (_isDraining) connection.EndReading();
            connection.Serve();
        }
        finally
        {
            Remove(connection);
        }
    }

    private void Add(IServedConnection connection)
    {
        lock (_gate) _connections.Add(connection);
    }

    private void Remove(IServedConnection connection)
    {
        lock (_gate) _connections.Remove(connection);
    }
}
