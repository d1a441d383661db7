using System.Runtime.InteropServices;

namespace GreenThreads.Bench.Compare;

/// <summary>On what machine something was measured.</summary>
[NotWoven]
internal static class Machine
{
    /// <summary>One line.</summary>
    internal static string Describe()
    {
        long bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return $"{Environment.ProcessorCount} processors ({ProcessorName()}), {bytes >> 30} GiB, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}";
    }

    /// <summary>How busy it was with other things: the system's load average of one minute; null where there is none.</summary>
    internal static string? Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : null;

    private static string ProcessorName()
    {
        if (!File.Exists("/proc/cpuinfo")) return "unknown";
        foreach (string line in File.ReadLines("/proc/cpuinfo"))
        {
            if (line.StartsWith("model name", StringComparison.Ordinal)) return line[(line.IndexOf(':') + 1)..].Trim();
        }
        return "unknown";
    }
}
