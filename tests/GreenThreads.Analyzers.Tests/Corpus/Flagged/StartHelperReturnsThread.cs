// protocol: lines
// refused: the body uses _clients, which is set before the start
using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class Server
{
    private readonly ConcurrentDictionary<int, Thread> _clients = new ConcurrentDictionary<int, Thread>();
    private int _next;

    static void Main(string[] args)
    {
        var server = new Server();
        var accept = new Thread(() => server.Accept(int.Parse(args[0])));
        accept.Name = "accept";
        accept.Start();
        accept.Join();
    }

    private void Accept(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(8192);
        Console.WriteLine("ready");
        try
        {
            while (true)
            {
                TcpClient client;
                try
                {
                    client = listener.AcceptTcpClient();
                }
                catch (SocketException)
                {
                    continue;
                }
                int id = Interlocked.Increment(ref _next);
                Thread thread = new Thread(() => Serve(id, client)); // GT2001
                thread.IsBackground = true;
                _clients[id] = thread;
                thread.Start();
            }
        }
        finally
        {
            listener.Stop();
        }
    }

    private void Serve(int id, TcpClient client)
    {
        using (client)
        {
            var reader = new StreamReader(client.GetStream());
            var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            string line;
            while ((line = reader.ReadLine()) != null) writer.WriteLine(line);
        }
        Thread removed;
        _clients.TryRemove(id, out removed);
    }
}
