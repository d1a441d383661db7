using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Tests.Net;

/// <summary>The steady path of receive and send allocates nothing.</summary>
public class SocketAllocationTests
{
    // What the test framework and the runtime allocate in the background meanwhile.
    private const int NoiseBytes = 100_000;

    [Fact]
    public void Round_trips_allocate_nothing()
    {
        if (!SocketCalls.HasPoller) return; // a twin costs a task now and then
        const int Rounds = 20_000;
        using var pair = new TcpPair();
        GreenThread echo = GreenThread.Start(() =>
        {
            byte[] buffer = new byte[512];
            int received;
            while ((received = pair.There.Receive(buffer)) > 0) pair.There.Send(buffer, received, SocketFlags.None);
        });
        long allocated = GreenThread.Run(() =>
        {
            byte[] buffer = new byte[64];
            RoundTrips(pair.Here, buffer, Rounds / 4); // frames' classes, descriptors, the pool of the carrier
            long before = GC.GetTotalAllocatedBytes(precise: true);
            RoundTrips(pair.Here, buffer, Rounds);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        pair.Here.Shutdown(SocketShutdown.Send);
        echo.Join();
        Assert.True(allocated < NoiseBytes, $"{Rounds} round trips allocated {allocated} bytes");
    }

    private static void RoundTrips(Socket socket, byte[] buffer, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            socket.Send(buffer);
            int received = 0;
            while (received < buffer.Length) received += socket.Receive(buffer, received, buffer.Length - received, SocketFlags.None);
        }
    }
}
