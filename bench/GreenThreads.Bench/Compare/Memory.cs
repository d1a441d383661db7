using System.Diagnostics;
using System.Globalization;

namespace GreenThreads.Bench.Compare;

/// <summary>Memory and collections of this process.</summary>
[NotWoven]
internal static class Memory
{
    private const int Seconds = 4;
    private const int WarmUpSeconds = 1;

    /// <summary>Live bytes of the managed heap.</summary>
    internal static long Heap() => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>Bytes of physical memory, after a compacting collection that gives back what it can.</summary>
    internal static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string statm = File.ReadAllText("/proc/self/statm");
        return long.Parse(statm.Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    /// <summary>
    /// The 99th percentile of the pauses of young collections, in microseconds, while one OS thread allocates for some
    /// seconds and keeps a little of it for a while. The first second does not count: the first young collections after full
    /// ones still find out which old objects refer to young ones, and there are none.
    /// </summary>
    internal static double YoungPauseP99()
    {
        GC.Collect();
        GC.Collect();
        var pauses = new List<double>();
        var kept = new object[4096];
        int collections = GC.CollectionCount(0);
        int old = GC.CollectionCount(2);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds; i++)
        {
            for (int j = 0; j < 64; j++) kept[((i * 64) + j) % kept.Length] = new byte[64];
            int now = GC.CollectionCount(0);
            if (now == collections) continue;
            collections = now;
            int older = GC.CollectionCount(2);
            if (older == old && Stopwatch.GetElapsedTime(start).TotalSeconds >= WarmUpSeconds) pauses.Add(GC.GetGCMemoryInfo(GCKind.Ephemeral).PauseDurations[0].TotalMicroseconds);
            old = older;
        }
        GC.KeepAlive(kept);
        if (pauses.Count == 0) throw new NotSupportedException("There was no young collection.");
        pauses.Sort();
        return pauses[Math.Min(pauses.Count - 1, pauses.Count * 99 / 100)];
    }
}
