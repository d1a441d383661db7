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
