using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;

namespace Samples.Common;

/// <summary>What is to be sent on a connection: collected, so that the answers to several requests go out together.</summary>
/// <param name="socket">The connection; null for bytes that are only taken out.</param>
public sealed class OutputBuffer(Socket? socket) : IDisposable
{
    private const int InitialBytes = 2048;
    private const int MostKeptBytes = 128 << 10;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialBytes);

    /// <summary>How many bytes are collected.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the last send has failed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Adds bytes. Does not wait.</summary>
    /// <param name="bytes">Are copied.</param>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Adds a number.</summary>
    /// <param name="value">Not negative.</param>
    /// <param name="format">D or x.</param>
    public void Add(long value, char format = 'D')
    {
        Utf8Formatter.TryFormat(value, Room(20), out int written, format);
        Length += written;
    }

    /// <summary>Takes out what is collected.</summary>
    /// <returns>A copy.</returns>
    public byte[] Take()
    {
        byte[] bytes = _bytes[..Length];
        Length = 0;
        return bytes;
    }

    /// <summary>Sends what is collected. Waits.</summary>
    public void Flush()
    {
        if (Length == 0) return;
        int length = Length;
        Length = 0;
        IsBroken = true;
        socket!.Send(_bytes, length, SocketFlags.None);
        IsBroken = false;
        if (_bytes.Length > MostKeptBytes) Shrink();
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Shrink()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = ArrayPool<byte>.Shared.Rent(InitialBytes);
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(Length);
    }
}
