// protocol: http
using System.IO;
using System.Net;

var listener = new HttpListener();
listener.Prefixes.Add($"http://127.0.0.1:{args[0]}/");
listener.Start();
Console.WriteLine("ready");
while (true)
{
    ThreadPool.QueueUserWorkItem(Handle, listener.GetContext()); // GT2001
}

static void Handle(object? state)
{
    var context = (HttpListenerContext)state!;
    string text = new StreamReader(context.Request.InputStream).ReadToEnd();
    Thread.Sleep(10);
    using var writer = new StreamWriter(context.Response.OutputStream);
    writer.Write(text);
}
