using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

// One connection after the other, its blocking part on the pool.
var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start();
while (true)
{
    using TcpClient client = await listener.AcceptTcpClientAsync();
    await Task.Run(() => Serve(client));
}

static void Serve(TcpClient client)
{
    using var reader = new StreamReader(client.GetStream());
    using var writer = new StreamWriter(client.GetStream());
    writer.WriteLine(reader.ReadLine());
}
