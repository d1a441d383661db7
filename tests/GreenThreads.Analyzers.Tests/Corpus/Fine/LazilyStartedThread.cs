using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class Log
{
    private readonly BlockingCollection<string> _lines = new BlockingCollection<string>();
    private readonly object _gate = new object();
    private Thread _writer;

    public void Write(string line)
    {
        if (_writer == null)
        {
            lock (_gate)
            {
                if (_writer == null)
                {
                    _writer = new Thread(Drain) { IsBackground = true };
                    _writer.Start();
                }
            }
        }
        _lines.Add(line);
    }

    private void Drain()
    {
        foreach (string line in _lines.GetConsumingEnumerable()) Console.WriteLine(line);
    }
}

class Program
{
    static readonly Log s_log = new Log();

    static void Main(string[] args)
    {
        var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
        listener.Start();
        while (true)
        {
            using (TcpClient client = listener.AcceptTcpClient())
            {
                s_log.Write("accepted " + client.Client.RemoteEndPoint);
            }
        }
    }
}
