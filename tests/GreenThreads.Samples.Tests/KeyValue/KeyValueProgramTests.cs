using GreenThreads.Samples.Tests.Infrastructure;
using KeyValueServer.Compare;
using Samples.Common;

namespace GreenThreads.Samples.Tests.KeyValue;

/// <summary>The key-value sample as a user runs it, with the programs of Redis.</summary>
public class KeyValueProgramTests
{
    [Fact]
    public void It_serves_redis_cli_and_the_tests_of_redis_benchmark()
    {
        Assert.SkipUnless(ExternalProgram.Find("redis-cli") is not null, "redis-cli is not installed");
        (SampleProgram program, int port) = SampleProgram.Serve("KeyValueServer", "--port", "0");
        using (program)
        {
            string[] server = ["-h", "127.0.0.1", "-p", $"{port}"];
            Assert.Equal("OK\n", ExternalProgram.Run("redis-cli", [.. server, "SET", "k", "a b"]));
            Assert.Equal("\"a b\"\n", ExternalProgram.Run("redis-cli", [.. server, "--no-raw", "GET", "k"]));
            Assert.Contains("redis_version", ExternalProgram.Run("redis-cli", [.. server, "INFO"]));
            // every test that it has
            string printed = ExternalProgram.Run("redis-benchmark", [.. server, "-n", "2000", "-c", "20", "-P", "4", "--csv"]);
            Assert.DoesNotContain("rror", printed);
            foreach (string test in (string[])["PING_INLINE", "SET", "GET", "INCR", "LPUSH", "RPUSH", "LPOP", "RPOP", "SADD", "HSET", "SPOP", "ZADD", "ZPOPMIN", "LRANGE_600", "MSET"])
                Assert.Contains(test, printed);
            program.Terminate();
            Assert.Equal(0, program.End().ExitCode);
        }
    }

    [Fact]
    public void The_comparison_runs()
    {
        Assert.SkipUnless(ExternalProgram.Find("redis-benchmark") is not null && ExternalProgram.Find("redis-server") is not null, "Redis is not installed");
        (int exitCode, string output) = SampleProgram.Run("KeyValueServer", "compare", "--connections", "20", "--rounds", "1", "--requests", "2");
        Assert.True(exitCode == 0, output);
        Assert.Contains("GET -P 16", output);
    }

    [Fact]
    public void What_redis_benchmark_prints_is_read_or_is_an_error()
    {
        Assert.Equal(85000.5, Comparison.Parse("\"test\",\"rps\"\n\"SET\",\"85000.5\",\"1\"\n\"GET\",\"90000\",\"1\"\n")["SET"]);
        Assert.Throws<FormatException>(() => Comparison.Parse("Error from server: ERR unknown command"));
    }
}
