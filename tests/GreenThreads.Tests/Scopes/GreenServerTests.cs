using System.Net;
using System.Net.Sockets;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Bounded connections, isolated failures, draining.</summary>
public class GreenServerTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Connections_are_served_side_by_side()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        using var server = new GreenServer(listener, Echo);
        GreenThread.Run(() =>
        {
            using var scope = new GreenScope();
            for (int i = 0; i < 50; i++)
            {
                byte number = (byte)i;
                scope.Start(() =>
                {
                    using Socket client = Connect(listener);
                    byte[] buffer = new byte[1];
                    for (int n = 0; n < 5; n++)
                    {
                        client.Send([number]);
                        Assert.Equal(1, client.Receive(buffer));
                        Assert.Equal(number, buffer[0]);
                    }
                });
            }
        });
        Assert.Equal(50, server.Accepted);
        Assert.True(server.Stop());
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public void A_failing_connection_leaves_the_others_alone()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        var errors = new List<Exception>();
        using var server = new GreenServer(listener, socket =>
        {
            if (socket.Receive(new byte[1]) == 1) throw new InvalidDataException("bad request");
        });
        server.Error += (_, args) =>
        {
            Assert.True(args.IsConnection);
            lock (errors) errors.Add(args.Exception);
        };
        GreenThread.Run(() =>
        {
            using Socket quiet = Connect(listener);
            for (int i = 0; i < 3; i++)
            {
                using Socket bad = Connect(listener);
                bad.Send([1]);
                Assert.Equal(0, bad.Receive(new byte[1])); // closed by the server
            }
            SpinWait.SpinUntil(() => server.Connections == 1, s_long);
            Assert.Equal(1, server.Connections);
        });
        Assert.Equal(3, server.Failures);
        Assert.All(errors, error => Assert.Equal("bad request", error.Message));
        Assert.Equal(3, errors.Count);
    }

    [Fact]
    public void No_more_than_the_bound_are_served_and_the_rest_waits()
    {
        int served = 0;
        int most = 0;
        var listener = new TcpListener(IPAddress.Loopback, 0);
        using var server = new GreenServer(
            listener,
            socket =>
            {
                int now = Interlocked.Increment(ref served);
                int seen;
                while (now > (seen = Volatile.Read(ref most))) Interlocked.CompareExchange(ref most, now, seen);
                Echo(socket);
                Interlocked.Decrement(ref served);
            },
            new GreenServerOptions { MaxConnections = 2 });
        GreenThread.Run(() =>
        {
            using var scope = new GreenScope();
            for (int i = 0; i < 20; i++)
            {
                scope.Start(() =>
                {
                    using Socket client = Connect(listener);
                    client.Send([1]);
                    Assert.Equal(1, client.Receive(new byte[1]));
                    GreenThread.Sleep(1);
                });
            }
        });
        Assert.Equal(2, most);
        Assert.Equal(20, server.Accepted);
    }

    [Fact]
    public void Stop_lets_the_connections_end_by_themselves()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        using var server = new GreenServer(listener, Echo);
        EndPoint address = listener.LocalEndpoint;
        GreenThread.Run(() =>
        {
            using var scope = new GreenScope();
            Socket client = Connect(listener);
            client.Send([1]);
            client.Receive(new byte[1]);
            GreenThread<bool> stop = scope.Start(server.Stop);
            SpinWait.SpinUntil(() => stop.State == GreenThreadState.Parked, s_long);
            client.Send([2]);
            Assert.Equal(1, client.Receive(new byte[1])); // still served
            client.Dispose();
            Assert.True(stop.Result);
        });
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.ThrowsAny<SocketException>(() => late.Connect(address));
    }

    [Fact]
    public void Connections_that_do_not_end_in_time_are_cancelled()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        using var server = new GreenServer(listener, Echo, new GreenServerOptions { DrainTimeout = TimeSpan.FromMilliseconds(20) });
        GreenThread.Run(() =>
        {
            using Socket client = Connect(listener);
            client.Send([1]);
            client.Receive(new byte[1]);
            Assert.False(server.Stop());
            Assert.Equal(0, client.Receive(new byte[1]));
        });
        Assert.Equal(0, server.Failures);
    }

    [Fact]
    public void A_handler_cannot_wait_for_the_end_of_its_server_but_begin_it()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        GreenServer? self = null;
        using var server = new GreenServer(listener, _ =>
        {
            Expect.Throws<InvalidOperationException>(() => self!.Stop());
            self!.BeginStop();
        });
        self = server;
        using (Connect(listener)) Assert.True(server.Stop());
        Assert.Equal(0, server.Failures);
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_their_value()
    {
        var options = new GreenServerOptions();
        Assert.Equal(0, Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxConnections = 0).ActualValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.DrainTimeout = TimeSpan.FromSeconds(-3));
        Assert.Throws<ArgumentNullException>(() => new GreenServer((Socket)null!, Echo));
        Assert.Throws<ArgumentNullException>(() => new GreenServer((TcpListener)null!, Echo));
    }

    private static Socket Connect(TcpListener listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndpoint);
        return client;
    }

    private static void Echo(Socket socket)
    {
        byte[] buffer = new byte[64];
        int count;
        while ((count = socket.Receive(buffer)) > 0) socket.Send(buffer, 0, count, SocketFlags.None);
    }
}
