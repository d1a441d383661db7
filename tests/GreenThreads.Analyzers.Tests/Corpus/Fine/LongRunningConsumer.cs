using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

var datagrams = new BlockingCollection<byte[]>(1000);
Task consumer = Task.Factory.StartNew(Consume, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
using var udp = new UdpClient(int.Parse(args[0]));
while (!consumer.IsCompleted)
{
    IPEndPoint? from = null;
    datagrams.Add(udp.Receive(ref from));
}

void Consume()
{
    foreach (byte[] datagram in datagrams.GetConsumingEnumerable()) Console.WriteLine(Encoding.UTF8.GetString(datagram));
}
