// protocol: lines
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start(8192);
Console.WriteLine("ready");
while (true)
{
    var client = await listener.AcceptTcpClientAsync();
    _ = Task.Factory.StartNew(() => Serve(client), TaskCreationOptions.LongRunning); // GT2001
}

static void Serve(TcpClient client)
{
    using var owned = client;
    using var reader = new StreamReader(client.GetStream());
    using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
    while (reader.ReadLine() is { } line) writer.WriteLine(line);
}
