using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;

class Settings
{
    public int Workers { get; set; } = 4;
}

class Worker
{
    private readonly HttpListener _listener;
    private readonly Thread _thread;

    public Worker(HttpListener listener, int number)
    {
        _listener = listener;
        _thread = new Thread(Run) { Name = "worker " + number };
    }

    public void Start() => _thread.Start();

    public void Join() => _thread.Join();

    private void Run()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context = _listener.GetContext();
            context.Response.OutputStream.Write(new byte[] { 111, 107 }, 0, 2);
            context.Response.Close();
        }
    }
}

class Program
{
    static void Main(string[] args)
    {
        var settings = new Settings();
        var listener = new HttpListener();
        listener.Prefixes.Add("http://127.0.0.1:" + args[0] + "/");
        listener.Start();
        var workers = new List<Worker>();
        for (int i = 0; i < settings.Workers; i++) workers.Add(new Worker(listener, i));
        foreach (Worker worker in workers) worker.Start();
        foreach (Worker worker in workers) worker.Join();
    }
}
