using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

/// <summary>The other side: many connections from this process to its own server. Nothing in here is to be converted.</summary>
static class Load
{
    public static int Run(IPEndPoint server, int connections)
    {
        var clients = new Socket[connections];
        long before = Resident();
        int open = 0;
        try
        {
            for (; open < connections; open++)
            {
                clients[open] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients[open].Connect(server);
            }
        }
        catch (SocketException exception)
        {
            Console.WriteLine($"After {open} connections: {exception.Message} (is the limit of open files, ulimit -n, below {2 * connections + 200}?)");
            return 1;
        }

        var clock = Stopwatch.StartNew();
        int answered = 0;
        byte[] buffer = new byte[64];
        foreach (Socket client in clients) client.Send("hello\n"u8);
        foreach (Socket client in clients)
        {
            client.ReceiveTimeout = 30_000;
            if (client.Receive(buffer) == 6 && buffer.AsSpan().StartsWith("HELLO\n"u8)) answered++;
        }
        Console.WriteLine($"{answered} of {connections} connections answered, in {clock.ElapsedMilliseconds} ms");
        // They are all still open.
        Console.WriteLine($"{Process.GetCurrentProcess().Threads.Count} OS threads, {(Resident() - before) / connections} bytes of memory for each connection");
        return answered == connections ? 0 : 1;
    }

    static long Resident() => Process.GetCurrentProcess().WorkingSet64;
}
