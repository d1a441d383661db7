// protocol: http
using System;
using System.IO;
using System.Net;
using System.Threading;

class WebServer
{
    private readonly HttpListener _listener = new HttpListener();

    static void Main(string[] args)
    {
        new WebServer().Start("http://127.0.0.1:" + args[0] + "/");
    }

    void Start(string prefix)
    {
        _listener.Prefixes.Add(prefix);
        _listener.Start();
        Console.WriteLine("ready");
        while (_listener.IsListening)
        {
            HttpListenerContext context = _listener.GetContext();
            Thread thread = new Thread(() => Process(context)); // GT2001
            thread.Start();
        }
    }

    void Process(HttpListenerContext context)
    {
        using (StreamReader reader = new StreamReader(context.Request.InputStream))
        using (StreamWriter writer = new StreamWriter(context.Response.OutputStream))
        {
            writer.Write(reader.ReadToEnd());
        }
    }
}
