using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GreenThreads.Bench;

/// <summary>Round trips between two green threads over a loop-back connection: time and allocation.</summary>
internal static class EchoBench
{
    private const int RoundTrips = 1_000_000;
    private const int WarmUpRoundTrips = 50_000;
    private const int Rounds = 3;
    private const int MessageBytes = 64;

    /// <summary>A million round trips.</summary>
    internal static IEnumerable<Row> Run()
    {
        (double[] bytes, double[] microseconds) = GreenThread.Run(PingPong);
        yield return new Row("echo round trip, 64 bytes, loop-back", "bytes allocated", bytes, 0.1);
        yield return new Row("echo round trip, 64 bytes, loop-back", "us", microseconds);
    }

    private static (double[] Bytes, double[] Microseconds) PingPong()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        GreenThread server = GreenThread.Start(() => Echo(listener));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect((IPEndPoint)listener.LocalEndPoint!);
        byte[] message = new byte[MessageBytes];
        byte[] echo = new byte[MessageBytes];
        Drive(client, message, echo, WarmUpRoundTrips);

        var bytes = new double[Rounds];
        var microseconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            long start = Stopwatch.GetTimestamp();
            Drive(client, message, echo, RoundTrips);
            microseconds[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / RoundTrips;
            bytes[round] = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)RoundTrips;
        }
        client.Dispose();
        server.Join();
        return (bytes, microseconds);
    }

    // One method for all round trips: a method that is called for each would have a frame of its own, made at its first wait.
    private static void Drive(Socket socket, byte[] message, byte[] echo, int count)
    {
        for (int i = 0; i < count; i++)
        {
            message[0]++;
            for (int sent = 0; sent < message.Length;) sent += socket.Send(message, sent, message.Length - sent, SocketFlags.None);
            for (int received = 0; received < echo.Length;)
            {
                int part = socket.Receive(echo, received, echo.Length - received, SocketFlags.None);
                if (part == 0) throw new EndOfStreamException("The server closed the connection.");
                received += part;
            }
            if (echo[0] != message[0]) throw new InvalidDataException("The echo is not what was sent.");
        }
    }

    private static void Echo(Socket listener)
    {
        using Socket socket = listener.Accept();
        socket.NoDelay = true;
        byte[] buffer = new byte[512];
        int received;
        while ((received = socket.Receive(buffer)) > 0)
            for (int sent = 0; sent < received;)
                sent += socket.Send(buffer, sent, received - sent, SocketFlags.None);
    }
}
