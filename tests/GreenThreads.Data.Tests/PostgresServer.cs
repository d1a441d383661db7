namespace GreenThreads.Data.Tests;

/// <summary>A PostgreSQL server of the tests' own: a new cluster in a temporary folder, on a Unix-domain socket only.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "postgres";

    private readonly string? _control;
    private readonly string _folder = "";

    public PostgresServer()
    {
        IEnumerable<string> folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(f => Path.Combine(f, "bin")) : [];
        string? initialize = ServerProcess.Find("initdb", folders);
        string? control = ServerProcess.Find("pg_ctl", folders);
        if (initialize is null || control is null) return;
        _folder = Directory.CreateTempSubdirectory("green-pg").FullName;
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        string data = Path.Combine(_folder, "data");
        ServerProcess.Run(User, initialize, "-D", data, "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8");
        ServerProcess.Run(User, control, "-D", data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o",
            $"-k {_folder} -c listen_addresses= -c max_connections=100 -c fsync=off -c shared_buffers=32MB", "start");
        _control = control;
    }

    /// <summary>How to connect; with a pool of 50 connections.</summary>
    /// <remarks>Skips the test where PostgreSQL is not installed.</remarks>
    internal string ConnectionString
    {
        get
        {
            Assert.SkipWhen(_control is null, "PostgreSQL is not installed (package postgresql).");
            return $"Host={_folder};Username={User};Database=postgres;Maximum Pool Size=50;Timeout=60;Command Timeout=60";
        }
    }

    public void Dispose()
    {
        if (_control is null) return;
        ServerProcess.Run(User, _control, "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }
}
