namespace GreenThreads.Data.Tests;

/// <summary>A PostgreSQL server of one's own: a new cluster in a temporary folder, on a Unix-domain socket only.</summary>
internal sealed class PostgresCluster : IDisposable
{
    private const string User = "postgres";

    private readonly string _control;
    private readonly string _folder;

    private PostgresCluster(string initialize, string control)
    {
        _control = control;
        _folder = Directory.CreateTempSubdirectory("green-pg").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        ServerProcess.Run(User, initialize, "-D", Data, "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8");
        ServerProcess.Run(User, control, "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o",
            $"-k {_folder} -c listen_addresses= -c max_connections=120 -c fsync=off -c shared_buffers=32MB", "start");
    }

    /// <summary>How to connect; with a pool of 50 connections.</summary>
    internal string ConnectionString => $"Host={_folder};Username={User};Database=postgres;Maximum Pool Size=50";

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts one; null where PostgreSQL is not installed (package postgresql).</summary>
    internal static PostgresCluster? TryStart()
    {
        IEnumerable<string> folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(f => Path.Combine(f, "bin")) : [];
        string? initialize = ServerProcess.Find("initdb", folders);
        string? control = ServerProcess.Find("pg_ctl", folders);
        return initialize is null || control is null ? null : new PostgresCluster(initialize, control);
    }

    public void Dispose()
    {
        ServerProcess.Run(User, _control, "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }
}
