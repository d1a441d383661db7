using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Net;

/// <summary>Many green threads on many sockets, and several on one: nothing is lost, nothing waits for ever.</summary>
public class SocketWaitTests
{
    [Fact]
    public void A_large_send_arrives_whole_at_a_slow_reader()
    {
        const int Bytes = 64 << 20;
        using var pair = new TcpPair();
        pair.There.ReceiveBufferSize = 65536;
        byte[] data = new byte[Bytes];
        new Random(7).NextBytes(data);
        GreenThread<int> sender = GreenThread.Start(() =>
        {
            int sent = pair.Here.Send(data);
            pair.Here.Shutdown(SocketShutdown.Send);
            return sent;
        });
        GreenThread<byte[]> receiver = GreenThread.Start(() =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[50_000];
            int received;
            while ((received = pair.There.Receive(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, received);
                GreenThread.Yield();
            }
            return hash.GetHashAndReset();
        });
        Assert.Equal(Bytes, sender.Result);
        Assert.Equal(SHA256.HashData(data), receiver.Result);
    }

    [Fact]
    public void A_stream_write_of_several_buffers_arrives_in_order()
    {
        using var pair = new TcpPair();
        ArraySegment<byte>[] pieces = [.. Enumerable.Range(0, 200).Select(i => new ArraySegment<byte>([.. Enumerable.Repeat((byte)i, 10_000)]))];
        GreenThread<int> sender = GreenThread.Start(() => pair.Here.Send(pieces));
        byte[] all = new byte[2_000_000];
        GreenThread.Run(() => new NetworkStream(pair.There).ReadExactly(all, 0, all.Length));
        Assert.Equal(2_000_000, sender.Result);
        Assert.Equal(pieces.SelectMany(p => p).ToArray(), all);
    }

    [Fact]
    public void A_thousand_connections_echo_at_once()
    {
        const int Connections = 1000;
        const int Rounds = 20;
        using var server = new EchoServer();
        var clients = new List<GreenThread<long>>();
        for (int i = 0; i < Connections; i++)
        {
            byte id = (byte)i;
            clients.Add(GreenThread.Start(() => Ping(server.EndPoint, Rounds, id)));
        }
        long total = 0;
        foreach (GreenThread<long> client in clients) total += client.Result;
        Assert.Equal((long)Connections * Rounds * 64, total);
        server.Stop();
        Assert.Equal(Connections, server.Served);
    }

    [Fact]
    public void Several_acceptors_of_one_listener_share_the_connections()
    {
        const int Acceptors = 8;
        const int Connections = 400;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(Connections);
        int accepted = 0;
        var acceptors = new List<GreenThread>();
        for (int i = 0; i < Acceptors; i++)
        {
            acceptors.Add(GreenThread.Start(() =>
            {
                try
                {
                    while (true)
                    {
                        using Socket connection = listener.AcceptSocket();
                        Interlocked.Increment(ref accepted);
                        connection.Send(new byte[] { 1 });
                    }
                }
                catch (SocketException stopped) when (stopped.SocketErrorCode == SocketError.Interrupted)
                {
                }
                catch (InvalidOperationException)
                {
                    // between two accepts when the listener was stopped
                }
            }));
        }
        var port = (IPEndPoint)listener.LocalEndpoint;
        var clients = new List<GreenThread<int>>();
        for (int i = 0; i < Connections; i++)
        {
            clients.Add(GreenThread.Start(() =>
            {
                using Socket socket = TcpPair.NewSocket();
                socket.Connect(port);
                return socket.Receive(new byte[1]);
            }));
        }
        foreach (GreenThread<int> client in clients) Assert.Equal(1, client.Result);
        GreenThread.Run(() => listener.Stop());
        foreach (GreenThread acceptor in acceptors) acceptor.Join();
        Assert.Equal(Connections, accepted);
    }

    [Fact]
    public void Several_readers_of_one_socket_lose_nothing() => Seeds.Each(3, (random, _) =>
    {
        const int Readers = 5;
        const int Bytes = 20_000;
        using var pair = new TcpPair();
        var readers = new List<GreenThread<long>>();
        for (int i = 0; i < Readers; i++)
        {
            readers.Add(GreenThread.Start(() =>
            {
                byte[] buffer = new byte[3];
                long count = 0;
                int received;
                while ((received = pair.Here.Receive(buffer)) > 0) count += received;
                return count;
            }));
        }
        byte[] data = new byte[50];
        int left = Bytes;
        while (left > 0)
        {
            int size = Math.Min(left, random.Next(1, data.Length));
            pair.There.Send(data, size, SocketFlags.None);
            left -= size;
            if (random.Next(4) == 0) Thread.Yield();
        }
        pair.There.Shutdown(SocketShutdown.Send);
        long total = 0;
        foreach (GreenThread<long> reader in readers) total += reader.Result;
        Assert.Equal(Bytes, total);
    });

    [Fact]
    public void Both_directions_of_one_socket_at_once()
    {
        const int Bytes = 8 << 20;
        using var pair = new TcpPair();
        GreenThread<int>[] threads =
        [
            GreenThread.Start(() => SendAll(pair.Here, Bytes)), GreenThread.Start(() => SendAll(pair.There, Bytes)),
            GreenThread.Start(() => ReceiveAll(pair.Here)), GreenThread.Start(() => ReceiveAll(pair.There)),
        ];
        foreach (GreenThread<int> thread in threads) Assert.Equal(Bytes, thread.Result);
    }

    [Fact]
    public void Close_releases_all_who_wait_on_the_socket()
    {
        using var pair = new TcpPair();
        var readers = new List<BlockedCall>();
        for (int i = 0; i < 10; i++) readers.Add(BlockedCall.Start(green: true, () => pair.Here.Receive(new byte[10])));
        foreach (BlockedCall reader in readers) reader.AwaitBlocked();
        GreenThread.Run(() => pair.Here.Close());
        foreach (BlockedCall reader in readers) Assert.Equal(SocketError.ConnectionAborted, reader.End().Error);
    }

    [Fact]
    public void A_descriptor_number_that_comes_again_belongs_to_the_new_socket()
    {
        for (int round = 0; round < 200; round++)
        {
            using var pair = new TcpPair();
            GreenThread<int> reader = GreenThread.Start(() => pair.Here.Receive(new byte[10]));
            if (round % 3 == 0) GreenThread.Yield();
            pair.There.Send(new byte[4]);
            Assert.Equal(4, reader.Result);
            if (round % 2 == 0) GreenThread.Run(() => pair.Here.Close());
        }
    }

    [Fact]
    public void An_interrupted_wait_leaves_the_socket_usable()
    {
        using var pair = new TcpPair();
        byte[] buffer = new byte[10];
        GreenThread thread = GreenThread.Start(() => { pair.Here.Receive(buffer); });
        while (thread.State != GreenThreadState.Parked) Thread.Yield();
        thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(thread.Join);
        pair.There.Send(new byte[3]);
        Assert.Equal(3, GreenThread.Run(() => pair.Here.Receive(buffer)));
        pair.Here.Close(); // would hang if the interrupted thread still held the handle
    }

    [Fact]
    public void Datagrams_are_waited_for()
    {
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint target = receiver.LocalEndPoint!;
        BlockedCall call = BlockedCall.Start(green: true, () =>
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int received = receiver.ReceiveFrom(new byte[10], ref from);
            return (received, from);
        });
        call.AwaitBlocked();
        GreenThread.Run(() => { sender.SendTo(new byte[6], target); });
        int port = ((IPEndPoint)sender.LocalEndPoint!).Port;
        Assert.Equal((6, (EndPoint)new IPEndPoint(IPAddress.Loopback, port)), call.End().Value);

        receiver.ReceiveTimeout = 30;
        EndPoint nobody = new IPEndPoint(IPAddress.Any, 0);
        Outcome late = Outcome.Of(() => GreenThread.Run(() => receiver.ReceiveFrom(new byte[10], ref nobody)));
        Assert.Equal(SocketError.TimedOut, late.Error);
    }

    private static long Ping(EndPoint server, int rounds, byte id)
    {
        using Socket socket = TcpPair.NewSocket();
        socket.Connect(server);
        byte[] buffer = new byte[64];
        long total = 0;
        for (int round = 0; round < rounds; round++)
        {
            buffer.AsSpan().Fill((byte)(id + round));
            socket.Send(buffer);
            int received = 0;
            while (received < buffer.Length)
            {
                int read = socket.Receive(buffer, received, buffer.Length - received, SocketFlags.None);
                Assert.NotEqual(0, read);
                received += read;
            }
            Assert.DoesNotContain(buffer, b => b != (byte)(id + round));
            total += received;
        }
        return total;
    }

    private static int SendAll(Socket socket, int bytes)
    {
        int sent = socket.Send(new byte[bytes]);
        socket.Shutdown(SocketShutdown.Send);
        return sent;
    }

    private static int ReceiveAll(Socket socket)
    {
        byte[] buffer = new byte[30_000];
        int total = 0;
        int received;
        while ((received = socket.Receive(buffer)) > 0) total += received;
        return total;
    }
}
