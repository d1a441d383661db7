using System.Net;
using System.Net.Sockets;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Interrupts and cancellation end every wait, and leave what was waited for in a usable state.</summary>
public class CancellationTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Waits => [.. s_waits.Keys];

    private static readonly Dictionary<string, Action> s_waits = new()
    {
        ["sleep"] = () => GreenThread.Sleep(Timeout.Infinite),
        ["timed sleep"] = () => GreenThread.Sleep(s_long),
        ["join"] = () => Never().Join(),
        ["timed join"] = () => Never().Join(s_long),
        ["await"] = () => GreenThread.Await(new TaskCompletionSource().Task),
        ["await value task"] = () => GreenThread.Await(new ValueTask<int>(new TaskCompletionSource<int>().Task)),
        ["task wait"] = () => new TaskCompletionSource().Task.Wait(),
        ["timed task wait"] = () => new TaskCompletionSource().Task.Wait(30_000),
        ["pinned sleep"] = () => Pinned.Call(() => GreenThread.Sleep(Timeout.Infinite)),
        ["pinned join"] = () => Pinned.Call(() => Never().Join(s_long)),
        ["receive"] = Receive,
        ["accept"] = Accept,
        ["scope"] = () =>
        {
            using var scope = new GreenScope();
            scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
        },
        ["channel receive"] = () => new GreenChannel<int>(0).Receive(),
        ["channel send"] = () => new GreenChannel<int>(0).Send(1),
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_cancelled_scope_ends_the_wait(string wait) => GreenThread.Run(() =>
    {
        using var scope = new GreenScope();
        CancellationToken token = scope.Token;
        GreenThread child = scope.Start(s_waits[wait]);
        AwaitParked(child);
        scope.Cancel();
        Assert.Equal(token, Failure<OperationCanceledException>(child).CancellationToken);
    });

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_start_token_ends_the_wait(string wait)
    {
        using var source = new CancellationTokenSource();
        GreenThread thread = GreenThread.Start(s_waits[wait], new GreenThreadStartOptions { CancellationToken = source.Token });
        AwaitParked(thread);
        source.Cancel();
        Assert.Equal(source.Token, Failure<OperationCanceledException>(thread).CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void An_interrupt_ends_the_wait(string wait)
    {
        GreenThread thread = GreenThread.Start(s_waits[wait]);
        AwaitParked(thread);
        thread.Interrupt();
        Failure<ThreadInterruptedException>(thread);
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_wait_in_a_cancelled_scope_throws_at_once(string wait) => GreenThread.Run(() =>
    {
        using var scope = new GreenScope();
        scope.Cancel();
        Expect.Throws<OperationCanceledException>(s_waits[wait]);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_socket_whose_receive_was_ended_goes_on_and_loses_nothing(bool interrupt) => GreenThread.Run(() =>
    {
        (Socket client, Socket server) = Connect();
        using (client)
        using (server)
        {
            using (var scope = new GreenScope())
            {
                GreenThread receiver = scope.Start(() => { server.Receive(new byte[10]); });
                AwaitParked(receiver);
                if (interrupt) receiver.Interrupt();
                else scope.Cancel();
                using (GreenThread.Shield())
                {
                    if (interrupt) Expect.Throws<ThreadInterruptedException>(receiver.Join);
                    else Expect.Throws<OperationCanceledException>(receiver.Join);
                }
                if (interrupt) Expect.Throws<ThreadInterruptedException>(scope.Join);
            }
            client.Send([1, 2, 3]);
            byte[] buffer = new byte[10];
            Assert.Equal(3, server.Receive(buffer));
            Assert.Equal([1, 2, 3], buffer[..3]);
        }
    });

    [Fact]
    public void A_connect_that_is_ended_closes_its_socket() => GreenThread.Run(() =>
    {
        // a listener whose backlog is full does not answer
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        EndPoint address = listener.LocalEndPoint!;
        var sockets = new List<Socket>();
        var connects = new List<GreenThread>();
        using (var scope = new GreenScope())
        {
            for (int i = 0; i < 6; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                connects.Add(scope.Start(() => socket.Connect(address)));
            }
            GreenThread.Sleep(100);
            scope.Cancel();
        }
        int ended = 0;
        for (int i = 0; i < connects.Count; i++)
        {
            try
            {
                connects[i].Join();
            }
            catch (OperationCanceledException)
            {
                ended++;
                Expect.Throws<ObjectDisposedException>(() => sockets[i].Connect(address));
            }
            sockets[i].Dispose();
        }
        Assert.True(ended > 0, "All connected: the backlog did not fill.");
    });

    [Fact]
    public void The_token_of_the_innermost_scope_is_there_for_calls_that_take_one() => GreenThread.Run(() =>
    {
        Assert.Equal(CancellationToken.None, GreenThread.CancellationToken);
        using var scope = new GreenScope();
        Assert.Equal(scope.Token, GreenThread.CancellationToken);
        using (GreenThread.Shield()) Assert.Equal(CancellationToken.None, GreenThread.CancellationToken);
        scope.Cancel();
        Assert.True(GreenThread.CancellationToken.IsCancellationRequested);
    });

    [Fact]
    public void An_OS_thread_that_owns_a_cancelled_scope_is_woken_too()
    {
        Expect.Throws<TimeoutException>(() =>
        {
            using var scope = new GreenScope(TimeSpan.FromMilliseconds(10));
            GreenThread.Sleep(Timeout.Infinite);
        });
        GreenThread.Sleep(1);
    }

    [Fact]
    public void A_shield_ends_on_its_own_thread_and_in_order() => GreenThread.Run(() =>
    {
        GreenShield shield = GreenThread.Shield();
        GreenThread other = GreenThread.Start(shield.Dispose);
        Expect.Throws<InvalidOperationException>(other.Join);
        using (new GreenScope()) Expect.Throws<InvalidOperationException>(shield.Dispose);
        shield.Dispose();
        default(GreenShield).Dispose();
    });

    private static GreenThread Never() => GreenThread.Start(() => GreenThread.Sleep(Timeout.Infinite));

    private static void Receive()
    {
        (Socket client, Socket server) = Connect();
        using (client)
        using (server) server.Receive(new byte[1]);
    }

    private static void Accept()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        listener.Accept().Dispose();
    }

    private static (Socket Client, Socket Server) Connect()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    private static void AwaitParked(GreenThread thread) => Assert.True(
        SpinWait.SpinUntil(() => thread.State is GreenThreadState.Parked or GreenThreadState.Done, s_long), "It never waited.");

    // The thread's own failure, whatever the state of the caller's scope.
    private static T Failure<T>(GreenThread thread)
        where T : Exception
    {
        using (GreenThread.Shield()) return Expect.Throws<T>(thread.Join);
    }
}
