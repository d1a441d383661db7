using System.Buffers;
using System.Buffers.Text;
using Samples.Common;

namespace HttpServer.Http;

// Reads a head line by line, as the lines come: a client that sends byte by byte costs no more than one that sends all at once.
//
//   RequestLine -> Fields   // the first line that is not empty
//   Fields      -> Complete // an empty line
//   Complete    -> RequestLine // Begin
//
// Strict (RFC 9112): what two servers could read in two ways is refused, because one of them may stand before the other.

/// <summary>Reads the heads of the requests of one connection.</summary>
/// <param name="input">The connection's input.</param>
/// <param name="request">Is filled.</param>
/// <param name="limits">What a client may send.</param>
internal sealed class RequestParser(InputBuffer input, HttpRequest request, HttpLimits limits)
{
    private static readonly SearchValues<byte> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> s_control = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private bool _inFields;
    private int _bytes; // of this head, in lines that were read
    private int _hosts;
    private bool _hasLength;
    private bool _isChunked;
    private bool _closes;
    private bool _keepsAlive;

    /// <summary>Whether a part of a head has come.</summary>
    internal bool HasBegun => _inFields || input.End > input.Start;

    /// <summary>Before a head.</summary>
    internal void Begin()
    {
        _inFields = _hasLength = _isChunked = _closes = _keepsAlive = false;
        _bytes = _hosts = 0;
        request.Clear();
    }

    /// <summary>Reads on.</summary>
    /// <returns>Whether the head is complete; else more has to come.</returns>
    /// <exception cref="HttpFailure">This is not a request, or one beyond the limits.</exception>
    internal bool TryRead()
    {
        for (;;)
        {
            ReadOnlySpan<byte> unread = input.Unread;
            int length = unread.IndexOf((byte)'\n');
            RequireLimits(length < 0 ? unread.Length : length + 1);
            if (length < 0) return false;
            if (length == 0 || unread[length - 1] != '\r') throw new HttpFailure(400, "A line ends without a carriage return.");
            int start = input.Start;
            input.Skip(length + 1);
            _bytes += length + 1;
            ReadOnlySpan<byte> line = unread[..(length - 1)];
            if (!_inFields)
            {
                if (line.IsEmpty) continue; // left over from the body before it
                ReadRequestLine(line, start);
                _inFields = true;
            }
            else if (!line.IsEmpty)
            {
                ReadField(line, start);
            }
            else
            {
                End();
                return true;
            }
        }
    }

    private void RequireLimits(int bytes)
    {
        if (!_inFields && bytes > limits.RequestLineBytes) throw new HttpFailure(414, $"The request line is longer than {limits.RequestLineBytes} bytes.");
        if (_bytes + bytes > limits.HeadBytes) throw new HttpFailure(431, $"The head is longer than {limits.HeadBytes} bytes.");
    }

    private void ReadRequestLine(ReadOnlySpan<byte> line, int start)
    {
        int method = line.IndexOf((byte)' ');
        int version = line.LastIndexOf((byte)' ');
        if (method <= 0 || version <= method + 1 || line[..method].ContainsAnyExcept(s_token))
            throw new HttpFailure(400, "The request line is not METHOD TARGET VERSION.");
        ReadOnlySpan<byte> target = line[(method + 1)..version];
        if (target.ContainsAny(s_control) || target.Contains((byte)' ')) throw new HttpFailure(400, "The target has a space or a control character.");
        ReadVersion(line[(version + 1)..]);
        request.MethodRange = (start, method);
        ReadTarget(target, start + method + 1, line[..method]);
    }

    private void ReadVersion(ReadOnlySpan<byte> version)
    {
        if (version.SequenceEqual("HTTP/1.1"u8)) request.IsVersion11 = true;
        else if (version.SequenceEqual("HTTP/1.0"u8)) request.IsVersion11 = false;
        else if (version.StartsWith("HTTP/"u8) && version.Length == 8) throw new HttpFailure(505, "Only versions 1.0 and 1.1 are spoken here.");
        else throw new HttpFailure(400, "The request line does not end with a version of HTTP.");
    }

    // origin form "/path?query", absolute form "http://host/path", "*" for OPTIONS
    private void ReadTarget(ReadOnlySpan<byte> target, int start, ReadOnlySpan<byte> method)
    {
        if (method.SequenceEqual("CONNECT"u8)) throw new HttpFailure(501, "This server is no proxy.");
        if (target[0] != '/')
        {
            int authority = target.IndexOf("://"u8);
            if (authority > 0)
            {
                int path = target[(authority + 3)..].IndexOfAny((byte)'/', (byte)'?');
                int skipped = path < 0 ? target.Length : authority + 3 + path;
                target = target[skipped..];
                start += skipped;
            }
            else if (!(target.SequenceEqual("*"u8) && method.SequenceEqual("OPTIONS"u8)))
            {
                throw new HttpFailure(400, "The target is neither a path nor a URI.");
            }
        }
        int query = target.IndexOf((byte)'?');
        request.PathRange = (start, query < 0 ? target.Length : query);
        request.QueryRange = query < 0 ? (start, 0) : (start + query + 1, target.Length - query - 1);
    }

    private void ReadField(ReadOnlySpan<byte> line, int start)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(s_token))
            throw new HttpFailure(400, "A header field is not NAME: VALUE (folded lines and spaces before the colon are not allowed).");
        ReadOnlySpan<byte> value = Ascii.Trim(line[(colon + 1)..]);
        if (value.ContainsAny(s_control)) throw new HttpFailure(400, "A header field has a control character.");
        if (request.FieldCount == limits.HeaderFields) throw new HttpFailure(431, $"There are more than {limits.HeaderFields} header fields.");
        int leading = colon + 1;
        while (leading < line.Length && line[leading] is (byte)' ' or (byte)'\t') leading++;
        request.AddField(start, colon, start + leading, value.Length);
        Understand(line[..colon], value);
    }

    // The fields that say how the message goes on.
    private void Understand(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "host"u8):
                _hosts++;
                break;
            case 6 when Ascii.EqualsIgnoreCase(name, "expect"u8):
                if (!Ascii.EqualsIgnoreCase(value, "100-continue"u8)) throw new HttpFailure(417, "Only 100-continue can be expected.");
                request.ExpectsContinue = true;
                break;
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                _closes |= Ascii.HasItem(value, "close"u8);
                _keepsAlive |= Ascii.HasItem(value, "keep-alive"u8);
                break;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                ReadLength(value);
                break;
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                if (_isChunked || !Ascii.EqualsIgnoreCase(value, "chunked"u8)) throw new HttpFailure(501, "The only transfer coding known here is chunked.");
                _isChunked = true;
                break;
            default:
                break;
        }
    }

    private void ReadLength(ReadOnlySpan<byte> value)
    {
        bool isNumber = Utf8Parser.TryParse(value, out long length, out int used) && used == value.Length && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        if (!isNumber && !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) length = long.MaxValue; // a number, too large
        else if (!isNumber || (_hasLength && length != request.ContentLength)) throw new HttpFailure(400, "Content-Length is not one number.");
        _hasLength = true;
        request.ContentLength = length;
    }

    private void End()
    {
        if (_hosts != 1 && (request.IsVersion11 || _hosts > 1)) throw new HttpFailure(400, "A request has one Host.");
        if (_isChunked)
        {
            if (_hasLength) throw new HttpFailure(400, "Content-Length and Transfer-Encoding contradict each other.");
            if (!request.IsVersion11) throw new HttpFailure(400, "HTTP/1.0 has no Transfer-Encoding.");
            request.ContentLength = null;
        }
        if (request.ContentLength > limits.BodyBytes) throw new HttpFailure(413, $"The body is longer than {limits.BodyBytes} bytes.");
        request.KeepsAlive = !_closes && (request.IsVersion11 || _keepsAlive);
        if (!request.IsVersion11) request.ExpectsContinue = false;
    }
}
