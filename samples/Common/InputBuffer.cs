using System.Buffers;
using System.Net.Sockets;

namespace Samples.Common;

// The message that is being read and served stays where it is: its parts are ranges of the array. If a long body follows it, that
// is received behind it, piece by piece.
//
//   0     MessageStart  _body           Start       End        Bytes.Length
//   |     | message     | used          | unread    | free     |

/// <summary>What came from a connection and has not been used.</summary>
/// <param name="socket">The connection.</param>
public sealed class InputBuffer(Socket socket) : IDisposable
{
    private const int InitialBytes = 4096;
    private const int LeastForBody = 512; // a chunk's line has to fit

    private int _body;

    /// <summary>The array; replaced by a longer one while a message is read.</summary>
    public byte[] Bytes { get; private set; } = ArrayPool<byte>.Shared.Rent(InitialBytes);

    /// <summary>The first byte of the message.</summary>
    public int MessageStart { get; private set; }

    /// <summary>The first byte that has not been used.</summary>
    public int Start { get; private set; }

    /// <summary>Behind the last byte.</summary>
    public int End { get; private set; }

    /// <summary>What has not been used.</summary>
    public ReadOnlySpan<byte> Unread => Bytes.AsSpan(Start, End - Start);

    /// <summary>Whether the last receive has failed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Uses up some bytes.</summary>
    /// <param name="count">How many.</param>
    public void Skip(int count) => Start += count;

    /// <summary>The next message begins with the first unread byte.</summary>
    public void BeginMessage()
    {
        if (Start == End)
        {
            Start = End = 0;
            if (Bytes.Length > InitialBytes * 2) Resize(InitialBytes); // the last message was a long one
        }
        MessageStart = Start;
    }

    /// <summary>Makes room for more of the message.</summary>
    /// <returns>Whether the message was moved to the front for it: ranges of the array are no longer those of before.</returns>
    public bool MakeRoom()
    {
        if (End < Bytes.Length) return false;
        if (MessageStart == 0)
        {
            Resize(Bytes.Length * 2);
            return false;
        }
        Bytes.AsSpan(MessageStart, End - MessageStart).CopyTo(Bytes);
        End -= MessageStart;
        Start -= MessageStart;
        MessageStart = 0;
        return true;
    }

    /// <summary>The message is to be read again from its beginning.</summary>
    public void Reread() => Start = MessageStart;

    /// <summary>The message ends with the last used byte; a body follows.</summary>
    public void BeginBody()
    {
        _body = Start;
        if (Bytes.Length - _body < LeastForBody) Resize(Bytes.Length * 2);
    }

    /// <summary>Makes room for more of the body behind the unread bytes.</summary>
    /// <returns>False if there is none.</returns>
    public bool MakeRoomForBody()
    {
        if (End < Bytes.Length && Start != End) return true;
        Unread.CopyTo(Bytes.AsSpan(_body));
        End -= Start - _body;
        Start = _body;
        return End < Bytes.Length;
    }

    /// <summary>Receives more, into the room that there is. Waits.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool Fill()
    {
        IsBroken = true;
        int received = socket.Receive(Bytes, End, Bytes.Length - End, SocketFlags.None);
        IsBroken = false;
        End += received;
        return received > 0;
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(Bytes);
        Bytes = [];
        Start = End = 0;
    }

    private void Resize(int length)
    {
        byte[] other = ArrayPool<byte>.Shared.Rent(length);
        Bytes.AsSpan(0, End).CopyTo(other);
        ArrayPool<byte>.Shared.Return(Bytes);
        Bytes = other;
    }
}
