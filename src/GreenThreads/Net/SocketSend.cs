using System.Net.Sockets;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

// HOT: as SocketReceive. A blocking send returns when all is sent, so the loop keeps count.

/// <summary>Sending with the poller. Suspends the calling green thread while there is no room.</summary>
internal static class SocketSend
{
    /// <summary>Sends from an array.</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffer">The array.</param>
    /// <param name="offset">Within the array.</param>
    /// <param name="size">Within the array.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns><paramref name="size"/>, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int Send(Socket socket, byte[] buffer, int offset, int size, SocketFailure failure)
    {
        long deadline = 0;
        int sent = 0;
        for (;;)
        {
            int result = SocketCalls.TrySend(socket, new ReadOnlySpan<byte>(buffer, offset, size), ref sent, ref deadline);
            if (result == SocketResult.Unwatched) return SocketTwins.Send(socket, buffer, offset, size, sent, failure);
            if (result != SocketResult.Wait)
            {
                result = SocketOutcome.EndSend(socket, result, failure);
                if (SocketCalls.HasRunLong()) return Suspension.Yield(result);
                return result;
            }
            try
            {
                Parker.Park(ParkReason.SocketSend, deadline);
            }
            finally
            {
                SocketCalls.Leave(socket, reading: false);
            }
        }
    }

    /// <summary>Sends from a span, which must be one that can be made again after the wait (a parameter).</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffer">The span.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The length of the span, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int Send(Socket socket, ReadOnlySpan<byte> buffer, SocketFailure failure)
    {
        long deadline = 0;
        int sent = 0;
        for (;;)
        {
            int result = SocketCalls.TrySend(socket, buffer, ref sent, ref deadline);
            if (result == SocketResult.Unwatched) return SocketTwins.Send(socket, buffer, sent, failure);
            if (result != SocketResult.Wait)
            {
                result = SocketOutcome.EndSend(socket, result, failure);
                if (SocketCalls.HasRunLong()) return Suspension.Yield(result);
                return result;
            }
            try
            {
                Parker.Park(ParkReason.SocketSend, deadline);
            }
            finally
            {
                SocketCalls.Leave(socket, reading: false);
            }
        }
    }
}
