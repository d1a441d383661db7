using System.Net;
using System.Net.Sockets;
using GreenThreads;
using GreenThreads.Diagnostics;
using Incident.Measurement;
using Incident.Protocol;

namespace Incident.Server;

/// <summary>The server under test: a process that accepts connections on the loop-back address and serves each in one mode.</summary>
internal static class ServerProcess
{
    private const int Backlog = 4096;

    /// <summary>Listens, reports the port, and serves until the supervisor closes the pipe.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(ServeMode mode)
    {
        ProcessLimits.PrepareChild();
        using var parent = new ParentPipe();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Backlog);
        switch (mode)
        {
            case ServeMode.Threads:
                new Thread(() => AcceptOnThreads(listener)) { IsBackground = true, Name = "accept" }.Start();
                break;
            case ServeMode.Green:
                EndWith(GreenThread.Start(() => AcceptOnGreenThreads(listener)).AsTask());
                break;
            default:
                EndWith(AcceptAsync(listener));
                break;
        }

        parent.Write(new Event(Event.Ready) { Port = ((IPEndPoint)listener.LocalEndPoint!).Port });
        while (parent.Read() is { } command)
            if (command.Name == Command.Counters)
                parent.Write(Counters());
        return 0;
    }

    // This is the server of the incident, and the line that killed it: an exception of Start is not caught, as it was not.
    private static void AcceptOnThreads(Socket listener)
    {
        while (true)
        {
            Socket socket = listener.Accept();
            socket.NoDelay = true;
#pragma warning disable GT2001 // the incident: what the converted server is compared with
            new Thread(() => Handler.Serve(socket)) { IsBackground = true }.Start();
#pragma warning restore GT2001
        }
    }

    // The same server after the conversion.
    private static void AcceptOnGreenThreads(Socket listener)
    {
        while (true)
        {
            Socket socket = listener.Accept();
            socket.NoDelay = true;
            _ = GreenThread.Start(() => Handler.Serve(socket));
        }
    }

    private static async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = AsyncHandler.ServeAsync(socket);
        }
    }

    // A server that cannot accept any more ends, as the one on OS threads does by its unhandled exception.
    private static void EndWith(Task accepting) => accepting.ContinueWith(
        static ended =>
        {
            Console.Error.WriteLine(ended.Exception!.InnerException);
            Environment.Exit(1);
        },
        TaskContinuationOptions.OnlyOnFaulted);

    private static Event Counters()
    {
        GreenThreadCounters counters = GreenThreadDiagnostics.Counters;
        return new Event(Event.Counters)
        {
            AllocatedBytes = GC.GetTotalAllocatedBytes(precise: true),
            Collections = GC.CollectionCount(0),
            Suspensions = counters.Suspensions,
            PinnedWaits = counters.PinnedWaits,
        };
    }
}
