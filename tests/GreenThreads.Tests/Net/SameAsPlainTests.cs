using System.Net;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Tests.Net;

/// <summary>
/// The same call, once blocked on an OS thread and once on a green thread, and the same event: value, exception, error
/// code, message, the state of the socket and what the peer sees must be equal.
/// </summary>
public class SameAsPlainTests
{
    private const int LargeBytes = 64 << 20;

    private static readonly byte[] s_large = new byte[LargeBytes];

    private readonly byte[] _buffer = new byte[100];

    [Fact]
    public void Receive_that_data_ends() => Compare(s => s.Receive(_buffer), p => p.There.Send(new byte[7]));

    [Fact]
    public void Receive_that_the_peers_end_ends() => Compare(s => s.Receive(_buffer), p => p.There.Shutdown(SocketShutdown.Send));

    [Fact]
    public void Receive_that_a_reset_ends() => Compare(s => s.Receive(_buffer), p => p.Reset());

    [Fact]
    public void Receive_that_Close_ends() => Compare(s => s.Receive(_buffer), p => p.Here.Close());

    [Fact]
    public void Receive_that_Close_by_a_green_thread_ends() =>
        Compare(s => s.Receive(_buffer), p => GreenThread.Run(() => p.Here.Close()));

    [Fact]
    public void Receive_that_using_of_a_green_thread_ends() => Compare(s => s.Receive(_buffer), p => GreenThread.Run(() =>
    {
        using (p.Here)
        {
        }
    }));

    [Fact]
    public void Receive_that_an_abortive_Close_ends() => Compare(s => s.Receive(_buffer), p => p.Here.Close(0));

    [Fact]
    public void Receive_that_a_graceful_Close_ends() => Compare(s => s.Receive(_buffer), p => p.Here.Close(1));

    [Fact]
    public void Receive_that_Shutdown_of_receiving_ends() => Compare(s => s.Receive(_buffer), p => p.Here.Shutdown(SocketShutdown.Receive));

    [Fact]
    public void Receive_that_Shutdown_of_both_ends() => Compare(s => s.Receive(_buffer), p => p.Here.Shutdown(SocketShutdown.Both));

    [Fact]
    public void Receive_that_times_out() => Compare(s =>
    {
        s.ReceiveTimeout = 50;
        return s.Receive(_buffer);
    });

    [Fact]
    public void Receive_that_timed_out_can_be_repeated() => Compare(_ =>
    {
        using var pair = new TcpPair();
        pair.Here.ReceiveTimeout = 30;
        Outcome first = Outcome.Of(() => pair.Here.Receive(_buffer));
        pair.There.Send(new byte[5]);
        return (first.Error, pair.Here.Connected, pair.Here.Receive(_buffer), Outcome.Of(() => pair.Here.Receive(_buffer)).Error);
    });

    [Fact]
    public void Receive_with_an_error_parameter_that_Close_ends() => Compare(
        s => (s.Receive(_buffer, 1, 9, SocketFlags.None, out SocketError error), error), p => p.Here.Close());

    [Fact]
    public void Receive_with_an_error_parameter_that_data_ends() => Compare(
        s => (s.Receive(_buffer, 1, 9, SocketFlags.None, out SocketError error), error), p => p.There.Send(new byte[5]));

    [Fact]
    public void Receive_of_nothing_that_data_ends() => Compare(
        s => (s.Receive(_buffer, 0, SocketFlags.None), s.Available), p => p.There.Send(new byte[3]));

    [Fact]
    public void Receive_that_peeks() => Compare(
        s => (s.Receive(_buffer, SocketFlags.Peek), s.Available), p => p.There.Send(new byte[3]));

    [Fact]
    public void Receive_into_a_span() => Compare(s => s.Receive(_buffer.AsSpan(2, 10)), p => p.There.Send(new byte[30]));

    [Fact]
    public void Receive_into_a_span_that_Close_ends() => Compare(s => s.Receive(_buffer.AsSpan(2, 10)), p => p.Here.Close());

    [Fact]
    public void Receive_into_a_span_with_an_error_parameter_that_a_reset_ends() => Compare(
        s => (s.Receive(_buffer.AsSpan(), SocketFlags.None, out SocketError error), error), p => p.Reset());

    [Fact]
    public void Receive_into_several_buffers() => Compare(s =>
    {
        ArraySegment<byte>[] buffers = [new byte[2], new byte[3], new byte[10]];
        int received = s.Receive(buffers);
        return (received, string.Join('-', buffers.SelectMany(b => b)));
    }, p => p.There.Send(new byte[] { 1, 2, 3, 4, 5, 6, 7 }));

    [Fact]
    public void Receive_into_several_buffers_that_Close_ends() => Compare(
        s => (s.Receive([_buffer], SocketFlags.None, out SocketError error), error), p => p.Here.Close());

    [Fact]
    public void Receive_in_non_blocking_mode() => Compare(s =>
    {
        s.Blocking = false;
        return s.Receive(_buffer);
    });

    [Fact]
    public void Receive_on_a_socket_that_was_used_asynchronously() => Compare(_ =>
    {
        using var pair = new TcpPair();
        using (var cancelled = new CancellationTokenSource(20))
        {
            Outcome.Of(() => pair.Here.ReceiveAsync(_buffer.AsMemory(), cancelled.Token).AsTask().GetAwaiter().GetResult());
        }
        pair.Here.ReceiveTimeout = 30;
        Outcome late = Outcome.Of(() => pair.Here.Receive(_buffer));
        pair.There.Send(new byte[5]);
        return (late.Error, pair.Here.Receive(_buffer));
    });

    [Fact]
    public void Receive_on_a_disposed_socket() => Compare(s =>
    {
        s.Dispose();
        return s.Receive(_buffer);
    });

    [Fact]
    public void Receive_on_an_unconnected_socket() => Compare(_ =>
    {
        using Socket socket = TcpPair.NewSocket();
        return socket.Receive(_buffer);
    });

    [Fact]
    public void Receive_with_bad_arguments() => Compare(s => string.Join('|',
        Outcome.Of(() => s.Receive((byte[])null!)),
        Outcome.Of(() => s.Receive(_buffer, 200, SocketFlags.None)),
        Outcome.Of(() => s.Receive(_buffer, -1, 1, SocketFlags.None)),
        Outcome.Of(() => s.Receive((IList<ArraySegment<byte>>)null!)),
        Outcome.Of(() => s.Receive(Array.Empty<ArraySegment<byte>>()))));

    [Fact]
    public void Send_that_Close_ends() => Compare(s => s.Send(s_large), p => p.Here.Close());

    [Fact]
    public void Send_with_an_error_parameter_that_Close_ends() => Compare(
        s => (s.Send(s_large, 0, LargeBytes, SocketFlags.None, out SocketError error), error), p => p.Here.Close());

    [Fact]
    public void Send_that_Shutdown_ends() => Compare(s => s.Send(s_large), p => p.Here.Shutdown(SocketShutdown.Send), exactErrors: false);

    [Fact]
    public void Send_that_a_reset_ends() => Compare(s => s.Send(s_large), p => p.Reset(), exactErrors: false);

    [Fact]
    public void Send_that_times_out() => Compare(s =>
    {
        s.SendTimeout = 100;
        return s.Send(s_large);
    });

    [Fact]
    public void Send_of_nothing() => Compare(s => (s.Send(Array.Empty<byte>()), s.Send(_buffer, 0, SocketFlags.None), s.Send(ReadOnlySpan<byte>.Empty)));

    [Fact]
    public void Send_on_an_unconnected_socket() => Compare(_ =>
    {
        using Socket socket = TcpPair.NewSocket();
        return socket.Send(_buffer);
    });

    [Fact]
    public void Send_after_a_reset() => Compare(s =>
    {
        Outcome first = Outcome.Of(() => s.Receive(_buffer));
        return (first, Outcome.Of(() => s.Send(_buffer)), s.Connected);
    }, p => p.Reset());

    [Fact]
    public void Stream_read_that_data_ends() => Compare(s => new NetworkStream(s).Read(_buffer, 3, 50), p => p.There.Send(new byte[7]));

    [Fact]
    public void Stream_read_that_Close_ends() => Compare(s => new NetworkStream(s).Read(_buffer, 0, 100), p => p.Here.Close());

    [Fact]
    public void Stream_read_that_a_reset_ends() => Compare(s => new NetworkStream(s).Read(_buffer, 0, 100), p => p.Reset());

    [Fact]
    public void Stream_read_into_a_span_that_a_reset_ends() => Compare(s => new NetworkStream(s).Read(_buffer.AsSpan()), p => p.Reset());

    [Fact]
    public void Stream_read_that_times_out() => Compare(s => new NetworkStream(s) { ReadTimeout = 50 }.Read(_buffer, 0, 100));

    // Disposing shuts the connection down first: whether the reader sees the end or the disposed socket is a race in .NET.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stream_read_is_ended_by_disposing_of_the_stream(bool green)
    {
        using var pair = new TcpPair();
        var stream = new NetworkStream(pair.Here, ownsSocket: true);
        BlockedCall blocked = BlockedCall.Start(green, () => stream.Read(_buffer, 0, 100));
        blocked.AwaitBlocked();
        if (green) GreenThread.Run(stream.Dispose);
        else stream.Dispose();
        Outcome outcome = blocked.End();
        Assert.True(
            outcome.Value is 0 || (outcome.Exception == typeof(IOException) && outcome.Error == SocketError.ConnectionAborted),
            outcome.ToString());
    }

    [Fact]
    public void Stream_reads_of_single_bytes() => Compare(s =>
    {
        var stream = new NetworkStream(s);
        return (stream.ReadByte(), stream.ReadByte(), stream.ReadByte());
    }, p =>
    {
        p.There.Send(new byte[] { 7, 8 });
        p.There.Shutdown(SocketShutdown.Send);
    });

    [Fact]
    public void Stream_read_exactly_that_ends_early() => Compare(s =>
    {
        new NetworkStream(s).ReadExactly(_buffer, 0, 50);
        return null;
    }, p =>
    {
        p.There.Send(new byte[20]);
        p.There.Shutdown(SocketShutdown.Send);
    });

    [Fact]
    public void Stream_read_at_least() => Compare(s => new NetworkStream(s).ReadAtLeast(_buffer, 5, throwOnEndOfStream: false), p =>
    {
        p.There.Send(new byte[3]);
        p.There.Shutdown(SocketShutdown.Send);
    });

    [Fact]
    public void Stream_write_that_a_reset_ends() => Compare(s =>
    {
        new NetworkStream(s).Write(s_large, 0, LargeBytes);
        return null;
    }, p => p.Reset(), exactErrors: false);

    [Fact]
    public void Stream_with_bad_arguments() => Compare(s =>
    {
        using Stream stream = new NetworkStream(s, FileAccess.Write);
        return string.Join('|',
            Outcome.Of(() => stream.Read(_buffer, 0, 1)),
            Outcome.Of(() => stream.Read(null!, 0, 1)),
            Outcome.Of(() => new NetworkStream(s).Read(_buffer, 99, 2)));
    });

    [Fact]
    public void Stream_copy() => Compare(s =>
    {
        using var copy = new MemoryStream();
        new NetworkStream(s).CopyTo(copy);
        return string.Join('-', copy.ToArray());
    }, p =>
    {
        p.There.Send(new byte[] { 1, 2, 3 });
        p.There.Send(new byte[] { 4, 5 });
        p.There.Shutdown(SocketShutdown.Send);
    });

    [Fact]
    public void Accept_that_a_client_ends() => CompareAccept(l => l.AcceptTcpClient().Connected, Connect);

    [Fact]
    public void Accept_of_a_socket_that_a_client_ends() => CompareAccept(l => l.AcceptSocket().Connected, Connect);

    [Fact]
    public void Accept_that_Stop_ends() => CompareAccept(l => l.AcceptTcpClient(), l => l.Stop());

    [Fact]
    public void Accept_that_Stop_by_a_green_thread_ends() => CompareAccept(l => l.AcceptTcpClient(), l => GreenThread.Run(() => l.Stop()));

    [Fact]
    public void Accept_that_Shutdown_ends() => CompareAccept(l => l.AcceptSocket(), l => l.Server.Shutdown(SocketShutdown.Both));

    [Fact]
    public void Accept_of_a_stopped_listener() => CompareAccept(l =>
    {
        l.Stop();
        return l.AcceptSocket();
    });

    [Fact]
    public void Accept_of_a_socket_that_does_not_listen() => Compare(s => s.Accept());

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public void Connect_to_a_closed_port(string host)
    {
        int port = ClosedPort();
        Compare(_ =>
        {
            using Socket socket = TcpPair.NewSocket();
            socket.Connect(host, port);
            return null;
        });
        Compare(_ => new TcpClient(host, port));
    }

    [Fact]
    public void Connect_to_a_closed_port_again()
    {
        int port = ClosedPort();
        Compare(_ =>
        {
            using Socket socket = TcpPair.NewSocket();
            Outcome first = Outcome.Of(() => Connect(socket, port));
            return (first.Error, Outcome.Of(() => Connect(socket, port)).Error);
        });
    }

    [Fact]
    public void Connect_to_an_unknown_host() => Compare(_ => new TcpClient("no-such-host.invalid", 80));

    [Fact]
    public void Connect_with_bad_arguments() => Compare(s => string.Join('|',
        Outcome.Of(() => Connect(s, 80)),
        Outcome.Of(() => Connect(TcpPair.NewSocket(), 70000)),
        Outcome.Of(() => new TcpClient(null!, 80)),
        Outcome.Of(() =>
        {
            TcpPair.NewSocket().Connect((EndPoint)null!);
            return null;
        }),
        Outcome.Of(() =>
        {
            TcpPair.NewSocket().Connect(IPAddress.IPv6Loopback, 80);
            return null;
        })));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public void Connect_that_succeeds(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Compare(_ =>
        {
            using var client = new TcpClient(host, port);
            using Socket accepted = listener.AcceptSocket();
            client.GetStream().Write(new byte[] { 1, 2, 3 }, 0, 3);
            return (client.Connected, client.Client.RemoteEndPoint, accepted.Receive(_buffer), accepted.RemoteEndPoint!.Equals(client.Client.LocalEndPoint));
        });
        Compare(_ =>
        {
            using Socket socket = TcpPair.NewSocket();
            socket.Connect(host, port);
            using Socket accepted = listener.AcceptSocket();
            return (socket.Connected, socket.RemoteEndPoint, socket.Send(new byte[9]), accepted.Receive(_buffer));
        });
    }

    private static object? Connect(Socket socket, int port)
    {
        socket.Connect(IPAddress.Loopback, port);
        return null;
    }

    private static void Connect(TcpListener listener)
    {
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
    }

    private static int ClosedPort()
    {
        using Socket socket = TcpPair.NewSocket();
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    // exactErrors: .NET reports the failure of a send that has sent something as a timeout; the asynchronous twin, which
    // does not say how much it has sent, reports the failure itself. Its messages lack the address.
    private static void Compare(Func<Socket, object?> call, Action<TcpPair>? whenBlocked = null, bool exactErrors = true)
    {
        Outcome plain = Make(call, whenBlocked, green: false);
        Outcome green = Make(call, whenBlocked, green: true);
        if (SocketCalls.HasPoller) Assert.Equal(plain, green);
        else if (exactErrors) Assert.Equal(plain with { Message = null }, green with { Message = null });
        else Assert.Equal((plain.Exception, plain.Inner), (green.Exception, green.Inner));
    }

    private static Outcome Make(Func<Socket, object?> call, Action<TcpPair>? whenBlocked, bool green)
    {
        using var pair = new TcpPair();
        BlockedCall blocked = BlockedCall.Start(green, () => call(pair.Here));
        if (whenBlocked is not null)
        {
            blocked.AwaitBlocked();
            whenBlocked(pair);
        }
        Outcome outcome = blocked.End();
        return outcome with { Value = (outcome.Value, pair.Here.Connected, WhatThePeerSees(pair.There)) };
    }

    private static string WhatThePeerSees(Socket peer)
    {
        Outcome outcome = Outcome.Of(() =>
        {
            peer.ReceiveTimeout = 20;
            var buffer = new byte[1 << 16];
            while (peer.Receive(buffer) > 0)
            {
            }
            return "end";
        });
        return outcome.Value as string ?? $"{outcome.Exception} {outcome.Error}";
    }

    private static void CompareAccept(Func<TcpListener, object?> call, Action<TcpListener>? whenBlocked = null) =>
        Assert.Equal(Accept(call, whenBlocked, green: false), Accept(call, whenBlocked, green: true));

    private static Outcome Accept(Func<TcpListener, object?> call, Action<TcpListener>? whenBlocked, bool green)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        BlockedCall blocked = BlockedCall.Start(green, () => call(listener));
        if (whenBlocked is not null)
        {
            blocked.AwaitBlocked();
            whenBlocked(listener);
        }
        return blocked.End();
    }
}
