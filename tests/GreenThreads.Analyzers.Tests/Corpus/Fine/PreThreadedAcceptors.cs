using System.Net;
using System.Net.Sockets;

const int Acceptors = 8;
var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0])));
listener.Listen(100);
var threads = new Thread[Acceptors];
for (int i = 0; i < threads.Length; i++)
{
    threads[i] = new Thread(AcceptAndServe);
    threads[i].Start();
}
foreach (Thread thread in threads) thread.Join();

void AcceptAndServe()
{
    var buffer = new byte[100];
    while (true)
    {
        using Socket client = listener.Accept();
        int n;
        while ((n = client.Receive(buffer)) > 0) client.Send(buffer, 0, n, SocketFlags.None);
    }
}
