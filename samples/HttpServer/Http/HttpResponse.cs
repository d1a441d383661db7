using System.Buffers;
using Samples.Common;

namespace HttpServer.Http;

// The body is collected until the handler returns: then its length is known. If it becomes long, or the handler flushes, the head
// is sent at once, and the body follows in chunks (to a client of HTTP/1.0: until the connection is closed), or as it is if its
// length was given before.
//
//   Collecting -> Ended      // Content-Length
//   Collecting -> Streaming  // Flush, or more than CollectedBytes
//   Streaming  -> Ended      // the last chunk

/// <summary>A response: one object for each connection, used again and again.</summary>
internal sealed class HttpResponse : IDisposable
{
    private const int CollectedBytes = 8 << 10;

    private readonly OutputBuffer _output;
    private readonly List<(byte[] Name, byte[] Value)> _fields = [];
    private byte[]? _body;
    private int _length;
    private long _sent;
    private bool _isStreaming;
    private bool _isChunked;
    private bool _isHead;
    private bool _isVersion11;

    internal HttpResponse(OutputBuffer output) => _output = output;

    /// <summary>The status. 200, unless it is set.</summary>
    internal int Status { get; set; }

    /// <summary>The type of the body; null for none.</summary>
    internal byte[]? ContentType { get; set; }

    /// <summary>The length of the body, if it is known before; else it is found out.</summary>
    internal long? ContentLength { get; set; }

    /// <summary>Whether the connection is used again afterwards.</summary>
    internal bool KeepsAlive { get; set; }

    /// <summary>Whether the head is on its way: nothing of it can be changed.</summary>
    internal bool HasBegun => _isStreaming;

    /// <summary>Before a request is served.</summary>
    internal void Begin(bool isHead, bool isVersion11, bool keepsAlive)
    {
        Status = 200;
        ContentType = null;
        ContentLength = null;
        KeepsAlive = keepsAlive;
        if (_fields.Count > 0) _fields.Clear();
        _length = 0;
        _sent = 0;
        _isStreaming = _isChunked = false;
        _isHead = isHead;
        _isVersion11 = isVersion11;
    }

    /// <summary>Adds a header field. Both have to be valid; arrays that are kept, so that a response allocates nothing.</summary>
    internal void AddField(byte[] name, byte[] value) => _fields.Add((name, value));

    /// <summary>Adds to the body. Waits when much was collected.</summary>
    /// <exception cref="InvalidOperationException">It is more than <see cref="ContentLength"/> says.</exception>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        int written = TryWrite(bytes);
        while (written < bytes.Length)
        {
            Flush();
            written += TryWrite(bytes[written..]);
        }
    }

    /// <summary>Sends what was written. Waits until it is on its way.</summary>
    internal void Flush()
    {
        if (!_isStreaming)
        {
            _isStreaming = true;
            _isChunked = ContentLength is null && _isVersion11;
            if (ContentLength is null && !_isVersion11) KeepsAlive = false; // the end of the connection is the end of the body
            WriteHead(ContentLength);
        }
        AddCollected();
        _output.Flush();
    }

    /// <summary>Ends the response; what remains is collected for the connection to send.</summary>
    /// <exception cref="InvalidOperationException">The body is shorter than <see cref="ContentLength"/> says.</exception>
    internal void End()
    {
        if (_isStreaming)
        {
            AddCollected();
            if (_isChunked && !_isHead) _output.Add("0\r\n\r\n"u8);
        }
        else
        {
            WriteHead(HasBody ? ContentLength ?? _length : null);
            AddCollected();
        }
        if (ContentLength is { } length && !_isHead && _sent != length)
            throw new InvalidOperationException($"The handler wrote {_sent} bytes of a body of {length}.");
        if (_body is { Length: > CollectedBytes })
        {
            ArrayPool<byte>.Shared.Return(_body);
            _body = null;
        }
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        if (_body is not null) ArrayPool<byte>.Shared.Return(_body);
        _body = null;
    }

    private bool HasBody => Status is not (204 or 304) && Status >= 200;

    // Takes as much as there is room for.
    private int TryWrite(ReadOnlySpan<byte> bytes)
    {
        _body ??= ArrayPool<byte>.Shared.Rent(bytes.Length <= 256 ? 256 : CollectedBytes);
        if (bytes.Length > _body.Length - _length && _body.Length < CollectedBytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(CollectedBytes);
            _body.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_body);
            _body = larger;
        }
        int count = Math.Min(bytes.Length, _body.Length - _length);
        if (_sent + _length + count > (ContentLength ?? long.MaxValue))
            throw new InvalidOperationException($"The handler writes more than the {ContentLength} bytes that it has announced.");
        bytes[..count].CopyTo(_body.AsSpan(_length));
        _length += count;
        return count;
    }

    private void AddCollected()
    {
        if (_length > 0 && !_isHead && HasBody)
        {
            if (_isChunked)
            {
                _output.Add(_length, 'x');
                _output.Add("\r\n"u8);
            }
            _output.Add(_body.AsSpan(0, _length));
            if (_isChunked) _output.Add("\r\n"u8);
        }
        _sent += _length;
        _length = 0;
    }

    private void WriteHead(long? contentLength)
    {
        _output.Add("HTTP/1.1 "u8);
        _output.Add(StatusText.Of(Status));
        if (contentLength is { } length)
        {
            _output.Add("\r\nContent-Length: "u8);
            _output.Add(length);
        }
        else if (_isChunked)
        {
            _output.Add("\r\nTransfer-Encoding: chunked"u8);
        }
        if (ContentType is { } type)
        {
            _output.Add("\r\nContent-Type: "u8);
            _output.Add(type);
        }
        foreach ((byte[] name, byte[] value) in _fields)
        {
            _output.Add("\r\n"u8);
            _output.Add(name);
            _output.Add(": "u8);
            _output.Add(value);
        }
        if (!KeepsAlive) _output.Add("\r\nConnection: close"u8);
        else if (!_isVersion11) _output.Add("\r\nConnection: keep-alive"u8);
        _output.Add(DateField.Now());
    }
}
