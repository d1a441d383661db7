using System.Buffers;
using System.Net.Sockets;

namespace GreenThreads.Net;

// One system call per operation, as the plain calls make: the pieces are copied into one rented array. Rare enough in
// blocking code to be kept simple.

/// <summary>Receiving into, and sending from, several pieces of memory.</summary>
internal static class SocketBuffers
{
    // What a stream socket hands over at once is less; a datagram is never larger.
    private const int MaxReceive = 1 << 20;

    /// <summary>Receives into the pieces, in order.</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffers">At least one piece.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The bytes received, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int Receive(Socket socket, IList<ArraySegment<byte>> buffers, SocketFlags flags, SocketFailure failure)
    {
        int size = (int)Math.Min(Length(buffers), MaxReceive);
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        int result = SocketCalls.HasPoller
            ? SocketReceive.Receive(socket, rented, 0, size, flags, failure)
            : SocketTwins.Receive(socket, rented, 0, size, flags, failure);
        if (result > 0) Scatter(rented.AsSpan(0, result), buffers);
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    /// <summary>Sends all of the pieces, in order.</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffers">At least one piece.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>Their length, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int Send(Socket socket, IList<ArraySegment<byte>> buffers, SocketFailure failure)
    {
        int size = checked((int)Length(buffers));
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        Gather(buffers, rented);
        int result = SocketCalls.HasPoller
            ? SocketSend.Send(socket, rented, 0, size, failure)
            : SocketTwins.Send(socket, rented, 0, size, 0, failure);
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    private static long Length(IList<ArraySegment<byte>> buffers)
    {
        long length = 0;
        for (int i = 0; i < buffers.Count; i++) length += buffers[i].Count;
        return length;
    }

    private static void Gather(IList<ArraySegment<byte>> buffers, Span<byte> target)
    {
        for (int i = 0; i < buffers.Count; i++)
        {
            ReadOnlySpan<byte> piece = buffers[i];
            piece.CopyTo(target);
            target = target[piece.Length..];
        }
    }

    private static void Scatter(ReadOnlySpan<byte> source, IList<ArraySegment<byte>> buffers)
    {
        for (int i = 0; i < buffers.Count && !source.IsEmpty; i++)
        {
            Span<byte> piece = buffers[i];
            int length = Math.Min(piece.Length, source.Length);
            source[..length].CopyTo(piece);
            source = source[length..];
        }
    }
}
