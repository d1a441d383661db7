using System.Net.Sockets;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Substitutions;

namespace GreenThreads;

// One green thread accepts, one serves each connection. Both scopes belong to the accepting thread: the outer one is the
// server, the inner one holds the connections, so that nothing outlives the accepting thread.
//
//   Running  -> Draining // Stop: wakes the accepting thread, which closes the listener and waits for the connections
//   Draining -> Aborting // the time to drain is up: the scope of the connections is cancelled
//   Draining, Aborting -> Ended // the last connection has ended

/// <summary>Accepts connections and serves each in a green thread of its own: a bounded number of them, each failing for itself.</summary>
/// <remarks>Thread-safe. The server owns the listener, and the sockets that it accepts: both are disposed by it.</remarks>
public sealed class GreenServer : IDisposable
{
    private readonly Socket _listener;
    private readonly Action<Socket> _handler;
    private readonly GreenServerOptions _options;
    private readonly GreenThread _acceptor;

    // Interlocked: started by the acceptor, ended by the connections.
    private int _connections;
    private long _accepted;
    private long _failures;

    // Written by the accepting thread: when it begins, and before it ends.
    private volatile GreenScope? _scope;
    private bool _aborted;

    // Written once by Stop, then the acceptor is interrupted.
    private volatile bool _stopping;
    private int _stopCalled;

    /// <summary>Starts a server.</summary>
    /// <param name="listener">A socket that listens.</param>
    /// <param name="handler">Serves one connection; its socket is disposed afterwards.</param>
    /// <param name="options">The options; read once. Null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="listener"/> or <paramref name="handler"/> is null.</exception>
    public GreenServer(Socket listener, Action<Socket> handler, GreenServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(handler);
        _listener = listener;
        _handler = handler;
        options ??= new GreenServerOptions();
        _options = new GreenServerOptions { MaxConnections = options.MaxConnections, DrainTimeout = options.DrainTimeout, Name = options.Name };
        _acceptor = GreenThread.Start(Run, new GreenThreadStartOptions { Name = options.Name ?? "green server" });
    }

    /// <summary>Starts a server.</summary>
    /// <param name="listener">A listener; started if it has not been.</param>
    /// <param name="handler">Serves one connection; its socket is disposed afterwards.</param>
    /// <param name="options">The options; read once. Null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="listener"/> or <paramref name="handler"/> is null.</exception>
    /// <exception cref="SocketException">The listener cannot be started.</exception>
    public GreenServer(TcpListener listener, Action<Socket> handler, GreenServerOptions? options = null)
        : this(SocketOf(listener), handler, options)
    {
    }

    /// <summary>
    /// Raised when the handler of a connection throws, or when accepting fails. The server goes on. On the green thread of the
    /// connection, or the accepting one: a handler of this event may wait.
    /// </summary>
    /// <remarks>Without handlers of this event failures are only counted, see <see cref="Failures"/>.</remarks>
    public event EventHandler<GreenServerErrorEventArgs>? Error;

    /// <summary>The connections that are served now.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The connections accepted so far.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>The errors so far, see <see cref="Error"/>.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>
    /// Accepts no more, closes the listener, and waits until the connections have ended: by themselves within
    /// <see cref="GreenServerOptions.DrainTimeout"/>, then by the cancellation of their waits. Suspends a green thread, blocks
    /// an OS thread. Further calls wait too.
    /// </summary>
    /// <returns>Whether all connections ended by themselves.</returns>
    /// <exception cref="InvalidOperationException">Called by the handler of a connection, which would wait for itself: use <see cref="BeginStop"/> there.</exception>
    public bool Stop()
    {
        if (_scope is { } scope && scope.IsInside())
            throw new InvalidOperationException("The handler of a connection cannot wait for the end of its own server. Call BeginStop there, and Stop elsewhere.");
        BeginStop();
        bool shielded = Parker.Shield();
        try
        {
            _acceptor.Join();
        }
        finally
        {
            Parker.Unshield(shielded);
        }
        return !_aborted;
    }

    /// <summary>As <see cref="Stop"/>, without waiting.</summary>
    public void BeginStop()
    {
        if (Interlocked.Exchange(ref _stopCalled, 1) != 0) return;
        _stopping = true;
        _acceptor.Interrupt();
    }

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();

    // The library calls the substitutes by name: its own code is not redirected to them.
    private void Run()
    {
        using (var connections = new GreenScope(new GreenScopeOptions { KeepSiblings = true, Name = _options.Name ?? "green server" }))
        {
            _scope = connections;
            Accept(connections);
            SocketSubstitutions.Close(_listener);
            Drain(connections);
        }
    }

    private void Accept(GreenScope connections)
    {
        while (!_stopping)
        {
            try
            {
                while (Connections >= _options.MaxConnections) Parker.Park(ParkReason.ServerCapacity);
                Serve(SocketSubstitutions.Accept(_listener), connections);
            }
            catch (ThreadInterruptedException) when (_stopping)
            {
                return;
            }
            catch (Exception exception) when (exception is SocketException or OutOfMemoryException)
            {
                // as when the process has no descriptor left: connections that end make room
                Report(exception, isConnection: false);
                if (!PauseAfterError()) return;
            }
        }
    }

    private bool PauseAfterError()
    {
        try
        {
            GreenThread.Sleep(10);
            return true;
        }
        catch (ThreadInterruptedException) when (_stopping)
        {
            return false;
        }
    }

    private void Serve(Socket socket, GreenScope connections)
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _connections);
        try
        {
            connections.Start(() => ServeConnection(socket), _options.Name);
        }
        catch
        {
            socket.Dispose();
            Interlocked.Decrement(ref _connections);
            throw;
        }
    }

    private void ServeConnection(Socket socket)
    {
        try
        {
            _handler(socket);
        }
        catch (Exception exception) when (!(_stopping && exception is OperationCanceledException))
        {
            Report(exception, isConnection: true);
        }
        finally
        {
            using (GreenThread.Shield()) SocketSubstitutions.Close(socket);
            // full: the acceptor waits for room; the last one: it waits for the end of all, through the scope
            if (Interlocked.Decrement(ref _connections) == _options.MaxConnections - 1) _acceptor.Unpark();
        }
    }

    private void Report(Exception exception, bool isConnection)
    {
        Interlocked.Increment(ref _failures);
        Error?.Invoke(this, new GreenServerErrorEventArgs(exception, isConnection));
    }

    private void Drain(GreenScope connections)
    {
        using ITimer? timer = AbortAfterDrain(connections);
        bool shielded = Parker.Shield(); // the interrupt that ended the accepting may still be on its way
        connections.Join();
        Parker.Unshield(shielded);
        _aborted = connections.IsCancellationRequested;
    }

    [NotWoven]
    private ITimer? AbortAfterDrain(GreenScope connections)
    {
        if (_options.DrainTimeout == Timeout.InfiniteTimeSpan) return null;
        TimeProvider time = Scheduler.Options.TimeProvider ?? TimeProvider.System;
        return time.CreateTimer(static scope => ((GreenScope)scope!).Cancel(), connections, _options.DrainTimeout, Timeout.InfiniteTimeSpan);
    }

    private static Socket SocketOf(TcpListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        listener.Start();
        return listener.Server;
    }
}
