// protocol: lines
using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

public static class Program
{
    public static async Task Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
        listener.Start(8192);
        Console.WriteLine("ready");
        while (!stop.IsCancellationRequested)
        {
            Socket socket = await listener.AcceptSocketAsync(stop.Token);
            _ = Task.Run(() => Handle(socket)); // GT2001
        }
    }

    private static void Handle(Socket socket)
    {
        try
        {
            Copy(socket);
        }
        finally
        {
            socket.Dispose();
        }
    }

    private static void Copy(Socket socket)
    {
        byte[] buffer = new byte[512];
        for (int n; (n = socket.Receive(buffer)) > 0;) socket.Send(buffer, 0, n, SocketFlags.None);
    }
}
