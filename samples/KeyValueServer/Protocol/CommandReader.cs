using System.Buffers.Text;
using Samples.Common;

namespace KeyValueServer.Protocol;

// A command is "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", or a line of words. Its arguments are ranges of the input buffer, counted from the
// beginning of the command, so that the buffer may grow or move while more of the command comes; reading goes on where it was.
//
//   Start -> Arguments // "*n"
//   Start -> Complete  // a line of words
//   Arguments -> Complete // n times "$length" and its bytes

/// <summary>Reads the commands of one connection.</summary>
/// <param name="input">What comes from it.</param>
internal sealed class CommandReader(InputBuffer input)
{
    private const int MostArguments = 1024 * 1024;
    private const int MostArgumentBytes = 512 << 20;
    private const int MostLineBytes = 64 << 10;

    private (int Start, int Length)[] _arguments = new (int, int)[8];
    private int _expected; // of the command that is being read; 0 at its start
    private int _position; // from the beginning of the command

    /// <summary>How many arguments the command has, its name included.</summary>
    internal int Count { get; private set; }

    /// <summary>An argument; valid until the next command is read.</summary>
    internal ReadOnlySpan<byte> this[int index] =>
        input.Bytes.AsSpan(input.MessageStart + _arguments[index].Start, _arguments[index].Length);

    /// <summary>An argument as an array of its own.</summary>
    internal byte[] Copy(int index) => this[index].ToArray();

    /// <summary>Before a command.</summary>
    internal void Begin()
    {
        input.BeginMessage();
        _expected = _position = Count = 0;
    }

    /// <summary>Reads on.</summary>
    /// <returns>Whether a command is complete; with no arguments at all it is nothing. Else more has to come.</returns>
    /// <exception cref="ProtocolException">This is no command.</exception>
    internal bool TryRead()
    {
        ReadOnlySpan<byte> bytes = input.Unread;
        if (_expected == 0)
        {
            if (bytes.IsEmpty) return false;
            if (bytes[0] != '*') return TryReadWords(bytes);
            if (!TryReadNumber(bytes, "invalid multibulk length", MostArguments, out int count)) return false;
            if (count <= 0) return Complete();
            _expected = count;
        }
        while (Count < _expected)
        {
            if (_position >= bytes.Length) return false;
            if (bytes[_position] != '$') throw new ProtocolException($"Protocol error: expected '$', got '{(char)bytes[_position]}'");
            int begin = _position;
            if (!TryReadNumber(bytes, "invalid bulk length", MostArgumentBytes, out int length)) return false;
            if (length < 0) throw new ProtocolException("Protocol error: invalid bulk length");
            if (bytes.Length - _position < length + 2)
            {
                _position = begin;
                return false;
            }
            Add(_position, length);
            _position += length + 2;
        }
        return Complete();
    }

    private bool Complete()
    {
        input.Skip(_position);
        return true;
    }

    // "*12\r\n" or "$12\r\n" at the position, which goes behind it.
    private bool TryReadNumber(ReadOnlySpan<byte> bytes, string problem, int most, out int number)
    {
        ReadOnlySpan<byte> rest = bytes[_position..];
        if (rest.Length > 3 && rest[2] == '\r' && (uint)(rest[1] - '0') < 10)
        {
            number = rest[1] - '0';
            _position += 4;
            return true;
        }
        int end = rest.IndexOf((byte)'\n');
        number = 0;
        if (end < 0)
        {
            if (rest.Length > MostLineBytes) throw new ProtocolException($"Protocol error: {problem}");
            return false;
        }
        ReadOnlySpan<byte> digits = rest[1..Math.Max(1, end - 1)];
        if (rest[Math.Max(0, end - 1)] != '\r' || !Utf8Parser.TryParse(digits, out number, out int used) || used != digits.Length || number > most)
            throw new ProtocolException($"Protocol error: {problem}");
        _position += end + 1;
        return true;
    }

    private void Add(int start, int length)
    {
        if (Count == _arguments.Length) Array.Resize(ref _arguments, Count * 2);
        _arguments[Count++] = (start, length);
    }

    // Words as redis-cli and people at a terminal type them: "..." with escapes, '...' without. What is escaped is shorter when it is
    // not, so it is written over itself.
    private bool TryReadWords(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        if (end < 0)
        {
            if (bytes.Length > MostLineBytes) throw new ProtocolException("Protocol error: too big inline request");
            return false;
        }
        Span<byte> line = input.Bytes.AsSpan(input.MessageStart, end > 0 && bytes[end - 1] == '\r' ? end - 1 : end);
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsSpace(line[at])) at++;
            if (at == line.Length) break;
            ReadWord(line, ref at);
        }
        _position = end + 1;
        return Complete();
    }

    private void ReadWord(Span<byte> line, ref int at)
    {
        int start = at, length = 0;
        while (at < line.Length && !IsSpace(line[at]))
        {
            byte quote = line[at];
            if (quote is not ((byte)'"' or (byte)'\''))
            {
                line[start + length++] = line[at++];
                continue;
            }
            at++;
            while (at < line.Length && line[at] != quote) line[start + length++] = ReadQuoted(line, quote, ref at);
            if (at == line.Length || (at + 1 < line.Length && !IsSpace(line[at + 1]))) throw new ProtocolException("Protocol error: unbalanced quotes in request");
            at++;
        }
        Add(start, length);
    }

    private static byte ReadQuoted(Span<byte> line, byte quote, ref int at)
    {
        if (line[at] != '\\' || at + 1 == line.Length) return line[at++];
        byte escaped = line[at + 1];
        if (quote == '\'')
        {
            if (escaped != '\'') return line[at++];
        }
        else if (escaped == 'x' && at + 3 < line.Length && Utf8Parser.TryParse(line.Slice(at + 2, 2), out byte value, out int used, 'x') && used == 2)
        {
            at += 4;
            return value;
        }
        at += 2;
        return quote == '\'' ? escaped : escaped switch { (byte)'n' => (byte)'\n', (byte)'r' => (byte)'\r', (byte)'t' => (byte)'\t', (byte)'b' => (byte)'\b', (byte)'a' => (byte)'\a', _ => escaped };
    }

    private static bool IsSpace(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\0';
}
