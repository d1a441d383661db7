using System.Diagnostics;
using System.Globalization;
using Incident.Measurement;

namespace Learn.Experiments;

/// <summary>How many OS threads a process can have. It is tried in a process of its own, which may die of it.</summary>
/// <remarks>
/// What belongs to others is left to them: the process stops by itself when it has taken half of the memory that was available,
/// when four fifths of the threads of the machine, the user or the control group are in use, or after some time. What
/// belongs to the process alone (its memory maps) is used up.
/// </remarks>
internal static class ThreadCeiling
{
    /// <summary>The hidden command that runs the process.</summary>
    internal const string Command = "thread-ceiling";

    /// <summary>More are not started anywhere.</summary>
    internal const int MostThreads = 60_000;

    private const double ShareOfThreads = 0.8;
    private const int Step = 200;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(40);

    /// <summary>Starts the process and reads what it reports until it ends.</summary>
    internal static CeilingReport Measure(int most, Action<int, string> progress)
    {
        using Process process = ChildProcess.Start(Command, most.ToString(CultureInfo.InvariantCulture));
        var clock = Stopwatch.StartNew();
        Task<string> error = process.StandardError.ReadToEndAsync();
        int threads = 0, maps = 0;
        long bytes = 0;
        string? end = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("end ", StringComparison.Ordinal))
            {
                end = line[4..];
                break;
            }
            string[] numbers = line.Split(' ');
            if (numbers.Length < 3 || !int.TryParse(numbers[0], CultureInfo.InvariantCulture, out threads)) continue;
            maps = Math.Max(maps, int.Parse(numbers[1], CultureInfo.InvariantCulture));
            bytes = long.Parse(numbers[2], CultureInfo.InvariantCulture);
            progress(threads, $"{threads:N0} OS threads are started");
        }
        double seconds = clock.Elapsed.TotalSeconds;
        ChildProcess.End(process);
        double perThread = threads == 0 ? 0 : (double)bytes / threads;
        if (end is not null) return new CeilingReport(threads, maps, perThread, seconds, end.Split('|')[0], LimitOf(end));
        string said = error.Result.Split('\n', 2)[0].Trim();
        return new CeilingReport(
            threads, maps, perThread, seconds, $"the process died{(said.Length > 0 ? $" ({said})" : "")}",
            new Limit(
                $"No more than {threads:N0} OS threads: vm.max_map_count is {ProcFs.Setting("vm.max_map_count", 65530):N0}, ulimit -u {ProcessLimits.ThreadsOfUser():N0}, "
                + $"tasks of the control group {Tasks()}",
                "more of the limit that is met first moves the wall; green threads need none of them"));
    }

    /// <summary>The process: starts threads that wait until something ends it.</summary>
    internal static int Run(int most)
    {
        if (OperatingSystem.IsLinux()) ProcessLimits.PrepareChild();
        long before = Resident(), available = ProcFs.AvailableBytes();
        var clock = Stopwatch.StartNew();
        using var never = new ManualResetEventSlim();
        int started = 0;
        while (true)
        {
            string? end = started >= most ? "as many as the experiment wanted were there" : EndOf(available, clock.Elapsed);
            for (int i = 0; end is null && i < Step && started < most; i++)
            {
                try
                {
#pragma warning disable GT2001 // looks for the ceiling
                    new Thread(() => never.Wait()) { IsBackground = true }.Start();
#pragma warning restore GT2001
                    started++;
                }
                catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
                {
                    end = $"the next one could not be started ({exception.GetType().Name})|vm.max_map_count, ulimit -u or the control group's pids.max is reached|raise the one that is met first; green threads need none of them";
                }
            }
            // counting maps reads them all: seldom
            int maps = started == Step || started % (10 * Step) == 0 || end is not null ? ProcFs.MapsOf(Environment.ProcessId) : 0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{started} {maps} {Resident() - before}"));
            if (end is null) continue;
            Console.WriteLine($"end {end}");
            Console.Out.Flush();
            Environment.Exit(0);
        }
    }

    private static string? EndOf(long available, TimeSpan elapsed)
    {
        if (elapsed > s_longest) return "its time was over";
        if (!OperatingSystem.IsLinux()) return null;
        if (ProcFs.AvailableBytes() < available / 2)
            return "half of the free memory was taken: it stopped by itself|Half of the memory that was free is in use|more memory, or green threads";
        int threads = ProcFs.ThreadsOfMachine();
        long pids = ProcFs.Setting("kernel.pid_max", 32768), tasks = ProcFs.Setting("kernel.threads-max", long.MaxValue);
        if (threads > ShareOfThreads * Math.Min(pids, tasks))
            return $"the machine's threads were nearly used up: it stopped by itself|kernel.pid_max is {pids:N0}, kernel.threads-max {tasks:N0}, and {threads:N0} are in use|sysctl kernel.pid_max and kernel.threads-max, or green threads";
        if (threads > ShareOfThreads * ProcessLimits.ThreadsOfUser())
            return $"the user's threads were nearly used up: it stopped by itself|ulimit -u is {ProcessLimits.ThreadsOfUser():N0}|ulimit -u, or green threads";
        if (threads > ShareOfThreads * ProcFs.TasksOfControlGroup())
            return $"the control group's tasks were nearly used up: it stopped by itself|pids.max is {ProcFs.TasksOfControlGroup():N0}|pids.max (TasksMax of the service, --pids-limit of the container), or green threads";
        return null;
    }

    private static Limit? LimitOf(string end) => end.Split('|') is [_, var problem, var cure] ? new Limit(problem, cure) : null;

    private static string Tasks() => ProcFs.TasksOfControlGroup() is var tasks and < long.MaxValue ? tasks.ToString("N0", CultureInfo.InvariantCulture) : "unbounded";

    private static long Resident() => ProcFs.StatusOf(Environment.ProcessId)?.ResidentBytes ?? Environment.WorkingSet;
}

/// <summary>What the process reported.</summary>
/// <param name="Threads">OS threads that it had.</param>
/// <param name="Maps">Its memory maps, the most that was seen.</param>
/// <param name="BytesPerThread">Resident.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Limit">The limit that ended it; null if the experiment wanted no more.</param>
internal sealed record CeilingReport(int Threads, int Maps, double BytesPerThread, double Seconds, string End, Limit? Limit);
