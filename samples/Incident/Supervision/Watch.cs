using System.Diagnostics;
using Incident.Measurement;

namespace Incident.Supervision;

/// <summary>
/// Looks at the server processes several times a second: the samples of the charts, and the guard that stops the growth
/// before it harms the machine.
/// </summary>
internal sealed class Watch(IReadOnlyList<Shard> shards, Action<Sample> onSample, Action onGuard) : IAsyncDisposable
{
    private const int IntervalMs = 100;
    private const int ThreadsToCountMapsAt = 2000;

    private readonly CancellationTokenSource _end = new();
    private readonly List<Sample> _samples = [];
    private readonly long _memoryFloor = Math.Max(1L << 30, ProcFs.TotalBytes() / 16);
    private readonly long _threadCeiling = (long)(0.9 * Math.Min(
        ProcFs.Setting("kernel.pid_max", int.MaxValue),
        ProcFs.Setting("kernel.threads-max", int.MaxValue)));
    private Task? _watching;

    /// <summary>What was seen, one entry for each number of connections.</summary>
    internal IReadOnlyList<Sample> Samples => _samples;

    /// <summary>The most OS threads in all server processes together.</summary>
    internal int MostThreads { get; private set; }

    /// <summary>The most OS threads in one server process.</summary>
    internal int MostThreadsOfAProcess { get; private set; }

    /// <summary>Memory maps that an OS thread takes, once there are enough threads to tell; else zero.</summary>
    internal double MapsPerThread { get; private set; }

    /// <summary>Why the growth was stopped; null where it was not.</summary>
    internal Limit? Guard { get; private set; }

    /// <summary>Starts to look.</summary>
    internal void Start() => _watching = WatchAsync(Stopwatch.GetTimestamp());

    /// <summary>Ends it; after this the results do not change.</summary>
    internal async Task StopAsync()
    {
        await _end.CancelAsync();
        if (_watching is not null) await _watching;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task WatchAsync(long start)
    {
        while (true)
        {
            Look(start);
            try
            {
                await Task.Delay(IntervalMs, _end.Token);
            }
            catch (OperationCanceledException)
            {
                Look(start);
                return;
            }
        }
    }

    private void Look(long start)
    {
        long resident = 0;
        int threads = 0, connections = 0;
        foreach (Shard shard in shards)
        {
            connections += shard.Reached;
            if (ProcFs.StatusOf(shard.Server.Id) is not { } status) return; // it has died: the sums would mislead
            resident += status.ResidentBytes;
            threads += status.Threads;
            MostThreadsOfAProcess = Math.Max(MostThreadsOfAProcess, status.Threads);
            if (MapsPerThread == 0 && status.Threads > ThreadsToCountMapsAt)
                MapsPerThread = (double)ProcFs.MapsOf(shard.Server.Id) / status.Threads;
        }
        MostThreads = Math.Max(MostThreads, threads);
        var sample = new Sample(Stopwatch.GetElapsedTime(start).TotalSeconds, connections, resident, threads);
        if (_samples.Count == 0 || _samples[^1].Connections != connections) _samples.Add(sample);
        onSample(sample);
        if (Guard is null && FindGuard() is { } guard)
        {
            Guard = guard;
            onGuard();
        }
    }

    private Limit? FindGuard()
    {
        long available = ProcFs.AvailableBytes();
        if (available < _memoryFloor)
        {
            return new Limit(
                "stopped: memory of the machine",
                $"only {available >> 20:N0} MiB of the machine's memory were still available; this run leaves {_memoryFloor >> 20:N0} MiB to others",
                "more memory, or fewer --connections");
        }
        int threads = ProcFs.ThreadsOfMachine();
        if (threads > _threadCeiling)
        {
            return new Limit(
                "stopped: threads of the machine",
                $"the machine has {threads:N0} threads, close to the limit of all its processes together (kernel.pid_max, kernel.threads-max)",
                "sysctl kernel.pid_max and kernel.threads-max; or green threads, which need none");
        }
        return null;
    }
}
