using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

public sealed class Server : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private Thread _acceptThread;
    private volatile bool _running;

    public void Start()
    {
        _running = true;
        _listener.Start();
        _acceptThread = new Thread(AcceptLoop) { Name = "accept", IsBackground = true };
        _acceptThread.Start();
    }

    private void AcceptLoop()
    {
        while (_running)
        {
            TcpClient client = _listener.AcceptTcpClient();
            _ = ServeAsync(client);
        }
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            byte[] buffer = new byte[256];
            NetworkStream stream = client.GetStream();
            int n;
            while ((n = await stream.ReadAsync(buffer)) > 0) await stream.WriteAsync(buffer.AsMemory(0, n));
        }
    }

    public void Dispose()
    {
        _running = false;
        _listener.Stop();
        _acceptThread.Join();
    }
}
