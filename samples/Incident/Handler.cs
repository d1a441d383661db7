using System.Net.Sockets;

namespace Incident;

/// <summary>
/// The blocking echo handler of the incident: one thread per connection, straight-line code. The modes
/// <c>threads</c> and <c>green</c> run this very method; they differ in how the thread is started.
/// </summary>
internal static class Handler
{
    /// <summary>Bytes of each connection's buffer, the same in every mode.</summary>
    internal const int BufferBytes = 512;

    /// <summary>Sends back what arrives until the peer closes; waits on the calling thread.</summary>
    internal static void Serve(Socket socket)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            int received;
            while ((received = socket.Receive(buffer)) > 0)
                for (int sent = 0; sent < received;)
                    sent += socket.Send(buffer, sent, received - sent, SocketFlags.None);
        }
        catch (SocketException)
        {
            // the peer has reset the connection: this one is over, the others go on
        }
        socket.Dispose();
    }
}
