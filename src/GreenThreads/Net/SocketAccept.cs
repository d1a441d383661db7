using System.Net.Sockets;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

/// <summary>Accepting with the poller. Suspends the calling green thread while no connection is there.</summary>
internal static class SocketAccept
{
    /// <summary>Accepts a connection.</summary>
    /// <param name="listener">A socket in blocking mode.</param>
    /// <returns>The connection, as the plain call makes it.</returns>
    /// <exception cref="SocketException">What the plain call throws.</exception>
    internal static Socket Accept(Socket listener)
    {
        long deadline = 0;
        for (;;)
        {
            int result = SocketCalls.TryAccept(listener, ref deadline, out Socket? accepted);
            if (accepted is not null)
            {
                // A listener under load always has one more: without this its loop would be a single slice without an end.
                if (Continuation.Current.PinDepth == 0) GreenThread.Yield();
                return accepted;
            }
            if (result == SocketResult.Unwatched) return SocketTwins.Accept(listener);
            if (result != SocketResult.Wait) SocketOutcome.ThrowConnection(listener, result, accepting: true);
            try
            {
                Parker.Park(ParkReason.SocketAccept, deadline);
            }
            finally
            {
                SocketCalls.Leave(listener, reading: true);
            }
        }
    }
}
