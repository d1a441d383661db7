using System.Net.Sockets;
using GreenThreads;
using KeyValueServer.Store;
using Samples.Common;

namespace KeyValueServer;

/// <summary>The server: its keys, its clients, and a thread that removes keys that have ended.</summary>
internal sealed class Database : IDisposable
{
    private static readonly TimeSpan s_expiryPeriod = TimeSpan.FromMilliseconds(100);

    private readonly DrainingServer _clients;
    private readonly GreenThread _expiry;

    // Set once by Stop.
    private volatile bool _isStopped;

    /// <summary>Starts to serve.</summary>
    /// <param name="listener">A socket that listens.</param>
    /// <param name="options">Of the server; null for the defaults.</param>
    internal Database(Socket listener, GreenServerOptions? options = null)
    {
        _clients = new DrainingServer(listener, (server, socket) => new Client(socket, Keyspace, Broker, server.Server), options);
        _expiry = GreenThread.Start(RemoveExpired);
    }

    /// <summary>The keys.</summary>
    internal Keyspace Keyspace { get; } = new();

    /// <summary>Messages from clients to clients.</summary>
    internal Broker Broker { get; } = new();

    /// <summary>The server below.</summary>
    internal GreenServer Clients => _clients.Server;

    /// <summary>Lets the clients' commands end, then their connections. Waits for that.</summary>
    /// <returns>Whether all ended within the time to drain.</returns>
    internal bool Stop()
    {
        bool all = _clients.Stop();
        _isStopped = true;
        _expiry.Join();
        return all;
    }

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();

    private void RemoveExpired()
    {
        while (!_isStopped)
        {
            while (RemoveSome()) Thread.Yield();
            Thread.Sleep(s_expiryPeriod);
        }
    }

    [NotWoven]
    private bool RemoveSome()
    {
        lock (Keyspace.Gate) return Keyspace.RemoveExpired();
    }
}
