using System.Diagnostics;
using StackExchange.Redis;

namespace GreenThreads.Data.Tests;

/// <summary>A Redis server of the tests' own, on a Unix-domain socket only.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly Process? _process;
    private readonly string _folder = "";
    private readonly ConnectionMultiplexer? _connection;

    public RedisServer()
    {
        string? server = ServerProcess.Find("redis-server", "/usr/bin");
        if (server is null) return;
        _folder = Directory.CreateTempSubdirectory("green-redis").FullName;
        string socket = Path.Combine(_folder, "redis.sock");
        _process = Process.Start(ServerProcess.StartInfo(
            Environment.UserName, server, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", _folder));
        for (int tries = 0; !File.Exists(socket) && tries < 1000; tries++) Thread.Sleep(10);
        var options = new ConfigurationOptions { EndPoints = { new System.Net.Sockets.UnixDomainSocketEndPoint(socket) }, AbortOnConnectFail = true, SyncTimeout = 30_000, AsyncTimeout = 30_000 };
        _connection = ConnectionMultiplexer.Connect(options);
    }

    /// <summary>The database.</summary>
    /// <remarks>Skips the test where Redis is not installed.</remarks>
    internal IDatabase Database
    {
        get
        {
            Assert.SkipWhen(_connection is null, "Redis is not installed (package redis-server).");
            return _connection!.GetDatabase();
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
