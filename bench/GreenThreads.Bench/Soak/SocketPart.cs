using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Bench.Soak;

/// <summary>Connections that come and go: echoes of random length, interrupts in the middle, sockets closed under a waiting thread.</summary>
internal sealed class SocketPart(int seed, long until, Victims victims) : SoakPart(seed, until, victims)
{
    private const int Connections = 40;
    private const int MaxBytes = 20_000;

    /// <inheritdoc/>
    internal override void Run()
    {
        while (!IsOver)
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(Connections);
            var address = (IPEndPoint)listener.LocalEndPoint!;
            GreenThread server = GreenThread.Start(() => Serve(listener));
            var clients = new GreenThread[Connections];
            for (int i = 0; i < clients.Length; i++)
            {
                int mark = Random.Next();
                clients[i] = GreenThread.Start(() => Drive(address, new Random(mark)));
                if (i % 4 == 0) Victims.Expose(clients[i], mark);
            }
            foreach (GreenThread client in clients) client.Join();
            listener.Close(); // ends the waiting accept
            server.Join();
        }
    }

    private static void Serve(Socket listener)
    {
        var serving = new List<GreenThread>();
        try
        {
            while (true)
            {
                Socket socket = listener.Accept();
                serving.Add(GreenThread.Start(() => Echo(socket)));
            }
        }
        catch (SocketException)
        {
            // closed
        }
        catch (ObjectDisposedException)
        {
            // closed
        }
        foreach (GreenThread thread in serving) thread.Join();
    }

    private static void Echo(Socket socket)
    {
        using (socket)
        {
            byte[] buffer = new byte[4096];
            try
            {
                for (int count; (count = socket.Receive(buffer, 0, buffer.Length, SocketFlags.None)) > 0;)
                    for (int sent = 0; sent < count;) sent += socket.Send(buffer, sent, count - sent, SocketFlags.None);
            }
            catch (SocketException)
            {
                // the client has gone in the middle
            }
        }
    }

    private static void Drive(IPEndPoint server, Random random)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(server);
            byte[] sent = new byte[1 + random.Next(MaxBytes)];
            byte[] back = new byte[sent.Length];
            for (int i = random.Next(20); i > 0; i--)
            {
                random.NextBytes(sent);
                GreenThread sender = GreenThread.Start(() => SendAll(socket, sent));
                for (int received = 0; received < back.Length;)
                {
                    int count = socket.Receive(back, received, back.Length - received, SocketFlags.None);
                    if (count == 0) throw new InvalidOperationException("The server closed the connection.");
                    received += count;
                }
                sender.Join();
                Require(sent.AsSpan().SequenceEqual(back), "The echo is not what was sent.");
                if (random.Next(10) == 0) GreenThread.Sleep(random.Next(5));
            }
        }
        catch (ThreadInterruptedException)
        {
            // goes in the middle
        }
    }

    private static void SendAll(Socket socket, byte[] bytes)
    {
        try
        {
            for (int sent = 0; sent < bytes.Length;) sent += socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // the socket was closed by its interrupted owner
        }
    }
}
