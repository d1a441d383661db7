namespace GreenThreads.Tests.Package;

/// <summary>The source of the applications that the package tests build.</summary>
internal static class EchoSources
{
    /// <summary>The library: a blocking echo handler, reached through an interface.</summary>
    internal const string Handler = """
        using System.Net.Sockets;

        namespace Echo;

        public interface IHandler
        {
            int Handle(Socket connection);
        }

        public sealed class EchoHandler : IHandler
        {
            public int Handle(Socket connection)
            {
                byte[] buffer = new byte[512];
                int echoed = 0;
                while (true)
                {
                    int received = connection.Receive(buffer, 0, buffer.Length, SocketFlags.None);
                    if (received == 0) return echoed;
                    for (int sent = 0; sent < received;) sent += connection.Send(buffer, sent, received - sent, SocketFlags.None);
                    echoed += received;
                }
            }
        }
        """;

    /// <summary>The application: serves and talks to a few connections on green threads, then reports.</summary>
    internal const string Application = """
        using System.Net;
        using System.Net.Sockets;
        using System.Reflection;
        using Echo;
        using GreenThreads;
        using GreenThreads.Diagnostics;

        const int Connections = 20;
        const int Rounds = 50;

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Connections);

        IHandler handler = new EchoHandler();
        GreenThread<int> server = GreenThread.Start(() => Server.Serve(listener, handler, Connections));
        var clients = new GreenThread<int>[Connections];
        for (int i = 0; i < Connections; i++) clients[i] = GreenThread.Start(() => Client.Talk(listener.LocalEndPoint!, Rounds));

        int answered = 0;
        foreach (GreenThread<int> client in clients) answered += client.Result;
        bool woven = Assembly.GetExecutingAssembly().GetCustomAttributesData().Any(data => data.AttributeType.Name == "WovenAttribute");
        Console.WriteLine($"answered {answered} of {Connections * Rounds}, served {server.Result} bytes, woven {woven}");
        GreenThreadCounters counters = GreenThreadDiagnostics.Counters;
        Console.WriteLine($"suspended {counters.Suspensions > Connections}, pinned waits {counters.PinnedWaits}");

        static class Server
        {
            public static int Serve(Socket listener, IHandler handler, int connections)
            {
                var handlers = new GreenThread<int>[connections];
                for (int i = 0; i < connections; i++)
                {
                    Socket connection = listener.Accept();
                    handlers[i] = GreenThread.Start(() => handler.Handle(connection));
                }
                int bytes = 0;
                foreach (GreenThread<int> one in handlers) bytes += one.Result;
                return bytes;
            }
        }

        static class Client
        {
            public static int Talk(EndPoint server, int rounds)
            {
                using var connection = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                connection.Connect(server);
                byte[] sent = new byte[8];
                byte[] received = new byte[8];
                int answered = 0;
                for (int round = 0; round < rounds; round++)
                {
                    BitConverter.TryWriteBytes(sent, round);
                    connection.Send(sent);
                    for (int have = 0; have < received.Length;) have += connection.Receive(received, have, received.Length - have, SocketFlags.None);
                    if (sent.AsSpan().SequenceEqual(received)) answered++;
                }
                connection.Shutdown(SocketShutdown.Send);
                return answered;
            }
        }
        """;

    /// <summary>What the application prints when it is woven and everything went well.</summary>
    internal const string ExpectedReport = """
        answered 1000 of 1000, served 8000 bytes, woven True
        suspended True, pinned waits 0
        """;

    /// <summary>A wait in an exception filter, on line 9: pins, and is reported.</summary>
    internal const string WaitInFilter = """
        using GreenThreads;

        GreenThread.Run(() =>
        {
            try
            {
                throw new InvalidOperationException();
            }
            catch (InvalidOperationException) when (Filters.Wait())
            {
                Console.WriteLine("caught");
            }
        });

        static class Filters
        {
            public static bool Wait()
            {
                GreenThread.Sleep(1);
                return true;
            }
        }
        """;
}
