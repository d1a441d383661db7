using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;

var pool = new Pool(max: 16);
var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
listener.Start();
while (true)
{
    TcpClient client = listener.AcceptTcpClient();
    pool.Enqueue(() => Serve(client));
}

static void Serve(TcpClient client)
{
    using (client) client.GetStream().Write("hello\n"u8);
}

sealed class Pool(int max)
{
    private readonly BlockingCollection<Action> _work = new();
    private readonly List<Thread> _threads = [];

    public void Enqueue(Action item)
    {
        _work.Add(item);
        lock (_threads)
        {
            if (_threads.Count < max && _work.Count > 0)
            {
                var thread = new Thread(Work) { IsBackground = true };
                _threads.Add(thread);
                thread.Start();
            }
        }
    }

    private void Work()
    {
        foreach (Action item in _work.GetConsumingEnumerable()) item();
    }
}
