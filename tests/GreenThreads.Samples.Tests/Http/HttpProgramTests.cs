using System.Net.Sockets;
using GreenThreads.Samples.Tests.Infrastructure;
using HttpServer.Compare;
using Samples.Common;

namespace GreenThreads.Samples.Tests.Http;

/// <summary>The HTTP sample as a user runs it.</summary>
public class HttpProgramTests
{
    [Fact]
    public void A_signal_drains_and_ends_the_server()
    {
        (SampleProgram program, int port) = SampleProgram.Serve("HttpServer", "serve", "--port", "0");
        using (program)
        {
            using var client = new TextClient(port);
            client.Exchange("GET /count?to=5 HTTP/1.1\r\nHost: x\r\n\r\n", "1\n");
            program.Terminate();
            client.ReceiveTo("\r\n0\r\n\r\n");
            (int exitCode, string output) = program.End();
            Assert.Equal(0, exitCode);
            Assert.Contains("All connections have ended.", output);
        }
    }

    [Fact]
    public void A_port_in_use_is_said_with_its_cure()
    {
        using Socket listener = Listener.Open(out int port);
        (int exitCode, string output) = SampleProgram.Run("HttpServer", "--port", $"{port}");
        Assert.Equal(1, exitCode);
        Assert.Contains($"Port {port} of 127.0.0.1 is in use", output);
        Assert.Contains("--port", output);
    }

    [Fact]
    public void A_descriptor_limit_that_is_too_low_is_said_with_its_cure()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ulimit");
        // the limit is inherited; 250 are enough for the server, not for its connections
        (SampleProgram program, int port) = SampleProgram.ServeUnder("ulimit -n 250", "HttpServer", "serve", "--port", "0");
        using (program)
        {
            TextClient[] clients = [.. Enumerable.Range(0, 300).Select(_ => new TextClient(port))];
            string said = program.ReadErrorLine();
            Assert.Contains("this process may have 250", said);
            Assert.Contains("ulimit -n", said);
            foreach (TextClient client in clients) client.Dispose();

            // and it goes on
            using var last = new TextClient(port);
            last.Exchange("GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n", "Hello, World!");
        }
        Assert.SkipUnless(ExternalProgram.Find("wrk") is not null && OpenFiles.Limit() < 90_000, "needs wrk and a limit");
        (int exitCode, string output) = SampleProgram.Run("HttpServer", "compare", "--connections", "100000");
        Assert.Equal(1, exitCode);
        Assert.Contains("Raise the limit", output);
    }

    [Fact]
    public void The_comparison_runs()
    {
        Assert.SkipUnless(ExternalProgram.Find("wrk") is not null, "wrk is not installed");
        (int exitCode, string output) = SampleProgram.Run("HttpServer", "compare", "--connections", "50", "--rounds", "1", "--seconds", "1");
        Assert.True(exitCode == 0, output);
        Assert.Contains("Ratio in the same round", output);
    }

    [Fact]
    public void Errors_that_wrk_reports_are_counted()
    {
        WrkResult result = WrkResult.Parse("""
              Latency Distribution
                 50%    7.05ms
                 99%   20.11ms
              Socket errors: connect 1, read 2, write 0, timeout 3
              Non-2xx or 3xx responses: 10
            Requests/sec: 123456.78
            """);
        Assert.Equal(new WrkResult(123456.78, "7.05ms", "20.11ms", 16), result);
    }
}
