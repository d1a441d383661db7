using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using GreenThreads.Tests.Infrastructure;
using GreenThreads.Tests.Net;
using GreenThreads.Twins;

namespace GreenThreads.Tests.Twins;

/// <summary>TLS whose waits the green thread itself makes, in place of threads of the pool.</summary>
public class DrivenStreamTests
{
    private static readonly X509Certificate2 s_certificate = NetworkCoverageTests.NewCertificate();

    [Fact]
    public void Round_trips_need_no_thread_of_the_pool()
    {
        const int Rounds = 500;
        using var pair = new TlsPair();
        GreenThread echo = GreenThread.Start(() => Echo(pair.There));
        long before = ThreadPool.CompletedWorkItemCount;
        GreenThread.Run(() =>
        {
            byte[] buffer = new byte[64];
            for (int round = 0; round < Rounds; round++)
            {
                pair.Here.Write(buffer);
                pair.Here.ReadExactly(buffer);
            }
        });
        Assert.InRange(ThreadPool.CompletedWorkItemCount - before, 0, Rounds / 4); // other tests may use it, too
        pair.Here.Dispose();
        echo.Join();
    }

    [Fact]
    public void Lines_of_text_need_no_thread_of_the_pool()
    {
        const int Rounds = 500;
        using var pair = new TlsPair();
        GreenThread echo = GreenThread.Start(() => Echo(pair.There));
        long before = ThreadPool.CompletedWorkItemCount;
        GreenThread.Run(() =>
        {
            using var reader = new StreamReader(pair.Here);
            using var writer = new StreamWriter(pair.Here) { AutoFlush = true };
            for (int round = 0; round < Rounds; round++)
            {
                writer.WriteLine($"line {round}");
                Assert.Equal($"line {round}", reader.ReadLine());
            }
        });
        Assert.InRange(ThreadPool.CompletedWorkItemCount - before, 0, Rounds / 4);
        echo.Join();
    }

    [Fact]
    public void More_than_the_sockets_buffer_goes_both_ways_at_once() => Seeds.Each(3, (random, _) =>
    {
        byte[] data = new byte[3_000_000];
        random.NextBytes(data);
        using var pair = new TlsPair();
        GreenThread[] threads =
        [
            GreenThread.Start(() => pair.Here.Write(data)),
            GreenThread.Start(() => pair.There.Write(data)),
            GreenThread.Start(() => ReadAll(pair.Here, data)),
            GreenThread.Start(() => ReadAll(pair.There, data)),
        ];
        foreach (GreenThread thread in threads) thread.Join();
    });

    [Fact]
    public void Interrupts_race_with_data_and_lose_none() => Seeds.Each(5, (random, _) =>
    {
        const int Bytes = 200;
        using var pair = new TlsPair();
        GreenThread<int> reader = GreenThread.Start(() =>
        {
            byte[] buffer = new byte[1];
            for (int next = 0; ;)
            {
                try
                {
                    if (pair.Here.Read(buffer, 0, 1) == 0) return next;
                    Assert.Equal((byte)next++, buffer[0]);
                }
                catch (ThreadInterruptedException)
                {
                    // reads on
                }
            }
        });
        for (int sent = 0; sent < Bytes; sent++)
        {
            if (random.Next(2) == 0) reader.Interrupt();
            if (random.Next(2) == 0) Thread.Yield();
            pair.There.Write([(byte)sent]);
        }
        pair.There.ShutdownAsync().Wait();
        pair.ThereSocket.Shutdown(SocketShutdown.Send);
        Assert.Equal(Bytes, reader.Result);
    });

    [Theory, InlineData(false), InlineData(true)]
    public void A_read_ends_when_its_time_is_up(bool green)
    {
        using var pair = new TlsPair();
        pair.Here.ReadTimeout = 50;
        BlockedCall call = BlockedCall.Start(green, () => pair.Here.Read(new byte[1], 0, 1));
        Outcome outcome = call.End();
        Assert.Equal(typeof(IOException), outcome.Exception);
        Assert.Equal(SocketError.TimedOut, outcome.Error);
    }

    [Fact]
    public void A_stream_is_disposed_while_its_reader_waits()
    {
        for (int i = 0; i < 50; i++)
        {
            using var pair = new TlsPair();
            BlockedCall call = BlockedCall.Start(green: true, () => pair.Here.Read(new byte[1], 0, 1));
            call.AwaitBlocked();
            GreenThread.Run(() => pair.Here.Dispose());
            Outcome outcome = call.End();
            Assert.True(outcome.Exception == typeof(IOException) || outcome.Exception == typeof(ObjectDisposedException), outcome.ToString());
        }
    }

    [Fact]
    public void Callbacks_that_wait_may_use_other_twins_and_streams()
    {
        using var other = new TlsPair();
        using var pair = new TcpPair();
        GreenThread echo = GreenThread.Start(() => Echo(other.There));
        GreenThread server = GreenThread.Start(() =>
        {
            using var stream = new SslStream(new NetworkStream(pair.There));
            stream.AuthenticateAsServer(s_certificate, clientCertificateRequired: false, SslProtocols.Tls13, checkCertificateRevocation: false);
            stream.Write([7]);
        });
        int calls = 0;
        GreenThread.Run(() =>
        {
            using var stream = new SslStream(new NetworkStream(pair.Here), leaveInnerStreamOpen: false, (_, _, _, _) =>
            {
                byte[] buffer = [1, 2, 3];
                for (int i = 0; i < 3; i++)
                {
                    GreenThread.Sleep(2);
                    other.Here.Write(buffer, 0, 3);
                    other.Here.ReadExactly(buffer, 0, 3);
                }
                calls++;
                return buffer is [1, 2, 3];
            });
            stream.AuthenticateAsClient("localhost");
            Assert.Equal(7, stream.ReadByte());
        });
        server.Join();
        Assert.Equal(1, calls);
        other.Here.Dispose();
        echo.Join();
    }

    [Fact]
    public async Task Asynchronous_code_uses_the_stream_as_ever()
    {
        using var pair = new TlsPair();
        GreenThread echo = GreenThread.Start(() => Echo(pair.There));
        byte[] buffer = [1, 2, 3];
        for (int round = 0; round < 20; round++)
        {
            await pair.Here.WriteAsync(buffer, TestContext.Current.CancellationToken);
            await pair.Here.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        }
        Assert.Equal([1, 2, 3], buffer);
        await pair.Here.DisposeAsync();
        echo.Join();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_a_twin_has_left_behind_is_done_without_its_thread(bool twinThrows)
    {
        using var pair = new TcpPair();
        var stream = new DrivenStream(new NetworkStream(pair.Here));
        byte[] buffer = new byte[3];
        Task<int> left = GreenThread.Run(() =>
        {
            TwinCalls.Begin();
            Task<int> read = stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask();
            Assert.NotNull(TwinWait.OfCurrent());
            if (twinThrows) TwinCalls.Abandon();
            else TwinCalls.Await(Task.CompletedTask);
            Assert.Null(TwinWait.Driver);
            return read;
        });
        Assert.False(left.IsCompleted);
        pair.There.Send([1, 2, 3]);
        Assert.Equal(3, await left);
        Assert.Equal([1, 2, 3], buffer);
    }

    [Fact]
    public void A_token_of_somebody_else_cancels_an_operation()
    {
        using var pair = new TcpPair();
        var stream = new DrivenStream(new NetworkStream(pair.Here));
        using var cancel = new CancellationTokenSource();
        CancellationToken seen = default;
        GreenThread reader = GreenThread.Start(() =>
        {
            TwinCalls.Begin();
            ValueTask<int> read = stream.ReadAsync(new byte[1], cancel.Token);
            try
            {
                TwinCalls.Await(read);
            }
            catch (OperationCanceledException exception)
            {
                seen = exception.CancellationToken;
            }
        });
        while (reader.State != GreenThreadState.Parked) Thread.Sleep(1);
        cancel.Cancel();
        reader.Join();
        Assert.Equal(cancel.Token, seen);
        pair.There.Send([9]);
        Assert.Equal(9, stream.ReadByte());
    }

    private static void Echo(SslStream stream)
    {
        byte[] buffer = new byte[1000];
        for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;) stream.Write(buffer, 0, count);
    }

    private static void ReadAll(SslStream stream, byte[] expected)
    {
        byte[] data = new byte[expected.Length];
        stream.ReadExactly(data);
        Assert.True(data.AsSpan().SequenceEqual(expected));
    }

    // Both ends of an authenticated connection.
    private sealed class TlsPair : IDisposable
    {
        private readonly TcpPair _sockets = new();

        internal TlsPair()
        {
            Here = new SslStream(new NetworkStream(_sockets.Here, ownsSocket: true), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
            There = new SslStream(new NetworkStream(_sockets.There, ownsSocket: true));
            GreenThread server = GreenThread.Start(() =>
                There.AuthenticateAsServer(s_certificate, clientCertificateRequired: false, SslProtocols.Tls13, checkCertificateRevocation: false));
            GreenThread.Run(() => Here.AuthenticateAsClient("localhost"));
            server.Join();
        }

        internal SslStream Here { get; }

        internal SslStream There { get; }

        internal Socket ThereSocket => _sockets.There;

        public void Dispose()
        {
            Here.Dispose();
            There.Dispose();
            _sockets.Dispose();
        }
    }
}
