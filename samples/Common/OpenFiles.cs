using System.Globalization;

namespace Samples.Common;

/// <summary>The limit of open files, which bounds connections. The runtime of .NET has raised it as far as it may.</summary>
public static class OpenFiles
{
    private const string Row = "Max open files";

    /// <summary>The limit in force; <see cref="int.MaxValue"/> where it is unlimited or not known.</summary>
    /// <returns>A number of descriptors.</returns>
    public static int Limit()
    {
        if (!OperatingSystem.IsLinux()) return int.MaxValue;
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
        string[] columns = line?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return columns.Length > 0 && int.TryParse(columns[0], CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
    }

    /// <summary>What to say if a number of connections cannot be had.</summary>
    /// <param name="connections">Connections in one process.</param>
    /// <param name="descriptorsEach">Descriptors for each.</param>
    /// <returns>The problem and its cure; null if there is none.</returns>
    public static string? Forbid(int connections, int descriptorsEach = 1)
    {
        const int OfTheRuntime = 200; // assemblies, pipes, polls
        long needed = (long)connections * descriptorsEach + OfTheRuntime;
        int limit = Limit();
        return needed <= limit
            ? null
            : $"{connections:N0} connections need {needed:N0} open files, and a process may have {limit:N0} here. Raise the limit (ulimit -Hn and -n) or open fewer.";
    }
}
