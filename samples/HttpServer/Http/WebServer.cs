using System.Net.Sockets;
using GreenThreads;
using Samples.Common;

namespace HttpServer.Http;

/// <summary>Serves HTTP/1.1: a green thread for each connection.</summary>
internal sealed class WebServer : IDisposable
{
    private readonly DrainingServer _server;

    /// <summary>Starts to serve.</summary>
    /// <param name="listener">A socket that listens.</param>
    /// <param name="handler">Serves a request. It may wait.</param>
    /// <param name="limits">What clients may do; null for the defaults.</param>
    /// <param name="options">Of the server; null for the defaults.</param>
    internal WebServer(Socket listener, Action<HttpRequest, HttpResponse> handler, HttpLimits? limits = null, GreenServerOptions? options = null)
    {
        Handler = handler;
        Limits = limits ?? new HttpLimits();
        _server = new DrainingServer(listener, (server, socket) => new HttpConnection(socket, this, server), options);
    }

    /// <summary>Raised when a handler throws.</summary>
    internal event Action<Exception>? HandlerFailed;

    /// <summary>Serves a request.</summary>
    internal Action<HttpRequest, HttpResponse> Handler { get; }

    /// <summary>What clients may do.</summary>
    internal HttpLimits Limits { get; }

    /// <summary>The server below.</summary>
    internal GreenServer Connections => _server.Server;

    /// <summary>Accepts no more, closes idle connections, lets requests that are served end. Waits for that.</summary>
    /// <returns>Whether all ended within the time to drain.</returns>
    internal bool Stop() => _server.Stop();

    /// <summary>Tells who wants to know about a handler that failed.</summary>
    internal void ReportFailure(Exception exception) => HandlerFailed?.Invoke(exception);

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();
}
