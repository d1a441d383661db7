using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;

namespace Samples.Common;

/// <summary>Ending a connection whose peer may still be sending.</summary>
public static class Lingering
{
    private const int QuietMs = 500;
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Ends the sending, and throws away what comes for a moment. A connection that is closed with bytes unread is reset, and the peer
    /// may never see what was sent last. Waits, for two seconds at most.
    /// </summary>
    /// <param name="socket">The connection; to be closed afterwards.</param>
    public static void End(Socket socket)
    {
        byte[] ignored = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            socket.ReceiveTimeout = QuietMs;
            long begun = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begun) < s_most && socket.Receive(ignored) > 0) { }
        }
        catch (SocketException)
        {
            // it is quiet, or gone
        }
        ArrayPool<byte>.Shared.Return(ignored);
    }
}
