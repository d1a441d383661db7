using System.Net;
using System.Net.Sockets;

// A client that measures a server with sixteen threads.
const int Clients = 16;
var ready = new CountdownEvent(Clients);
var go = new ManualResetEventSlim();
var threads = Enumerable.Range(0, Clients).Select(number => new Thread(() => Ping(number))).ToList();
threads.ForEach(t => t.Start());
ready.Wait();
go.Set();
threads.ForEach(t => t.Join());

void Ping(int number)
{
    using var client = new TcpClient();
    client.Connect(IPAddress.Loopback, 7000);
    ready.Signal();
    go.Wait();
    for (int i = 0; i < 1000; i++) client.GetStream().WriteByte((byte)number);
}
