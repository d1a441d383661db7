namespace GreenThreads.Data.Tests;

/// <summary>The PostgreSQL server of the tests.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly PostgresCluster? _cluster = PostgresCluster.TryStart();

    /// <summary>How to connect; with a pool of 50 connections.</summary>
    /// <remarks>Skips the test where PostgreSQL is not installed.</remarks>
    internal string ConnectionString
    {
        get
        {
            Assert.SkipWhen(_cluster is null, "PostgreSQL is not installed (package postgresql).");
            return $"{_cluster.ConnectionString};Timeout=60;Command Timeout=60";
        }
    }

    public void Dispose() => _cluster?.Dispose();
}
