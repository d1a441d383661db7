// protocol: lines
using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class Program
{
    static void Main(string[] args)
    {
        var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
        listener.Start(8192);
        Console.WriteLine("ready");
        while (true)
        {
            TcpClient client = listener.AcceptTcpClient();
            new Thread(() => Serve(client)).Start(); // GT2001
        }
    }

    static void Serve(TcpClient client)
    {
        using (client)
        {
            var reader = new StreamReader(client.GetStream());
            var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            while (reader.ReadLine() is { } line) writer.WriteLine(line);
        }
    }
}
