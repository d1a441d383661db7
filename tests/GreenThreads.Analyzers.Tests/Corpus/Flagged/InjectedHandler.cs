// protocol: lines
using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

public interface IConnectionHandler
{
    void Handle(TcpClient client);
}

public sealed class ThreadedHandler : IConnectionHandler
{
    private readonly ILineProcessor _processor;

    public ThreadedHandler(ILineProcessor processor) => _processor = processor;

    public void Handle(TcpClient client)
    {
        var thread = new Thread(() => // GT2001
        {
            using var owned = client;
            using var reader = new StreamReader(client.GetStream());
            using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            while (true)
            {
                string line = reader.ReadLine();
                if (line == null) return;
                writer.WriteLine(_processor.Process(line));
            }
        });
        thread.Name = "connection";
        thread.Start();
    }
}

public interface ILineProcessor
{
    string Process(string line);
}

public sealed class Identity : ILineProcessor
{
    public string Process(string line) => line;
}

public sealed class Server(IConnectionHandler handler)
{
    public void Run(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(8192);
        Console.WriteLine("ready");
        while (true) handler.Handle(listener.AcceptTcpClient());
    }
}

internal static class Program
{
    private static void Main(string[] args) => new Server(new ThreadedHandler(new Identity())).Run(int.Parse(args[0]));
}
