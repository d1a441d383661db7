// protocol: lines
using System.IO;
using System.Net;
using System.Net.Sockets;

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start(8192);
Console.WriteLine("ready");
AcceptLoop();

void AcceptLoop()
{
    bool running = true;
    while (running)
    {
        var socket = listener.AcceptSocket();
        Spawn(socket);
    }
}

void Spawn(Socket socket)
{
    var thread = new Thread(() => Echo(socket)); // GT2001
    thread.Start();
}

static void Echo(Socket socket)
{
    using var stream = new NetworkStream(socket, ownsSocket: true);
    using var reader = new StreamReader(stream);
    using var writer = new StreamWriter(stream) { AutoFlush = true };
    for (string? line = reader.ReadLine(); line != null; line = reader.ReadLine())
    {
        writer.WriteLine(line);
    }
}
