using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

// A link to each of some servers, made again when it broke; its sender is started when there is something to send, one at a time.
sealed class Link
{
    private readonly Queue<string> _lines = new();
    private int _sending;

    public void Send(string line)
    {
        lock (_lines) _lines.Enqueue(line);
        if (Interlocked.CompareExchange(ref _sending, 1, 0) != 0) return;
        var thread = new Thread(state => ((Link)state).Drain()) { IsBackground = true };
        thread.Start(this);
    }

    private void Drain()
    {
        using var client = new TcpClient("127.0.0.1", 7);
        while (true)
        {
            lock (_lines)
            {
                if (_lines.Count == 0) break;
                client.GetStream().WriteByte((byte)_lines.Dequeue()[0]);
            }
        }
        Volatile.Write(ref _sending, 0);
    }
}

static class Program
{
    private static void Main()
    {
        Link link = null;
        var places = new System.IO.StringReader("north\nsouth");
        bool broken = true;
        while (true)
        {
            if (broken) link = new Link();
            link.Send(DateTime.Now.ToString() + places.ReadLine());
            broken = Random.Shared.Next(100) == 0;
            Thread.Sleep(1000);
        }
    }
}
