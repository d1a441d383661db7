using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Samples.Common;

namespace HttpServer.Http;

// Written as for an OS thread: read a head, serve it, go on.
//
//   Idle -> Busy // the first byte of a head
//   Busy -> Idle // all is answered, and nothing of the next request has come
//
// Draining (DrainingServer.Stop): the reading of idle connections ends, their receives return 0. A request that is on its way at that moment has been received by the system, and is still read and answered.

/// <summary>Serves the requests of one connection, one after the other.</summary>
internal sealed class HttpConnection : IServedConnection
{
    private const int MostCollectedBytes = 16 << 10;

    private readonly Socket _socket;
    private readonly WebServer _server;
    private readonly DrainingServer _connections;
    private readonly InputBuffer _input;
    private readonly OutputBuffer _output;
    private readonly RequestParser _parser;
    private readonly HttpRequest _request;
    private readonly HttpResponse _response;
    private bool _hasOtherTimeout;

    // Written by the serving thread with a full fence, read by the one that drains.
    private int _isIdle;

    internal HttpConnection(Socket socket, WebServer server, DrainingServer connections)
    {
        HttpLimits limits = server.Limits;
        _socket = socket;
        _server = server;
        _connections = connections;
        _input = new InputBuffer(socket);
        _output = new OutputBuffer(socket);
        _request = new HttpRequest(_input);
        _parser = new RequestParser(_input, _request, limits);
        _request.Body = new RequestBody(this, _input, limits);
        _response = new HttpResponse(_output);
        socket.NoDelay = true;
        socket.ReceiveTimeout = (int)limits.KeepAlive.TotalMilliseconds;
        socket.SendTimeout = (int)limits.Send.TotalMilliseconds;
    }

    // HOT: wrk on /plaintext, 0 bytes allocated per request

    /// <summary>Serves until the client or the server ends the connection.</summary>
    public void Serve()
    {
        try
        {
            while (ReadHead() && Answer()) { }
            _output.Flush();
        }
        catch (HttpFailure failure)
        {
            Refuse(failure);
        }
        catch (SocketException)
        {
            // the client is gone, or reads nothing: there is nobody to tell
        }
    }

    /// <summary>Ends the reading, if nothing of a request has come.</summary>
    public void EndReading()
    {
        if (Volatile.Read(ref _isIdle) != 0) DrainingServer.EndReceiving(_socket);
    }

    /// <summary>Tells the client to send the body.</summary>
    internal void SendContinue()
    {
        _output.Add("HTTP/1.1 100 Continue\r\n\r\n"u8);
        _output.Flush();
    }

    /// <summary>Receives more of the request that is being read. Waits.</summary>
    /// <param name="allowed">How long at most.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="HttpFailure">Nothing came in time.</exception>
    internal bool Fill(TimeSpan allowed)
    {
        int milliseconds = (int)Math.Ceiling(Math.Min(allowed.TotalMilliseconds, int.MaxValue));
        if (milliseconds <= 0) throw new HttpFailure(408, "The request came too slowly.");
        _hasOtherTimeout = true;
        _socket.ReceiveTimeout = milliseconds;
        try
        {
            return _input.Fill();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TimedOut)
        {
            throw new HttpFailure(408, "The request came too slowly.");
        }
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _response.Dispose();
    }

    // False: no request follows.
    private bool ReadHead()
    {
        _input.BeginMessage();
        _parser.Begin();
        long begun = 0;
        while (!_parser.TryRead())
        {
            // the answers go out when there is nothing left to answer
            _output.Flush();
            if (_input.MakeRoom()) Reread();
            if (!_parser.HasBegun)
            {
                if (!FillIdle()) return false;
                continue;
            }
            if (begun == 0) begun = Stopwatch.GetTimestamp();
            if (!Fill(_server.Limits.Head - Stopwatch.GetElapsedTime(begun))) return false;
        }
        return true;
    }

    private void Reread()
    {
        _input.Reread();
        _parser.Begin();
    }

    private bool FillIdle()
    {
        if (_hasOtherTimeout)
        {
            _socket.ReceiveTimeout = (int)_server.Limits.KeepAlive.TotalMilliseconds;
            _hasOtherTimeout = false;
        }
        Interlocked.Exchange(ref _isIdle, 1);
        if (_connections.IsDraining && _socket.Available == 0) return false;
        try
        {
            return _input.Fill();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TimedOut)
        {
            return false;
        }
        finally
        {
            Volatile.Write(ref _isIdle, 0);
        }
    }

    // False: the connection is to be closed.
    private bool Answer()
    {
        _request.Body.Begin(_request);
        _response.Begin(_request.IsHead, _request.IsVersion11, _request.KeepsAlive && !_connections.IsDraining);
        try
        {
            _server.Handler(_request, _response);
            if (!_response.HasBegun && !_request.Body.Discard()) _response.KeepsAlive = false;
            _response.End();
        }
        catch (Exception exception) when (IsOfHandler(exception))
        {
            _server.ReportFailure(exception);
            if (_response.HasBegun) return false; // cut off: the client sees that it is not whole
            throw new HttpFailure(500, "The handler failed.");
        }
        if (_output.Length > MostCollectedBytes) _output.Flush();
        if (!_response.KeepsAlive)
        {
            _output.Flush();
            if (!_request.Body.IsDone || _input.Start != _input.End || _socket.Available > 0) Lingering.End(_socket);
            return false;
        }
        return _request.Body.IsDone || _request.Body.Discard();
    }

    // A socket may be one that the handler uses.
    private bool IsOfHandler(Exception exception) => exception switch
    {
        HttpFailure or OperationCanceledException or ThreadInterruptedException => false,
        SocketException => !_input.IsBroken && !_output.IsBroken,
        _ => true,
    };

    private void Refuse(HttpFailure failure)
    {
        if (_response.HasBegun) return;
        _response.Begin(isHead: false, isVersion11: true, keepsAlive: false);
        _response.Status = failure.Status;
        _response.ContentType = ContentTypes.Text;
        _response.Write(Encoding.UTF8.GetBytes(failure.Message + "\n"));
        try
        {
            _response.End();
            _output.Flush();
            Lingering.End(_socket);
        }
        catch (SocketException)
        {
            // the client is gone
        }
    }
}
