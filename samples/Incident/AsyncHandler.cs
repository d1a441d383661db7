using System.Net.Sockets;

namespace Incident;

/// <summary>What <see cref="Handler"/> becomes when it is rewritten with async and await: the reference for speed and memory.</summary>
internal static class AsyncHandler
{
    /// <summary>Sends back what arrives until the peer closes.</summary>
    internal static async Task ServeAsync(Socket socket)
    {
        Memory<byte> buffer = new byte[Handler.BufferBytes];
        try
        {
            int received;
            while ((received = await socket.ReceiveAsync(buffer, SocketFlags.None)) > 0)
                for (int sent = 0; sent < received;)
                    sent += await socket.SendAsync(buffer[sent..received], SocketFlags.None);
        }
        catch (SocketException)
        {
            // as in the blocking handler
        }
        socket.Dispose();
    }
}
