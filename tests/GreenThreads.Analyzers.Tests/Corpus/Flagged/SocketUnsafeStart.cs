// protocol: lines
using System.Net;
using System.Net.Sockets;

using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0])));
listener.Listen(8192);
Console.WriteLine("ready");
for (int id = 1; ; id++)
{
    Socket peer = listener.Accept();
    int connection = id;
    var thread = new Thread(state => Pump((Socket)state!)) { Name = $"peer {connection}" }; // GT2001
    thread.UnsafeStart(peer);
}

static void Pump(Socket peer)
{
    var buffer = new byte[100];
    try
    {
        int n;
        while ((n = peer.Receive(buffer, SocketFlags.None)) > 0) peer.Send(buffer.AsSpan(0, n));
    }
    catch (SocketException)
    {
    }
    finally
    {
        peer.Close();
    }
}
