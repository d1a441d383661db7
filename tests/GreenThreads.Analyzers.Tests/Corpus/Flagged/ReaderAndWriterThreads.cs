// protocol: lines
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;

var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start(8192);
Console.WriteLine("ready");
while (true)
{
    var connection = new Connection(listener.AcceptTcpClient());
    connection.Open();
}

sealed class Connection(TcpClient client)
{
    private readonly Queue<string?> _outgoing = new();
    private readonly object _gate = new();
    private Thread? _reader;
    private Thread? _writer;

    public void Open()
    {
        if (_reader is not null) throw new InvalidOperationException("Opened before.");
        _reader = new Thread(Read) { Name = "reader", IsBackground = true }; // GT2001
        _writer = new Thread(Write) { Name = "writer", IsBackground = true }; // GT2001
        _reader.Start();
        _writer.Start();
    }

    private void Read()
    {
        using var reader = new StreamReader(client.GetStream());
        while (reader.ReadLine() is { } line) Enqueue(line);
        Enqueue(null);
        _writer!.Join();
        client.Dispose();
    }

    private void Enqueue(string? line)
    {
        lock (_gate)
        {
            _outgoing.Enqueue(line);
            Monitor.Pulse(_gate);
        }
    }

    private void Write()
    {
        var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        while (true)
        {
            string? line;
            lock (_gate)
            {
                while (_outgoing.Count == 0) Monitor.Wait(_gate);
                line = _outgoing.Dequeue();
            }
            if (line is null) return;
            writer.WriteLine(line);
        }
    }
}
