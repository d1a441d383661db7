// protocol: lines
using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
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
        accept.Start();
        accept.Join();
        server.Stop();
    }

    private void Accept(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(8192);
        Console.WriteLine("ready");
        while (true)
        {
            TcpClient client = listener.AcceptTcpClient();
            Thread thread = new Thread(() => Serve(client)); // GT2001
            thread.IsBackground = true;
            _clients[_next++] = thread;
            thread.Start();
            foreach (int id in _clients.Where(c => !c.Value.IsAlive && _next % 100 == 0).Select(c => c.Key).ToList()) _clients.TryRemove(id, out _);
        }
    }

    private void Stop()
    {
        foreach (Thread thread in _clients.Values)
        {
            if (thread.IsAlive && !thread.Join(1000)) Console.WriteLine(thread.Name + " does not end");
        }
    }

    private static void Serve(TcpClient client)
    {
        using (client)
        {
            var reader = new StreamReader(client.GetStream());
            var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            string line;
            while ((line = reader.ReadLine()) != null) writer.WriteLine(line);
        }
    }
}
