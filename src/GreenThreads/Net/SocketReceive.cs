using System.Net.Sockets;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

// HOT: the receive of a connection that is served by a green thread: 0 bytes allocated per receive (the frame of one
// activation is taken again by the next, see Continuation.Spare).

/// <summary>Receiving with the poller. Suspends the calling green thread while there is nothing.</summary>
internal static class SocketReceive
{
    /// <summary>Receives into an array.</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffer">The array.</param>
    /// <param name="offset">Within the array.</param>
    /// <param name="size">Within the array.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The bytes received, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int Receive(Socket socket, byte[] buffer, int offset, int size, SocketFlags flags, SocketFailure failure)
    {
        long deadline = 0;
        for (;;)
        {
            int result = SocketCalls.TryReceive(socket, new Span<byte>(buffer, offset, size), flags == SocketFlags.Peek, ref deadline);
            if (result == SocketResult.Unwatched) return SocketTwins.Receive(socket, buffer, offset, size, flags, failure);
            if (result != SocketResult.Wait)
            {
                result = SocketOutcome.EndReceive(socket, result, failure);
                if (SocketCalls.HasRunLong()) return Suspension.Yield(result);
                return result;
            }
            try
            {
                Parker.Park(ParkReason.SocketReceive, deadline);
            }
            finally
            {
                SocketCalls.Leave(socket, reading: true);
            }
        }
    }

    /// <summary>Receives into a span, which must be one that can be made again after the wait (a parameter).</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffer">The span.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The bytes received, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int Receive(Socket socket, Span<byte> buffer, SocketFlags flags, SocketFailure failure)
    {
        long deadline = 0;
        for (;;)
        {
            int result = SocketCalls.TryReceive(socket, buffer, flags == SocketFlags.Peek, ref deadline);
            if (result == SocketResult.Unwatched) return SocketTwins.Receive(socket, buffer, flags, failure);
            if (result != SocketResult.Wait)
            {
                result = SocketOutcome.EndReceive(socket, result, failure);
                if (SocketCalls.HasRunLong()) return Suspension.Yield(result);
                return result;
            }
            try
            {
                Parker.Park(ParkReason.SocketReceive, deadline);
            }
            finally
            {
                SocketCalls.Leave(socket, reading: true);
            }
        }
    }
}
