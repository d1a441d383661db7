using System.IO;
using System.Net;
using System.Net.Sockets;
using GreenThreads;

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start();
while (true)
{
    TcpClient client = listener.AcceptTcpClient();
    _ = GreenThread.Start(() => Serve(client));
}

static void Serve(TcpClient client)
{
    using StreamReader reader = new(client.GetStream());
    using StreamWriter writer = new(client.GetStream()) { AutoFlush = true };
    while (reader.ReadLine() is { } line) writer.WriteLine(line);
}
