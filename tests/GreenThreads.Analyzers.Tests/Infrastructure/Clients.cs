using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GreenThreads.Analyzers.Tests.Infrastructure;

/// <summary>Many connections at once to an echo server, each with a line of its own.</summary>
internal static class Clients
{
    private const int AtOnce = 200;

    /// <summary>Opens the connections, has every one answered, calls back while all are open, and closes them.</summary>
    public static async Task ServeAllAsync(EndPoint server, bool http, int count, Action whileOpen)
    {
        var sockets = new Socket[count];
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, stop) =>
            {
                sockets[i] = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                await ConnectAsync(sockets[i], server, stop);
                await AskAsync(sockets[i], http, i, stop);
            });
            whileOpen();
            if (http) return;
            // a second time, now that all are there
            await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, stop) => await AskAsync(sockets[i], http, i, stop));
        }
        finally
        {
            foreach (Socket? socket in sockets) socket?.Dispose();
        }
    }

    // A Unix socket whose queue is full, or a pipe that is not listening at the moment, refuses.
    private static async Task ConnectAsync(Socket socket, EndPoint server, CancellationToken stop)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await socket.ConnectAsync(server, stop);
                return;
            }
            catch (SocketException) when (attempt < 500)
            {
                await Task.Delay(10, stop);
            }
        }
    }

    private static async Task AskAsync(Socket socket, bool http, int number, CancellationToken stop)
    {
        string line = $"hello {number}";
        string request = http ? $"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {line.Length}\r\n\r\n{line}" : line + "\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), stop);
        var answer = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (!(http ? answer.ToString().Contains(line) : answer.ToString().Contains('\n')))
        {
            int received = await socket.ReceiveAsync(buffer, stop);
            if (received == 0) throw new InvalidOperationException($"Connection {number} was closed after: {answer}");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, received));
        }
        if (!http && answer.ToString().TrimEnd() != line) throw new InvalidOperationException($"Connection {number} was answered {answer}");
    }
}
