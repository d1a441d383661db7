namespace GreenThreads.Libraries.Tests.Harness;

/// <summary>The waits of the cases: what the libraries call back is slow, as a socket or a database is.</summary>
public static class Waits
{
    private const int SleepEach = 16;

    [ThreadStatic]
    private static int t_count;

    /// <summary>Waits: now and then for a timer, else for the other green threads.</summary>
    public static void Once()
    {
        if (++t_count % SleepEach == 0) GreenThread.Sleep(1);
        else GreenThread.Yield();
    }

    /// <summary>Waits and gives the value back, for use in expressions.</summary>
    public static T Then<T>(T value)
    {
        Once();
        return value;
    }
}

/// <summary>A reader that gives little at a time and waits for it.</summary>
public sealed class SlowReader(string text, int piece = 7) : TextReader
{
    private int _position;

    public override int Peek() => _position < text.Length ? text[_position] : -1;

    public override int Read()
    {
        if (_position % piece == 0) Waits.Once();
        return _position < text.Length ? text[_position++] : -1;
    }

    public override int Read(char[] buffer, int index, int count)
    {
        Waits.Once();
        int length = Math.Min(Math.Min(count, piece), text.Length - _position);
        text.CopyTo(_position, buffer, index, length);
        _position += length;
        return length;
    }

    public override int Read(Span<char> buffer)
    {
        Waits.Once();
        int length = Math.Min(Math.Min(buffer.Length, piece), text.Length - _position);
        text.AsSpan(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }
}

/// <summary>A writer that waits before each piece that it takes.</summary>
public sealed class SlowWriter : TextWriter
{
    private readonly StringWriter _inner = new() { NewLine = "\n" };

    public SlowWriter() => CoreNewLine = ['\n'];

    public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

    public override void Write(char value)
    {
        Waits.Once();
        _inner.Write(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        Waits.Once();
        _inner.Write(buffer, index, count);
    }

    public override void Write(string? value)
    {
        Waits.Once();
        _inner.Write(value);
    }

    public override void Flush() => Waits.Once();

    public override string ToString() => _inner.ToString();
}

/// <summary>A stream that waits in each read and write, and gives little at a time.</summary>
public sealed class SlowStream(Stream inner, int piece = 512) : Stream
{
    public override bool CanRead => inner.CanRead;
    public override bool CanSeek => inner.CanSeek;
    public override bool CanWrite => inner.CanWrite;
    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        Waits.Once();
        return inner.Read(buffer, offset, Math.Min(count, piece));
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Waits.Once();
        inner.Write(buffer, offset, count);
    }

    public override void Flush() => Waits.Once();

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);
}
