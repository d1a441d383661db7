using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GreenThreads;

namespace Samples.Common;

/// <summary>The life of a server program: listens, serves until Ctrl+C or SIGTERM, drains.</summary>
public static class ServerProgram
{
    /// <summary>Connections that the system keeps until they are accepted; it takes less where net.core.somaxconn is less.</summary>
    private const int Backlog = 4096;

    /// <summary>Runs a server to its end. Blocks.</summary>
    /// <param name="name">What the program calls itself.</param>
    /// <param name="endPoint">Where to listen; port 0 for any free one.</param>
    /// <param name="start">Starts to serve; returns what ends it: stop, which says whether all connections ended by themselves.</param>
    /// <returns>The exit code: 0, or 1 if it could not listen.</returns>
    public static int Run(string name, IPEndPoint endPoint, Func<Socket, Func<bool>> start)
    {
        using Socket? listener = TryListen(endPoint, out string? problem);
        if (listener is null)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }
        using var ending = new ManualResetEventSlim();
        int signals = 0;
        void End(PosixSignalContext context)
        {
            // the second one ends the program at once
            if (Interlocked.Increment(ref signals) > 1) return;
            context.Cancel = true;
            ending.Set();
        }
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        EndWithParent(ending);

        Func<bool> stop = start(listener);
        Console.WriteLine($"{name} listens on {listener.LocalEndPoint}. Ctrl+C drains and ends it.");
        ending.Wait();
        Console.WriteLine("Draining: no new connections; those that are served may end. Ctrl+C again ends at once.");
        Console.WriteLine(stop() ? "All connections have ended." : "Connections that did not end in time were cut off.");
        return 0;
    }

    /// <summary>Opens a listening socket.</summary>
    /// <param name="endPoint">Where; port 0 for any free one.</param>
    /// <param name="problem">What is wrong and what helps, if the result is null.</param>
    /// <returns>The socket, or null.</returns>
    public static Socket? TryListen(IPEndPoint endPoint, out string? problem)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(Backlog);
            problem = null;
            return listener;
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            problem = exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    $"Port {endPoint.Port} of {endPoint.Address} is in use by another program. Choose another one with --port (0: any free one).",
                SocketError.AccessDenied =>
                    $"Port {endPoint.Port} may be opened by privileged users only. Choose one above 1023 with --port.",
                SocketError.AddressNotAvailable =>
                    $"{endPoint.Address} is no address of this machine. Choose one with --address (127.0.0.1: this machine only; 0.0.0.0: all).",
                _ => $"Cannot listen on {endPoint}: {exception.Message}.",
            };
            return null;
        }
    }

    /// <summary>Prints what goes wrong in a server, each kind of error once a second at most.</summary>
    /// <param name="server">The server.</param>
    public static void ReportErrors(GreenServer server)
    {
        // opened and read now: when no descriptor is left it would fail
        TextWriter errors = Console.Error;
        int descriptors = OpenFiles.Limit();
        long quietUntil = 0;
        server.Error += (_, error) =>
        {
            long now = Environment.TickCount64;
            long seen = Interlocked.Read(ref quietUntil);
            if (now < seen || Interlocked.CompareExchange(ref quietUntil, now + 1000, seen) != seen) return;
            errors.WriteLine(Describe(error.Exception, descriptors));
        };
    }

    private static string Describe(Exception exception, int descriptors) => exception switch
    {
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } =>
            $"No descriptor is left for a connection: this process may have {descriptors:N0}. Raise the limit (ulimit -n, "
            + "LimitNOFILE of a service, --ulimit nofile of a container), or bound the connections with --max-connections.",
        _ => $"A connection failed: {exception}",
    };

    // A child of a comparison must not outlive it, however that ends.
    private static void EndWithParent(ManualResetEventSlim ending)
    {
        if (Environment.GetEnvironmentVariable(ChildServer.Marker) is null) return;
        new Thread(() =>
        {
            while (Console.In.ReadLine() is not null) { }
            ending.Set();
        }) { IsBackground = true, Name = "parent" }.Start();
    }
}
