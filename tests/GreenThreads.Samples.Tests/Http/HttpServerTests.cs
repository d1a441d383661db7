using System.Net.Sockets;
using System.Text;
using GreenThreads.Samples.Tests.Infrastructure;
using HttpServer;
using HttpServer.Http;

namespace GreenThreads.Samples.Tests.Http;

/// <summary>The protocol, as clients of all kinds speak it.</summary>
public sealed class HttpServerTests : IDisposable
{
    private const string Hello = "Hello, World!";

    private readonly WebServer _server;
    private readonly int _port;

    public HttpServerTests()
    {
        _server = new WebServer(Listener.Open(out _port), Site.Serve, new HttpLimits { BodyBytes = 100_000, HeaderFields = 20 });
    }

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_connection_serves_one_request_after_the_other()
    {
        using var client = new TextClient(_port);
        for (int i = 0; i < 3; i++)
        {
            string answer = client.Exchange("GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n", Hello);
            Assert.StartsWith("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n", answer);
            Assert.Contains("\r\nDate: ", answer);
            Assert.DoesNotContain("Connection: close", answer);
        }
    }

    [Fact]
    public void Requests_that_come_at_once_are_answered_in_their_order()
    {
        using var client = new TextClient(_port);
        client.Send(string.Concat(Enumerable.Range(0, 500).Select(i =>
            i % 2 == 0 ? "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n" : $"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\nbody{i:000}")));
        for (int i = 0; i < 500; i++)
        {
            string answer = client.ReceiveTo(i % 2 == 0 ? Hello : $"body{i:000}");
            Assert.Equal(0, answer.LastIndexOf("HTTP/1.1 200 OK", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_request_may_come_byte_by_byte()
    {
        using var client = new TextClient(_port);
        foreach (char letter in "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\nGET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n")
            client.Send(letter.ToString());
        Assert.Contains("200 OK", client.ReceiveTo("abcde"));
        Assert.Contains("200 OK", client.ReceiveTo(Hello));
    }

    [Fact]
    public void Long_bodies_come_back_in_chunks_or_with_their_length()
    {
        string body = new('x', 90_000);
        using var client = new TextClient(_port);
        string known = client.Exchange($"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}", body);
        Assert.Contains("\r\nContent-Length: 90000\r\n", known);
        client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 9; i++) client.Send($"{10_000:x}\r\n{body[..10_000]}\r\n");
        client.Send("0\r\n\r\n");
        string head = client.ReceiveTo("\r\n\r\n");
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", head);
        int total = 0;
        for (int size; (size = Convert.ToInt32(client.ReceiveTo("\r\n").Trim(), 16)) > 0; total += size) Assert.Equal(size + 2, client.ReceiveTo("\r\n").Length);
        Assert.Equal(90_000, total);
        Assert.Equal("\r\n", client.ReceiveTo("\r\n"));
    }

    [Fact]
    public void The_body_is_asked_for_where_the_client_expects_that()
    {
        using var client = new TextClient(_port);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", client.Exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", "\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 200 OK", client.Exchange("ab", "ab"));

        // not asked for: the answer says that the connection ends, because the client may or may not send it
        client.Send("POST /plaintext HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        string refused = client.ReceiveAll();
        Assert.StartsWith("HTTP/1.1 405 ", refused);
        Assert.Contains("Connection: close", refused);
    }

    [Fact]
    public void The_head_alone_has_the_length_of_the_body()
    {
        using var client = new TextClient(_port);
        string answer = client.Exchange("HEAD /plaintext HTTP/1.1\r\nHost: x\r\n\r\nGET /count?to=0 HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
        Assert.Contains("Content-Length: 13\r\n", answer);
        Assert.StartsWith("HTTP/1.1 200 OK", client.ReceiveTo("\r\n\r\n")); // no body between
    }

    [Fact]
    public void Old_clients_get_a_body_that_ends_with_the_connection()
    {
        using var client = new TextClient(_port);
        client.Send("GET /count?to=2 HTTP/1.0\r\n\r\n");
        string answer = client.ReceiveAll();
        Assert.EndsWith("\r\n\r\n1\n2\n", answer);
        Assert.DoesNotContain("chunked", answer);
        Assert.Contains("Connection: close", answer);

        using var keeping = new TextClient(_port);
        for (int i = 0; i < 2; i++)
            Assert.Contains("Connection: keep-alive", keeping.Exchange("GET /plaintext HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Hello));
    }

    [Theory]
    [InlineData("GET\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\nHost: x\n\n", 400)]
    [InlineData("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n", 413)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413)]
    [InlineData("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n", 417)]
    [InlineData("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 501)]
    [InlineData("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505)]
    public void What_is_no_request_is_refused_with_its_status(string request, int status)
    {
        using var client = new TextClient(_port);
        client.Send(request);
        string answer = client.ReceiveAll();
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains("Connection: close", answer);
        Assert.Equal(0, answer.LastIndexOf("HTTP/1.1", StringComparison.Ordinal));
    }

    [Fact]
    public void Heads_have_limits()
    {
        Assert.StartsWith("HTTP/1.1 414 ", Answer($"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 431 ", Answer($"GET / HTTP/1.1\r\nHost: x\r\nA: {new string('a', 33_000)}\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 431 ", Answer($"GET / HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"A{i}: b\r\n"))}\r\n"));

        // up to there they may be long, and the buffer is short again afterwards
        using var client = new TextClient(_port);
        for (int i = 0; i < 3; i++) client.Exchange($"GET /plaintext HTTP/1.1\r\nHost: x\r\nA: {new string('a', 30_000)}\r\n\r\n", Hello);
    }

    [Fact]
    public void A_client_that_sends_more_than_is_read_still_sees_the_answer()
    {
        string body = new('x', 5_000_000);
        using var client = new TextClient(_port);
        try
        {
            client.Send($"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        }
        catch (SocketException)
        {
            // it has closed: the answer was sent before
        }
        Assert.StartsWith("HTTP/1.1 413 ", client.ReceiveTo("\r\n"));
    }

    [Fact]
    public void A_handler_that_fails_costs_its_own_connection_only()
    {
        using var server = new WebServer(Listener.Open(out int port), (request, response) =>
        {
            response.Write("partly"u8);
            if (request.Path.SequenceEqual("/late"u8)) response.Flush();
            if (request.Path.SequenceEqual("/socket"u8)) throw new SocketException((int)SocketError.ConnectionRefused); // of something behind
            throw new InvalidOperationException("broken");
        });
        var failures = new List<Exception>();
        server.HandlerFailed += failures.Add;
        using var early = new TextClient(port);
        early.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        string answer = early.ReceiveAll();
        Assert.StartsWith("HTTP/1.1 500 ", answer);
        Assert.DoesNotContain("partly", answer);
        using var late = new TextClient(port);
        late.Send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.EndsWith("6\r\npartly\r\n", late.ReceiveAll()); // no last chunk: cut off
        using var behind = new TextClient(port);
        behind.Send("GET /socket HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 500 ", behind.ReceiveAll());
        Assert.Equal(3, failures.Count);
        Assert.Equal(0, server.Connections.Failures);
    }

    [Fact]
    public void Slow_clients_are_ended()
    {
        var limits = new HttpLimits { Head = TimeSpan.FromSeconds(1), KeepAlive = TimeSpan.FromSeconds(1), BodyGrace = TimeSpan.FromSeconds(1) };
        using var server = new WebServer(Listener.Open(out int port), Site.Serve, limits);
        using var idle = new TextClient(port);
        using var body = new TextClient(port);
        body.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
        using var head = new TextClient(port);
        try
        {
            // each byte in time, all of them never
            for (int i = 0; i < 100; i++)
            {
                head.Send(i == 0 ? "GET /plaintext HTTP/1.1\r\n" : "A");
                Thread.Sleep(100);
            }
        }
        catch (SocketException)
        {
            // it has been closed
        }
        Assert.StartsWith("HTTP/1.1 408 ", head.ReceiveTo("\r\n"));
        Assert.StartsWith("HTTP/1.1 408 ", body.ReceiveAll());
        Assert.Equal("", idle.ReceiveAll());
    }

    [Fact]
    public void Stop_ends_idle_connections_at_once_and_lets_requests_end()
    {
        using var server = new WebServer(Listener.Open(out int port), Site.Serve);
        TextClient[] idle = [.. Enumerable.Range(0, 50).Select(_ => new TextClient(port))];
        foreach (TextClient client in idle) client.Exchange("GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n", Hello);
        using var busy = new TextClient(port);
        Assert.Contains("200 OK", busy.Exchange("GET /count?to=10 HTTP/1.1\r\nHost: x\r\n\r\n", "1\n"));
        var stop = new Thread(() => Assert.True(server.Stop()));
        stop.Start();
        foreach (TextClient client in idle) Assert.Equal("", client.ReceiveAll());
        Assert.EndsWith("\r\n0\r\n\r\n", busy.ReceiveTo("\r\n0\r\n\r\n"));
        stop.Join();
        foreach (TextClient client in idle) client.Dispose();
        Assert.ThrowsAny<SocketException>(() => new TextClient(port));
    }

    [Fact]
    public void Whatever_is_sent_is_answered_or_closed_and_the_server_goes_on()
    {
        string[] parts =
        [
            "GET /plaintext HTTP/1.1\r\n", "POST /echo HTTP/1.1\r\n", "HEAD / HTTP/1.0\r\n", "Host: x\r\n", "Content-Length: 3\r\n", "Content-Length: 4\r\n",
            "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n", "\r\n", "3\r\nabc\r\n", "0\r\n\r\n", "abc", "\n", ":", " ", "\0", "\u00ff\u00fe", "%", "1", "f",
        ];
        int seed = Environment.GetEnvironmentVariable("GREENTHREADS_TEST_SEED") is { } text ? int.Parse(text) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int failures = 0;
        _server.HandlerFailed += _ => Interlocked.Increment(ref failures);
        for (int i = 0; i < 300; i++)
        {
            string sent = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            using var client = new TextClient(_port);
            client.Send(sent);
            client.Socket.Shutdown(SocketShutdown.Send);
            string answer = client.ReceiveAll();
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"seed {seed}: {sent} is answered by {answer}");
        }
        Assert.Equal(0, _server.Connections.Failures);
        Assert.Equal(0, failures);
        Assert.StartsWith("HTTP/1.1 200 ", Answer("GET /plaintext HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public void A_request_allocates_nothing()
    {
        using var client = new TextClient(_port);
        byte[] request = Encoding.ASCII.GetBytes("GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n");
        byte[] answer = new byte[4096];
        void Requests(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Socket.Send(request);
                Assert.True(client.Socket.Receive(answer) > 100);
            }
        }
        Requests(2000); // compiles, and makes the frames
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Requests(2000);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated < 2000 * 8, $"2,000 requests allocated {allocated:N0} bytes."); // the Date, and what the process does beside
    }

    private string Answer(string request)
    {
        using var client = new TextClient(_port);
        try
        {
            client.Send(request);
        }
        catch (SocketException)
        {
            // closed while sending
        }
        return client.ReceiveAll();
    }
}
