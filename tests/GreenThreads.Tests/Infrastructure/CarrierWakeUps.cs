using System.Globalization;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>How often the OS threads of the scheduler have been woken (Linux).</summary>
internal static class CarrierWakeUps
{
    /// <summary>Those of carriers and watchdog since they began: their voluntary context switches in /proc.</summary>
    internal static long Count()
    {
        long sum = 0;
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (!File.ReadAllText($"{task}/comm").StartsWith("green ", StringComparison.Ordinal)) continue;
            foreach (string line in File.ReadLines($"{task}/status"))
            {
                if (line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal))
                    sum += long.Parse(line.AsSpan(line.IndexOf(':') + 1).Trim(), CultureInfo.InvariantCulture);
            }
        }
        return sum;
    }
}
