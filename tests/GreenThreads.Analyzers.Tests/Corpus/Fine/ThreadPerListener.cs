using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

int[] ports = [5001, 5002, 5003];
foreach (int port in ports)
{
    var thread = new Thread(() => Listen(port)) { Name = $"port {port}" };
    thread.Start();
}
foreach (string address in args)
{
    new Thread(() => ListenOn(IPEndPoint.Parse(address))).Start();
}

static void Listen(int port) => ListenOn(new IPEndPoint(IPAddress.Loopback, port));

static void ListenOn(IPEndPoint endpoint)
{
    var listener = new TcpListener(endpoint);
    listener.Start();
    while (true) _ = Answer(listener.AcceptTcpClient());
}

static async Task Answer(TcpClient client)
{
    using (client) await client.GetStream().WriteAsync("hello\n"u8.ToArray());
}
