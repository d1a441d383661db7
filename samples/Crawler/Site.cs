using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GreenThreads;
using Samples.Common;

namespace Crawler;

/// <summary>A web site on this machine, made up from numbers: pages with links, some slow, some broken, some that answer at the second try.</summary>
internal sealed class Site : IDisposable
{
    private readonly DrainingServer _server;
    private readonly int _pages;
    private readonly int[] _visits;
    private int _served; // Interlocked
    private int _most; // Interlocked

    /// <summary>Starts to serve at a free port.</summary>
    /// <param name="pages">How many pages there are; every one can be reached from the first.</param>
    internal Site(int pages)
    {
        _pages = pages;
        _visits = new int[pages];
        Socket listener = ServerProgram.TryListen(new IPEndPoint(IPAddress.Loopback, 0), out string? problem) ?? throw new InvalidOperationException(problem);
        Address = new Uri($"http://{listener.LocalEndPoint}/");
        // what the crawler has given up is cut off
        _server = new DrainingServer(listener, (_, socket) => new Visit(this, socket), new GreenServerOptions { DrainTimeout = TimeSpan.FromSeconds(0.2) });
    }

    /// <summary>Its first page.</summary>
    internal Uri Address { get; }

    /// <summary>How many requests it has answered at the same time, at most.</summary>
    internal int MostAtOnce => Volatile.Read(ref _most);

    /// <summary>How many pages never answer.</summary>
    internal int Silent => Enumerable.Range(0, _pages).Count(IsSilent);

    /// <summary>How many pages say that they do not exist.</summary>
    internal int Missing => Enumerable.Range(0, _pages).Count(IsMissing);

    /// <summary>How many pages answer at the second try only.</summary>
    internal int Busy => Enumerable.Range(0, _pages).Count(IsBusy);

    /// <summary>Ends the server.</summary>
    public void Dispose() => _server.Dispose();

    private static bool IsSilent(int page) => page % 211 == 210;

    private static bool IsMissing(int page) => page % 97 == 96;

    private static bool IsBusy(int page) => page % 53 == 52;

    private (int Status, string Body) Answer(int page)
    {
        if (page < 0 || page >= _pages || IsMissing(page)) return (404, "nothing here");
        if (IsSilent(page)) Thread.Sleep(TimeSpan.FromSeconds(5)); // a crawler does not wait that long
        Thread.Sleep(5 + page * 7919 % 45);
        if (IsBusy(page) && Interlocked.Increment(ref _visits[page]) == 1) return (503, "try again");
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"<html><title>Page {page}</title>");
        // a tree, so that all are found, and links across
        foreach (int link in (ReadOnlySpan<int>)[page * 3 + 1, page * 3 + 2, page * 3 + 3, page * 31 % _pages, page / 2])
        {
            if (link < _pages) body.Append(CultureInfo.InvariantCulture, $"<a href=\"/page/{link}\">{link}</a> ");
        }
        return (200, body.Append("</html>").ToString());
    }

    // As little of HTTP as the crawler needs; samples/HttpServer has the rest.
    private sealed class Visit(Site site, Socket socket) : IServedConnection
    {
        private readonly InputBuffer _input = new(socket);

        public void Serve()
        {
            try
            {
                while (ReadHead() is { } page)
                {
                    int now = Interlocked.Increment(ref site._served);
                    for (int most = site.MostAtOnce; now > most && Interlocked.CompareExchange(ref site._most, now, most) != most; most = site.MostAtOnce) { }
                    (int status, string body) = site.Answer(page);
                    Interlocked.Decrement(ref site._served);
                    socket.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} -\r\nContent-Type: text/html\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
                }
            }
            catch (SocketException)
            {
                // the crawler has given up
            }
        }

        public void EndReading() => DrainingServer.EndReceiving(socket);

        public void Dispose() => _input.Dispose();

        private int? ReadHead()
        {
            int end;
            _input.BeginMessage();
            while ((end = _input.Unread.IndexOf("\r\n\r\n"u8)) < 0)
            {
                _input.MakeRoom();
                if (!_input.Fill()) return null;
            }
            int page = Page(_input.Unread[..end]);
            _input.Skip(end + 4);
            return page;
        }

        private static int Page(ReadOnlySpan<byte> head)
        {
            ReadOnlySpan<byte> prefix = "GET /page/"u8;
            if (head.StartsWith("GET / "u8)) return 0;
            return head.StartsWith(prefix) && Utf8Parser.TryParse(head[prefix.Length..], out int page, out _) ? page : -1;
        }
    }
}
