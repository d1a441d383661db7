using System.Net;

var listener = new HttpListener();
listener.Prefixes.Add($"http://127.0.0.1:{args[0]}/");
listener.Start();
int requests = 0;
using var timer = new Timer(_ => Console.WriteLine($"{Interlocked.Exchange(ref requests, 0)} requests"), null, 1000, 1000);
while (true)
{
    HttpListenerContext context = listener.GetContext();
    Interlocked.Increment(ref requests);
    int number = requests;
    ThreadPool.QueueUserWorkItem(_ => Count(number));
    context.Response.Close();
}

static void Count(int number)
{
    long sum = 0;
    for (int i = 0; i < number; i++) sum += i;
    Console.WriteLine(sum);
}
