using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Bench.Compare;

/// <summary>TCP echo, written with blocking calls: on green threads, and the same code on OS threads.</summary>
internal static class GreenEcho
{
    internal const int Connections = 100;
    internal const int Bytes = 64;

    /// <summary>Microseconds for each round trip, all connections at once, on green threads.</summary>
    internal static double Measure(int size) => GreenThread.Run(() =>
    {
        using Socket listener = Listen();
        GreenThread acceptor = GreenThread.Start(() => Accept(listener));
        var clients = new GreenThread[Connections];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < clients.Length; i++) clients[i] = GreenThread.Start(() => Drive((IPEndPoint)listener.LocalEndPoint!, size / Connections));
        foreach (GreenThread client in clients) client.Join();
        double time = Stopwatch.GetElapsedTime(start).TotalMicroseconds / size;
        acceptor.Join();
        return time;
    });

    internal static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Connections);
        return listener;
    }

    private static void Accept(Socket listener)
    {
        for (int i = 0; i < Connections; i++)
        {
            Socket socket = listener.Accept();
            GreenThread.Start(() => Serve(socket));
        }
    }

    internal static void Serve(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            byte[] buffer = new byte[Bytes];
            for (int count; (count = socket.Receive(buffer, 0, Bytes, SocketFlags.None)) > 0;) socket.Send(buffer, 0, count, SocketFlags.None);
        }
    }

    internal static void Drive(IPEndPoint server, int roundTrips)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        byte[] buffer = new byte[Bytes];
        for (int i = 0; i < roundTrips; i++)
        {
            socket.Send(buffer, 0, Bytes, SocketFlags.None);
            for (int received = 0; received < Bytes;)
            {
                int count = socket.Receive(buffer, received, Bytes - received, SocketFlags.None);
                if (count == 0) throw new EndOfStreamException("The server closed the connection.");
                received += count;
            }
        }
    }
}
