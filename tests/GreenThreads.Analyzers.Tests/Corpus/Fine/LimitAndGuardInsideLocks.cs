using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

// A pool that grows up to a limit, and a watchdog that is started once; both are decided inside a lock, and started outside.
class Pool
{
    private const int MaxThreads = 32;
    private readonly object _gate = new object();
    private readonly Queue<Action> _queue = new Queue<Action>();
    private int _idle;
    private int _threads;

    public void Queue(Action work)
    {
        lock (_gate)
        {
            _queue.Enqueue(work);
            if (_idle >= _queue.Count)
            {
                Monitor.Pulse(_gate);
                return;
            }
            if (_threads == MaxThreads) return;
            _threads++;
        }
        try
        {
            new Thread(Work) { IsBackground = true }.Start();
        }
        catch (OutOfMemoryException)
        {
            lock (_gate) _threads--;
        }
    }

    private void Work()
    {
        while (true)
        {
            Action work;
            lock (_gate)
            {
                _idle++;
                while (_queue.Count == 0) Monitor.Wait(_gate);
                _idle--;
                work = _queue.Dequeue();
            }
            work();
        }
    }
}

class Watchdog
{
    private readonly object _gate = new object();
    private bool _started;

    public void EnsureStarted()
    {
        lock (_gate)
        {
            if (_started) return;
            _started = true;
        }
        new Thread(Watch) { IsBackground = true }.Start();
    }

    private void Watch()
    {
        while (true) Thread.Sleep(1000);
    }
}

class Program
{
    static readonly Watchdog s_watchdog = new Watchdog();

    static void Main(string[] args)
    {
        var pool = new Pool();
        var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
        listener.Start();
        while (true)
        {
            Socket socket = listener.AcceptSocket();
            s_watchdog.EnsureStarted();
            pool.Queue(() => socket.Dispose());
        }
    }
}
