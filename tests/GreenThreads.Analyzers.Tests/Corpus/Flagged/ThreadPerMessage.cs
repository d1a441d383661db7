// protocol: lines
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;

var messages = new BlockingCollection<(StreamWriter Writer, string Text)>();
new Thread(Dispatch) { IsBackground = true }.Start();

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start(8192);
Console.WriteLine("ready");
while (true)
{
    TcpClient client = listener.AcceptTcpClient();
    new Thread(() => // GT2001
    {
        using var reader = new StreamReader(client.GetStream());
        var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        while (reader.ReadLine() is { } line) messages.Add((writer, line));
    }).Start();
}

void Dispatch()
{
    foreach (var message in messages.GetConsumingEnumerable())
    {
        var worker = new Thread(() => Answer(message.Writer, message.Text)); // GT2001
        worker.Start();
    }
}

static void Answer(StreamWriter writer, string text)
{
    Thread.Sleep(5);
    lock (writer) writer.WriteLine(text);
}
