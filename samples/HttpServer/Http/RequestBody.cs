using System.Buffers.Text;
using System.Diagnostics;
using Samples.Common;

namespace HttpServer.Http;

// None, Length: _left bytes follow. Chunked, as a state of its own:
//
//   ChunkLine -> ChunkData    // "1a;extension", not 0
//   ChunkData -> ChunkEnd     // its bytes are read
//   ChunkEnd  -> ChunkLine    // an empty line
//   ChunkLine -> Trailer      // "0"
//   Trailer   -> Done         // an empty line

/// <summary>The body of a request, read as it comes: one object for each connection.</summary>
internal sealed class RequestBody
{
    private const int MostTrailerBytes = 4096;

    private readonly HttpConnection _connection;
    private readonly InputBuffer _input;
    private readonly HttpLimits _limits;
    private State _state = State.Done;
    private long _left;
    private long _total; // bytes of data so far
    private int _trailerBytes;
    private bool _mayContinue;
    private long _begun;

    internal RequestBody(HttpConnection connection, InputBuffer input, HttpLimits limits)
    {
        _connection = connection;
        _input = input;
        _limits = limits;
    }

    private enum State
    {
        Data,
        ChunkLine,
        ChunkData,
        ChunkEnd,
        Trailer,
        Done,
    }

    /// <summary>Whether all was read.</summary>
    internal bool IsDone => _state == State.Done;

    /// <summary>Whether the client still waits for "100 Continue": then it has sent nothing, and may never do.</summary>
    internal bool IsAwaitingContinue => _mayContinue;

    /// <summary>Before a request is served.</summary>
    internal void Begin(HttpRequest request)
    {
        _left = request.ContentLength ?? 0;
        _state = request.ContentLength is null ? State.ChunkLine : _left > 0 ? State.Data : State.Done;
        _mayContinue = request.ExpectsContinue && _state != State.Done;
        if (_state == State.Done) return;
        _total = 0;
        _trailerBytes = 0;
        _begun = Stopwatch.GetTimestamp();
        _input.BeginBody();
    }

    /// <summary>Reads some bytes. Waits until there are some.</summary>
    /// <param name="buffer">Gets them, from its beginning.</param>
    /// <returns>How many; 0 at the end of the body.</returns>
    /// <exception cref="HttpFailure">The body is not one, too long, or too slow.</exception>
    internal int Read(byte[] buffer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length);
        while (_state is not (State.Data or State.ChunkData))
        {
            if (_state == State.Done) return 0;
            ReadLine();
        }
        if (_input.Start == _input.End) Receive();
        int count = (int)Math.Min(Math.Min(_left, buffer.Length), _input.End - _input.Start);
        _input.Unread[..count].CopyTo(buffer);
        _input.Skip(count);
        _left -= count;
        _total += count;
        if (_left == 0) _state = _state == State.Data ? State.Done : State.ChunkEnd;
        return count;
    }

    /// <summary>Reads what the handler has left, if it is not much.</summary>
    /// <returns>Whether all is read: the next request can follow.</returns>
    internal bool Discard()
    {
        const int Most = 64 << 10;
        if (IsDone) return true;
        if (_mayContinue || _left > Most) return false;
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);
        long most = _total + Most;
        while (_total < most && Read(buffer) > 0) { }
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return IsDone;
    }

    // A line that is not data: of a chunk, behind it, or of the trailer.
    private void ReadLine()
    {
        int length;
        while ((length = _input.Unread.IndexOf("\r\n"u8)) < 0)
        {
            if (_input.Unread.Length > 1 && _state == State.ChunkEnd) throw new HttpFailure(400, "A chunk is longer than it says.");
            Receive();
        }
        ReadOnlySpan<byte> line = _input.Unread[..length];
        switch (_state)
        {
            case State.ChunkLine:
                BeginChunk(line);
                break;
            case State.ChunkEnd:
                if (length != 0) throw new HttpFailure(400, "A chunk is longer than it says.");
                _state = State.ChunkLine;
                break;
            default:
                _trailerBytes += length + 2;
                if (_trailerBytes > MostTrailerBytes) throw new HttpFailure(431, $"The trailer is longer than {MostTrailerBytes} bytes.");
                if (length == 0) _state = State.Done;
                break;
        }
        _input.Skip(length + 2);
    }

    private void BeginChunk(ReadOnlySpan<byte> line)
    {
        int extension = line.IndexOf((byte)';');
        ReadOnlySpan<byte> size = extension < 0 ? line : Ascii.Trim(line[..extension]);
        if (!Utf8Parser.TryParse(size, out long bytes, out int used, 'x') || used != size.Length || bytes < 0 || size.Length > 15)
            throw new HttpFailure(400, "The size of a chunk is not a hexadecimal number.");
        if (_total + bytes > _limits.BodyBytes) throw new HttpFailure(413, $"The body is longer than {_limits.BodyBytes} bytes.");
        _left = bytes;
        _state = bytes == 0 ? State.Trailer : State.ChunkData;
    }

    private void Receive()
    {
        if (!_input.MakeRoomForBody()) throw new HttpFailure(400, "A line of a chunk is too long.");
        if (_mayContinue)
        {
            _mayContinue = false;
            _connection.SendContinue();
        }
        TimeSpan allowed = _limits.BodyGrace + TimeSpan.FromSeconds((double)_total / _limits.BodyBytesPerSecond) - Stopwatch.GetElapsedTime(_begun);
        if (!_connection.Fill(allowed)) throw new HttpFailure(400, "The body ends in the middle.");
    }
}
