using System.Globalization;

namespace Incident.Measurement;

/// <summary>What the kernel tells about processes and the machine.</summary>
internal static class ProcFs
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed in the kernel's interface

    /// <summary>Resident memory and OS threads of a process, cheaply; null when it has gone.</summary>
    internal static (long ResidentBytes, int Threads)? StatusOf(int process)
    {
        long resident = -1;
        int threads = -1;
        foreach (string line in LinesOf($"/proc/{process}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal)) resident = KibibytesOf(line);
            else if (line.StartsWith("Threads:", StringComparison.Ordinal)) threads = (int)NumberOf(line);
        }
        return resident < 0 || threads < 0 ? null : (resident, threads);
    }

    /// <summary>Resident memory summed over the mappings: exact, but slow in a process with many; null when it has gone.</summary>
    internal static long? ExactResidentBytes(int process)
    {
        foreach (string line in LinesOf($"/proc/{process}/smaps_rollup"))
            if (line.StartsWith("Rss:", StringComparison.Ordinal))
                return KibibytesOf(line);
        return StatusOf(process)?.ResidentBytes;
    }

    /// <summary>The number of memory maps of a process; zero when it has gone.</summary>
    internal static int MapsOf(int process) => LinesOf($"/proc/{process}/maps").Length;

    /// <summary>User and kernel time of a process in seconds; zero when it has gone.</summary>
    internal static double CpuSecondsOf(int process)
    {
        string[] lines = LinesOf($"/proc/{process}/stat");
        if (lines.Length == 0) return 0;
        // the name in parentheses may hold blanks
        string[] fields = lines[0][(lines[0].LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Memory that the machine can still give, in bytes.</summary>
    internal static long AvailableBytes() => Memory("MemAvailable:");

    /// <summary>Memory of the machine in bytes.</summary>
    internal static long TotalBytes() => Memory("MemTotal:");

    /// <summary>Threads of all processes of the machine.</summary>
    internal static int ThreadsOfMachine()
    {
        string[] lines = LinesOf("/proc/loadavg");
        return lines.Length == 0 ? 0 : (int)Number(lines[0].Split(' ')[3].Split('/')[1]);
    }

    /// <summary>A kernel setting that is one number.</summary>
    /// <param name="name">With dots, as sysctl prints it.</param>
    /// <param name="otherwise">The value where it cannot be read.</param>
    internal static long Setting(string name, long otherwise)
    {
        string[] lines = LinesOf("/proc/sys/" + name.Replace('.', '/'));
        return lines.Length > 0 && long.TryParse(lines[0], CultureInfo.InvariantCulture, out long value) ? value : otherwise;
    }

    /// <summary>The limit of tasks of the control group that this process is in; the largest number if there is none.</summary>
    internal static long TasksOfControlGroup()
    {
        foreach (string line in LinesOf("/proc/self/cgroup"))
        {
            if (!line.StartsWith("0::", StringComparison.Ordinal)) continue;
            string[] limit = LinesOf($"/sys/fs/cgroup{line[3..]}/pids.max");
            if (limit.Length > 0 && long.TryParse(limit[0], CultureInfo.InvariantCulture, out long value)) return value;
        }
        return long.MaxValue;
    }

    private static long Memory(string name)
    {
        foreach (string line in LinesOf("/proc/meminfo"))
            if (line.StartsWith(name, StringComparison.Ordinal))
                return KibibytesOf(line);
        return 0;
    }

    private static string[] LinesOf(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long KibibytesOf(string line) => NumberOf(line) * 1024;

    private static long NumberOf(string line) => Number(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
