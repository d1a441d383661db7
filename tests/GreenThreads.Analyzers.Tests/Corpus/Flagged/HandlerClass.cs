// protocol: lines
using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

static class Program
{
    static void Main(string[] args)
    {
        TcpListener listener = new TcpListener(IPAddress.Loopback, Convert.ToInt32(args[0]));
        listener.Start(8192);
        Console.WriteLine("ready");
        while (true)
        {
            var client = listener.AcceptTcpClient();
            var handler = new ClientHandler(client);
            handler.Start();
        }
    }
}

class ClientHandler
{
    private readonly TcpClient _client;
    private Thread _thread;

    public ClientHandler(TcpClient client)
    {
        _client = client;
    }

    public void Start()
    {
        _thread = new Thread(Run); // GT2001
        _thread.IsBackground = true;
        _thread.Start();
    }

    private void Run()
    {
        using StreamReader reader = new StreamReader(_client.GetStream());
        using StreamWriter writer = new StreamWriter(_client.GetStream());
        writer.AutoFlush = true;
        string line;
        while ((line = reader.ReadLine()) != null) writer.WriteLine(line);
    }
}
