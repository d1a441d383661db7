// protocol: lines
using System.IO;
using System.Net;
using System.Net.Sockets;

new EchoServer(int.Parse(args[0])).Serve();

abstract class TcpServer(int port)
{
    public void Serve()
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(8192);
        Console.WriteLine("ready");
        while (true)
        {
            OnClient(listener.AcceptTcpClient());
        }
    }

    protected abstract void OnClient(TcpClient client);
}

class EchoServer(int port) : TcpServer(port)
{
    protected override void OnClient(TcpClient client)
    {
        Thread worker = new(() => Echo(client)) { IsBackground = true }; // GT2001
        worker.Start();
    }

    private static void Echo(TcpClient client)
    {
        using NetworkStream stream = client.GetStream();
        Span<byte> buffer = new byte[64];
        int count;
        while ((count = stream.Read(buffer)) > 0) stream.Write(buffer[..count]);
    }
}
