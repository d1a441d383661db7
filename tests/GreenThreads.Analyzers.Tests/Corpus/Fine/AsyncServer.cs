using System.Net;
using System.Net.Sockets;

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start();
while (true)
{
    TcpClient client = await listener.AcceptTcpClientAsync();
    _ = Task.Run(() => ServeAsync(client));
}

static async Task ServeAsync(TcpClient client)
{
    using TcpClient owned = client;
    NetworkStream stream = client.GetStream();
    var buffer = new byte[1024];
    while (true)
    {
        int n = await stream.ReadAsync(buffer);
        if (n == 0) return;
        await stream.WriteAsync(buffer.AsMemory(0, n));
    }
}
