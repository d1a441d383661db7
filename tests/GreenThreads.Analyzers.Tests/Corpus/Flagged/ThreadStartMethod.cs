// protocol: lines
using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

public class EchoServer
{
    private readonly TcpListener _listener;

    public EchoServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
    }

    public static void Main(string[] args)
    {
        new EchoServer(int.Parse(args[0])).Run();
    }

    private void Run()
    {
        _listener.Start(8192);
        Console.WriteLine("ready");
        for (;;)
        {
            TcpClient client = _listener.AcceptTcpClient();
            Thread thread = new Thread(new ParameterizedThreadStart(HandleClient)); // GT2001
            thread.IsBackground = true;
            thread.Name = "client " + client.Client.RemoteEndPoint;
            thread.Start(client);
        }
    }

    private void HandleClient(object state)
    {
        TcpClient client = (TcpClient)state;
        NetworkStream stream = client.GetStream();
        byte[] buffer = new byte[256];
        int count;
        try
        {
            while ((count = stream.Read(buffer, 0, buffer.Length)) != 0)
            {
                stream.Write(buffer, 0, count);
            }
        }
        finally
        {
            client.Close();
        }
    }
}
