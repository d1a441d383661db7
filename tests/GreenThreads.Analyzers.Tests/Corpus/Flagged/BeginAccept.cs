// protocol: lines
using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class Program
{
    static Socket s_listener;

    static void Main(string[] args)
    {
        s_listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        s_listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0])));
        s_listener.Listen(8192);
        s_listener.BeginAccept(OnAccept, null);
        Console.WriteLine("ready");
        Thread.Sleep(Timeout.Infinite);
    }

    static void OnAccept(IAsyncResult result)
    {
        Socket client = s_listener.EndAccept(result);
        s_listener.BeginAccept(OnAccept, null);
        Thread thread = new Thread(() => Serve(client)) { IsBackground = true }; // GT2001
        thread.Start();
    }

    static void Serve(Socket client)
    {
        byte[] buffer = new byte[256];
        int n;
        while ((n = client.Receive(buffer)) > 0) client.Send(buffer, 0, n, SocketFlags.None);
        client.Close();
    }
}
