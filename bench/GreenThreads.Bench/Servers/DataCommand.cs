using System.Diagnostics;
using System.Globalization;
using GreenThreads.Data.Tests;
using Npgsql;

namespace GreenThreads.Bench.Servers;

/// <summary>
/// Queries that wait, by the synchronous members of Npgsql on green threads and by the same work with <c>await</c>, through one
/// pool of 50 connections to a PostgreSQL server of its own.
/// </summary>
internal static class DataCommand
{
    internal const string Usage = "data [--threads 2000] [--queries 5] [--milliseconds 20] [--rounds 3]   (--full: 10,000 x 10 x 50 ms, 1 round)";

    private const string WatchName = "bench watch"; // shorter than what the system cuts off

    // The inner process, so that what starts the server (the thread for signals of child processes) is not counted: its connection.
    private const string Inner = "--server";

    internal static int Run(string[] arguments)
    {
        if (arguments is [Inner, string connection, .. string[] rest])
        {
            Compare(connection, rest);
            return 0;
        }
        using PostgresCluster? cluster = PostgresCluster.TryStart();
        if (cluster is null)
        {
            Console.Error.WriteLine("Skipped: PostgreSQL is not installed. On Debian: apt-get install postgresql.");
            return 0;
        }
        foreach (string[] settings in (string[][])[[], ["DOTNET_EnableDiagnostics=0", "DOTNET_HillClimbing_Disable=1"]])
        {
            Console.WriteLine(settings is [] ? "As .NET comes:" : $"With {string.Join(' ', settings)}:");
            ProcessStartInfo start = Itself.StartInfo(["data", Inner, cluster.ConnectionString, .. arguments]);
            foreach (string setting in settings) start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0) return process.ExitCode;
            Console.WriteLine();
        }
        return 0;
    }

    private static void Compare(string connection, string[] arguments)
    {
        string[] atRest = OsThreads();
        bool isFull = arguments.Contains("--full");
        int threads = Option("--threads", isFull ? 10_000 : 2_000);
        int queries = Option("--queries", isFull ? 10 : 5);
        int milliseconds = Option("--milliseconds", isFull ? 50 : 20);
        int rounds = Option("--rounds", isFull ? 1 : 3);
        using NpgsqlDataSource source = NpgsqlDataSource.Create($"{connection};Timeout=1000;Command Timeout=60");
        string query = string.Create(CultureInfo.InvariantCulture, $"SELECT pg_sleep({milliseconds / 1000.0})");
        var green = new List<double>();
        var awaited = new List<double>();
        var greenThreads = new List<string[]>();
        var awaitedThreads = new List<string[]>();
        _ = Measure(() => Green(source, "SELECT pg_sleep(0)", 200, 1)); // the connections are made, the code is compiled
        _ = Measure(() => Awaited(source, "SELECT pg_sleep(0)", 200, 1));
        Thread.Sleep(3_000); // carriers that stood in for others while code was compiled end after two seconds
        for (int round = 0; round < rounds; round++)
        {
            (double seconds, string[] names) = Measure(() => Green(source, query, threads, queries));
            green.Add(seconds);
            greenThreads.Add(names);
            (seconds, names) = Measure(() => Awaited(source, query, threads, queries));
            awaited.Add(seconds);
            awaitedThreads.Add(names);
        }
        double[] ratios = [.. green.Zip(awaited, static (g, a) => g / a)];
        string what = string.Create(CultureInfo.InvariantCulture, $"{threads:N0} x {queries} queries of {milliseconds} ms, 50 connections");
        Console.WriteLine(Row.TableHead);
        Console.WriteLine(new Row($"{what}, green", "s", [.. green]).ToTableLine());
        Console.WriteLine(new Row($"{what}, await", "s", [.. awaited]).ToTableLine());
        Console.WriteLine(new Row("green to await", "times", ratios, 1.2).ToTableLine());
        int bound = (2 * Environment.ProcessorCount) + 8;
        Console.WriteLine(new Row("OS threads while green threads wait", "threads", [.. greenThreads.Select(static n => (double)n.Length)], bound).ToTableLine());
        Console.WriteLine(new Row("OS threads while tasks wait (control)", "threads", [.. awaitedThreads.Select(static n => (double)n.Count(static name => !IsOurs(name)))], bound).ToTableLine());
        Console.WriteLine(new Row("  those of the pool, green", "threads", [.. greenThreads.Select(Workers)]).ToTableLine());
        Console.WriteLine(new Row("  those of the pool, tasks", "threads", [.. awaitedThreads.Select(Workers)]).ToTableLine());
        Console.WriteLine($"When the process began: {Census(atRest)}");
        Console.WriteLine($"With green threads:     {Census(greenThreads.MaxBy(static n => n.Length)!)}");
        Console.WriteLine($"With tasks:             {Census([.. awaitedThreads.MaxBy(static n => n.Length)!.Where(static name => !IsOurs(name))])}");

        // The carriers and the watchdog are there, idle, while tasks are measured.
        static bool IsOurs(string name) => name.StartsWith("green ", StringComparison.Ordinal);

        static double Workers(string[] names) => names.Count(static name => name == ".NET TP Worker");

        static string Census(string[] names) =>
            string.Join(", ", names.GroupBy(static name => name).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => $"{g.Count()} {g.Key}"));

        int Option(string name, int otherwise)
        {
            int at = Array.IndexOf(arguments, name);
            return at < 0 ? otherwise : int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
        }
    }

    private static void Green(NpgsqlDataSource source, string query, int threads, int queries)
    {
        var all = new GreenThread[threads];
        for (int i = 0; i < threads; i++)
        {
            all[i] = GreenThread.Start(() =>
            {
                for (int n = 0; n < queries; n++) Query(source, query);
            });
        }
        foreach (GreenThread thread in all) thread.Join();
    }

    private static void Query(NpgsqlDataSource source, string query)
    {
        using NpgsqlConnection connection = source.OpenConnection();
        using var command = new NpgsqlCommand(query, connection);
        command.ExecuteNonQuery();
    }

    private static void Awaited(NpgsqlDataSource source, string query, int tasks, int queries) =>
        Task.WhenAll(Enumerable.Range(0, tasks).Select(_ => Task.Run(async () =>
        {
            for (int n = 0; n < queries; n++)
            {
                await using NpgsqlConnection connection = await source.OpenConnectionAsync();
                await using var command = new NpgsqlCommand(query, connection);
                await command.ExecuteNonQueryAsync();
            }
        }))).Wait();

    // Seconds, and the OS threads of the process when it had most of them, once all were started: their names, as the system has them.
    private static (double Seconds, string[] OsThreads) Measure(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        string[] most = [];
        bool done = false;
        var watch = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                Thread.Sleep(50);
                if (Stopwatch.GetElapsedTime(start).TotalSeconds <= 0.5) continue;
                string[] names = OsThreads();
                if (names.Length > most.Length) most = names;
            }
        })
        {
            Name = WatchName,
        };
        watch.Start();
        work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Volatile.Write(ref done, true);
        watch.Join();
        return (seconds, most);
    }

    private static string[] OsThreads()
    {
        var names = new List<string>();
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            if (NameOf(task) is not ("" or WatchName) and var name) names.Add(name);
        }
        return [.. names];
    }

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            return ""; // has ended
        }
    }
}
