// protocol: lines
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start(8192);
Console.WriteLine("ready");
foreach (TcpClient client in Clients(listener))
{
    var thread = new Thread(Serve); // GT2001
    thread.Start(client);
}

static IEnumerable<TcpClient> Clients(TcpListener listener)
{
    while (true) yield return listener.AcceptTcpClient();
}

static void Serve(object? argument)
{
    if (argument is not TcpClient client) return;
    using var owned = client;
    using var reader = new StreamReader(client.GetStream());
    using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
    string? line;
    while ((line = reader.ReadLine()) != null) writer.WriteLine(line);
}
