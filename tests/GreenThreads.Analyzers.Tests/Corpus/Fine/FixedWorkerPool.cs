using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;

var queue = new BlockingCollection<TcpClient>();
for (int i = 0; i < Environment.ProcessorCount * 2; i++)
{
    var worker = new Thread(Work) { IsBackground = true, Name = $"worker {i}" };
    worker.Start();
}

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start();
while (true) queue.Add(listener.AcceptTcpClient());

void Work()
{
    foreach (TcpClient client in queue.GetConsumingEnumerable())
    {
        using (client)
        {
            var reader = new StreamReader(client.GetStream());
            var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            writer.WriteLine(reader.ReadLine());
        }
    }
}
