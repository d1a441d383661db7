using System.Net;
using System.Net.Sockets;

// Tries until the port is free, then starts one accept thread.
int port = int.Parse(args[0]);
while (true)
{
    try
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        var thread = new Thread(() => Accept(listener));
        thread.Start();
        break;
    }
    catch (SocketException)
    {
        Thread.Sleep(500);
    }
}

static void Accept(TcpListener listener)
{
    while (true)
    {
        using Socket socket = listener.AcceptSocket();
        socket.Send("busy\n"u8);
    }
}
