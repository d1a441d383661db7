using System.Net.Sockets;
using System.Runtime.CompilerServices;
using GreenThreads.Diagnostics;
using GreenThreads.Net;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Net;

/// <summary>Everything that can end a wait, at the same time, in random order: nobody hangs, no byte is lost, no handle stays held.</summary>
public class SocketStressTests
{
    [Fact]
    public void Timeouts_race_with_data_and_lose_none() => Seeds.Each(5, (random, _) =>
    {
        const int Bytes = 300;
        using var pair = new TcpPair();
        pair.Here.ReceiveTimeout = 1;
        GreenThread<int> reader = GreenThread.Start(() => CountWithTimeouts(pair.Here));
        for (int sent = 0; sent < Bytes; sent++)
        {
            pair.There.Send(new byte[1]);
            if (random.Next(3) == 0) Thread.Sleep(random.Next(3)); // lets some of the waits expire
        }
        pair.There.Shutdown(SocketShutdown.Send);
        Assert.Equal(Bytes, reader.Result);
    });

    [Fact]
    public void Interrupts_race_with_data_and_lose_none() => Seeds.Each(5, (random, _) =>
    {
        const int Bytes = 200;
        using var pair = new TcpPair();
        GreenThread<int> reader = GreenThread.Start(() => CountWithInterrupts(pair.Here));
        for (int sent = 0; sent < Bytes; sent++)
        {
            if (random.Next(2) == 0) reader.Interrupt();
            if (random.Next(2) == 0) Thread.Yield();
            pair.There.Send(new byte[1]);
        }
        pair.There.Shutdown(SocketShutdown.Send);
        Assert.Equal(Bytes, reader.Result);
        pair.Here.Close(); // would hang if an interrupted wait still held the handle
    });

    [Fact]
    public void The_end_of_a_connection_is_seen_after_its_data() => Seeds.Each(400, (random, _) =>
    {
        using var pair = new TcpPair();
        int bytes = random.Next(1, 200);
        GreenThread<int> reader = GreenThread.Start(() => CountWithTimeouts(pair.Here));
        if (random.Next(2) == 0) Thread.Yield();
        pair.There.Send(new byte[bytes]);
        if (random.Next(2) == 0) Thread.Yield();
        pair.There.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, reader.Result);
    });

    [Fact]
    public void A_socket_that_nobody_holds_any_more_is_closed()
    {
        Socket peer = ReceiveOnAForgottenSocket();
        peer.ReceiveTimeout = 50;
        for (int tries = 0; tries < 200; tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Outcome outcome = Outcome.Of(() => peer.Receive(new byte[1]));
            if (outcome.Error == SocketError.TimedOut) continue;
            Assert.True(outcome.Value is 0 || outcome.Error == SocketError.ConnectionReset, outcome.ToString());
            return;
        }
        Assert.Fail("the socket is still open");
    }

    [Fact]
    public void Close_races_with_receives_and_sends() => Seeds.Each(30, (random, _) =>
    {
        using var pair = new TcpPair();
        var calls = new List<GreenThread<SocketError>>();
        for (int i = 0; i < 6; i++)
        {
            bool reading = random.Next(2) == 0;
            calls.Add(GreenThread.Start(() => reading ? ReceiveUntilError(pair.Here) : SendUntilError(pair.Here)));
        }
        int yields = random.Next(50);
        bool green = random.Next(2) == 0;
        for (int i = 0; i < yields; i++) Thread.Yield();
        if (green) GreenThread.Run(() => pair.Here.Dispose());
        else pair.Here.Dispose();
        foreach (GreenThread<SocketError> call in calls)
        {
            Assert.Contains(call.Result, new[] { SocketError.ConnectionAborted, SocketError.NotSocket });
        }
    });

    [Fact]
    public void Connections_come_and_go_while_numbers_are_reused() => Seeds.Each(3, (random, _) =>
    {
        using var server = new EchoServer();
        var clients = new List<GreenThread>();
        for (int i = 0; i < 8; i++)
        {
            int rounds = random.Next(20, 60);
            bool abort = random.Next(2) == 0;
            clients.Add(GreenThread.Start(() =>
            {
                for (int round = 0; round < rounds; round++) PingOnce(server, (byte)round, abort);
            }));
        }
        foreach (GreenThread client in clients) client.Join();
        server.Stop();
    });

    [Fact]
    public void An_echo_server_suspends_and_never_pins()
    {
        if (!SocketCalls.HasPoller) return;
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        using (var server = new EchoServer())
        {
            var clients = new List<GreenThread>();
            for (int i = 0; i < 50; i++)
            {
                clients.Add(GreenThread.Start(() =>
                {
                    for (int round = 0; round < 10; round++) PingOnce(server, (byte)round, abort: false);
                }));
            }
            GreenThread.Run(() =>
            {
                foreach (GreenThread client in clients) client.Join();
            });
            server.Stop();
        }
        GreenThreadCounters after = GreenThreadDiagnostics.Counters;
        Assert.Equal(0, after.PinnedWaits - before.PinnedWaits);
        Assert.InRange(after.Suspensions - before.Suspensions, 500, long.MaxValue);
    }

    [Fact]
    public void A_stream_of_data_that_is_always_there_lets_other_threads_run()
    {
        if (!SocketCalls.HasPoller) return;
        const int Bytes = 6400;
        using var pair = new TcpPair();
        pair.There.Send(new byte[Bytes]);
        while (pair.Here.Available < Bytes) Thread.Yield();
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        GreenThread.Run(() =>
        {
            byte[] buffer = new byte[1];
            for (int i = 0; i < Bytes; i++) Assert.Equal(1, pair.Here.Receive(buffer));
        });
        Assert.InRange(GreenThreadDiagnostics.Counters.Suspensions - before.Suspensions, 50, 200);
    }

    [Fact]
    public void Spans_error_parameters_and_streams_suspend_and_never_pin()
    {
        if (!SocketCalls.HasPoller) return;
        const int Rounds = 50;
        using var pair = new TcpPair();
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        GreenThread echo = GreenThread.Start(() =>
        {
            Stream stream = new NetworkStream(pair.There);
            byte[] buffer = new byte[10];
            while (stream.Read(buffer.AsSpan(2, 3)) is var read and > 0) stream.Write(buffer.AsSpan(2, read));
        });
        byte[] received = GreenThread.Run(() =>
        {
            byte[] buffer = new byte[3 * Rounds];
            for (int i = 0; i < Rounds; i++)
            {
                pair.Here.Send([(byte)i, (byte)(i + 1), (byte)(i + 2)]);
                int first = pair.Here.Receive(buffer.AsSpan(3 * i, 1));
                int second = pair.Here.Receive(buffer, (3 * i) + 1, 2, SocketFlags.None, out SocketError error);
                Assert.Equal((1, 2, SocketError.Success), (first, second, error));
            }
            pair.Here.Shutdown(SocketShutdown.Send);
            return buffer;
        });
        echo.Join();
        GreenThreadCounters after = GreenThreadDiagnostics.Counters;
        Assert.Equal(Enumerable.Range(0, Rounds).SelectMany(i => new[] { (byte)i, (byte)(i + 1), (byte)(i + 2) }), received);
        Assert.Equal(0, after.PinnedWaits - before.PinnedWaits);
        Assert.InRange(after.Suspensions - before.Suspensions, Rounds, long.MaxValue);
    }

    [Fact]
    public void Two_handles_of_one_descriptor_both_work()
    {
        using var pair = new TcpPair();
        using var alias = new Socket(new SafeSocketHandle(pair.Here.Handle, ownsHandle: false));
        BlockedCall first = BlockedCall.Start(green: true, () => pair.Here.Receive(new byte[1]));
        first.AwaitBlocked();
        BlockedCall second = BlockedCall.Start(green: true, () => alias.Receive(new byte[1]));
        second.AwaitBlocked();
        pair.There.Send(new byte[2]);
        Assert.Equal(1, first.End().Value);
        Assert.Equal(1, second.End().Value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Socket ReceiveOnAForgottenSocket()
    {
        var pair = new TcpPair();
        BlockedCall call = BlockedCall.Start(green: true, () => pair.Here.Receive(new byte[1]));
        call.AwaitBlocked();
        pair.There.Send(new byte[1]);
        Assert.Equal(1, call.End().Value);
        return pair.There;
    }

    private static int CountWithTimeouts(Socket socket)
    {
        byte[] buffer = new byte[8];
        int count = 0;
        while (true)
        {
            int received = socket.Receive(buffer, 0, buffer.Length, SocketFlags.None, out SocketError error);
            if (error == SocketError.TimedOut) continue;
            Assert.Equal(SocketError.Success, error);
            if (received == 0) return count;
            count += received;
        }
    }

    private static int CountWithInterrupts(Socket socket)
    {
        byte[] buffer = new byte[8];
        int count = 0;
        while (true)
        {
            try
            {
                int received = socket.Receive(buffer);
                if (received == 0) return count;
                count += received;
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }

    private static SocketError ReceiveUntilError(Socket socket)
    {
        byte[] buffer = new byte[100];
        try
        {
            while (true) Assert.NotEqual(0, socket.Receive(buffer));
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.NotSocket; // between two calls
        }
    }

    private static SocketError SendUntilError(Socket socket)
    {
        byte[] buffer = new byte[100_000];
        try
        {
            while (true) socket.Send(buffer);
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.NotSocket; // between two calls
        }
    }

    private static void PingOnce(EchoServer server, byte value, bool abort)
    {
        using Socket socket = TcpPair.NewSocket();
        socket.Connect(server.EndPoint);
        byte[] buffer = [value];
        socket.Send(buffer, 1, SocketFlags.None);
        Assert.Equal(1, socket.Receive(buffer));
        Assert.Equal(value, buffer[0]);
        if (abort) socket.LingerState = new LingerOption(true, 0);
    }
}
