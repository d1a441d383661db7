using System.Net.Sockets;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

/// <summary>Waiting until a plain call on a socket would not block, for the calls that have no form of their own here.</summary>
internal static class SocketReadiness
{
    /// <summary>Waits; suspends the calling green thread.</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="reading">Until a receive would not block; else a send.</param>
    /// <param name="timeoutMs">Not positive for none.</param>
    /// <param name="reason">Shown in dumps.</param>
    /// <returns>0, or a negative <see cref="SocketResult"/>: timed out, disposed, or not to be watched.</returns>
    internal static int Wait(Socket socket, bool reading, int timeoutMs, ParkReason reason)
    {
        long deadline = 0;
        for (;;)
        {
            int result = SocketCalls.TryReady(socket, reading, timeoutMs, ref deadline);
            if (result != SocketResult.Wait) return result;
            try
            {
                Parker.Park(reason, deadline);
            }
            finally
            {
                SocketCalls.Leave(socket, reading);
            }
        }
    }
}
