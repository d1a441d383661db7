using System.Diagnostics;
using Incident.Load;
using Incident.Measurement;
using Incident.Protocol;

namespace Incident.Supervision;

/// <summary>One server under load, from its start to the check of every connection.</summary>
internal sealed class ModeRun(IncidentOptions options, ServeMode mode, int wanted, IRunView view, CancellationToken cancellation)
{
    private const double WarmUpSeconds = 1;
    private static readonly TimeSpan s_timeToDie = TimeSpan.FromSeconds(15);

    private readonly List<Shard> _shards = [];

    // The shard whose connections are being opened; written by the run, read by the guard.
    private volatile Shard? _growing;

    /// <summary>Carries it out.</summary>
    /// <returns>What was measured, also where the server died.</returns>
    internal async Task<RunResult> RunAsync()
    {
        view.Begin(mode, wanted);
        RunResult result;
        try
        {
            result = await MeasureAsync();
        }
        finally
        {
            Parallel.ForEach(_shards, static shard => shard.Dispose());
        }
        view.End(result.Cause is null, result.Ended);
        return result;
    }

    private async Task<RunResult> MeasureAsync()
    {
        await StartAsync();
        long residentBefore = ResidentBytes(out _);
        long availableBefore = ProcFs.AvailableBytes();

        await using var watch = new Watch(_shards, Show, () => _growing?.Load.Send(new Command(Command.Halt)));
        watch.Start();
        Event? problem = await OpenAsync();
        int reached = _shards.Sum(static shard => shard.Reached);
        RunResult result = new()
        {
            Mode = mode,
            Wanted = wanted,
            Reached = reached,
            ServerProcesses = _shards.Count,
            ResidentBytesBefore = residentBefore,
            Ended = "all answer",
            Samples = watch.Samples,
        };

        Limit? limit = null;
        if (problem is not null)
        {
            limit = await DeathAsync(problem.Problem!, watch) ?? watch.Guard ?? Limit.OfConnections(problem.Problem!, reached);
            if (_shards.Any(static shard => shard.Server.Ended.IsCompleted))
            {
                await watch.StopAsync();
                return Describe(result, watch, limit) with
                {
                    ResidentBytesAfter = watch.Samples.Count == 0 ? residentBefore : watch.Samples[^1].ResidentBytes,
                };
            }
        }

        result = await PingPongAsync(result);
        long residentAfter = ResidentBytes(out bool alive);
        long availableAfter = ProcFs.AvailableBytes();
        await watch.StopAsync();
        if (!alive)
            return Describe(result, watch, await DeathAsync("", watch) ?? new Limit("died", "a server process ended during the ping-pong", "see the log"));

        (int answered, string? loss) = await CheckAsync();
        if (answered < reached)
            limit = await DeathAsync(loss ?? "", watch) ?? new Limit($"only {answered:N0} answer", loss ?? "connections were lost", "see the message");
        return Describe(result, watch, limit) with
        {
            Answered = answered,
            ResidentBytesAfter = residentAfter,
            MachineBytes = availableBefore - availableAfter,
            Survived = true,
        };
    }

    private static RunResult Describe(RunResult result, Watch watch, Limit? limit) => result with
    {
        OsThreads = watch.MostThreads,
        MostOsThreadsOfAProcess = watch.MostThreadsOfAProcess,
        Ended = limit?.Ended ?? result.Ended,
        Cause = limit?.Cause,
        Cure = limit?.Cure,
    };

    private async Task StartAsync()
    {
        view.Phase("starting", 1);
        int left = wanted;
        var starting = new List<Task<Shard>>();
        while (left > 0)
        {
            int part = Math.Min(left, options.ConnectionsPerProcess);
            starting.Add(Shard.StartAsync(mode, part, cancellation));
            left -= part;
        }
        try
        {
            await Task.WhenAll(starting);
        }
        finally
        {
            foreach (Task<Shard> task in starting)
                if (task.IsCompletedSuccessfully)
                    _shards.Add(task.Result);
        }
        foreach (Shard shard in _shards) await shard.WarmUpAsync(cancellation);
    }

    // Fills one server after the other. The first event that says why not all were opened, or null.
    private async Task<Event?> OpenAsync()
    {
        view.Phase("opening connections", wanted);
        foreach (Shard shard in _shards)
        {
            _growing = shard;
            Event opened = await shard.OpenAsync(shard.Wanted, null, cancellation);
            if (opened.Problem is not null) return opened;
        }
        _growing = null;
        return null;
    }

    private void Show(Sample sample)
    {
        if (_growing is not null)
            view.Report(sample.Connections, $"{sample.Connections:N0} connections, {sample.Threads:N0} OS threads, {sample.ResidentBytes >> 20:N0} MiB");
    }

    private async Task<RunResult> PingPongAsync(RunResult result)
    {
        int reached = result.Reached;
        double cpuBefore = CpuSeconds();
        Event[] countersBefore = await CountersAsync();
        view.Phase("ping-pong", options.Seconds + WarmUpSeconds);
        long start = Stopwatch.GetTimestamp();
        var running = new List<Task<Event>>();
        int active = Math.Min(options.Active, reached), given = 0, before = 0;
        foreach (Shard shard in _shards)
        {
            // the active connections in proportion, without losing any to rounding
            before += shard.Reached;
            int part = (int)((long)active * before / Math.Max(1, reached)) - given;
            given += part;
            running.Add(shard.PingPongAsync(part, WarmUpSeconds, options.Seconds, null, cancellation));
        }
        Task<Event[]> all = Task.WhenAll(running);
        while (await Task.WhenAny(all, Task.Delay(250, cancellation)) != all)
            view.Report(Stopwatch.GetElapsedTime(start).TotalSeconds, $"{active:N0} of {reached:N0} connections");
        Event[] done = await all;
        Event[] counters = await CountersAsync();

        var histogram = new LatencyHistogram();
        foreach (Event part in done) histogram.AddPairs(part.Latencies);
        long roundTrips = done.Sum(static part => part.RoundTrips);
        double allRoundTrips = Math.Max(1, roundTrips * (1 + WarmUpSeconds / options.Seconds)); // those of the warm-up, too
        return result with
        {
            Active = active,
            RoundTrips = roundTrips,
            RoundTripsPerSecond = roundTrips / options.Seconds,
            LatencyP50Microseconds = histogram.PercentileMicroseconds(0.50),
            LatencyP99Microseconds = histogram.PercentileMicroseconds(0.99),
            ServerCpuMicrosecondsPerRoundTrip = 1e6 * (CpuSeconds() - cpuBefore) / allRoundTrips,
            AllocatedBytesPerRoundTrip =
                (counters.Sum(static one => one.AllocatedBytes) - countersBefore.Sum(static one => one.AllocatedBytes)) / allRoundTrips,
            Suspensions = counters.Sum(static one => one.Suspensions),
            PinnedWaits = counters.Sum(static one => one.PinnedWaits),
        };
    }

    private async Task<(int Answered, string? Loss)> CheckAsync()
    {
        view.Phase("checking every connection", _shards.Sum(static shard => shard.Reached));
        int answered = 0;
        string? loss = null;
        foreach (Shard shard in _shards)
        {
            int before = answered;
            Event done = await shard.CheckAsync(what => view.Report(before + what.Count, $"{before + what.Count:N0} answer"), cancellation);
            answered += done.Count;
            loss ??= done.Problem;
        }
        return (answered, loss);
    }

    private async Task<Event[]> CountersAsync()
    {
        try
        {
            var counters = new List<Task<Event>>();
            foreach (Shard shard in _shards) counters.Add(shard.CountersAsync(cancellation));
            return await Task.WhenAll(counters);
        }
        catch (ChildEndedException)
        {
            return []; // a server has died; found by the caller
        }
    }

    // If a server process has died, or is about to: what of.
    private async Task<Limit?> DeathAsync(string problem, Watch watch)
    {
        bool connectionsBroke = !problem.Contains("halted", StringComparison.Ordinal) && !problem.StartsWith("socket", StringComparison.Ordinal);
        if (connectionsBroke)
        {
            Task anyEnded = Task.WhenAny(_shards.Select(static shard => shard.Server.Ended));
            await Task.WhenAny(anyEnded, Task.Delay(s_timeToDie, cancellation));
        }
        Shard? dead = _shards.Find(static shard => shard.Server.Ended.IsCompleted);
        if (dead is null) return null;
        int exitCode = await dead.Server.Ended;
        return Limit.OfDeadServer(dead.Server.ErrorText, exitCode, watch.MostThreadsOfAProcess, watch.MapsPerThread, dead.Reached);
    }

    private long ResidentBytes(out bool alive)
    {
        long sum = 0;
        alive = true;
        foreach (Shard shard in _shards)
        {
            if (ProcFs.ExactResidentBytes(shard.Server.Id) is { } bytes) sum += bytes;
            else alive = false;
        }
        return sum;
    }

    private double CpuSeconds()
    {
        double sum = 0;
        foreach (Shard shard in _shards) sum += ProcFs.CpuSecondsOf(shard.Server.Id);
        return sum;
    }
}
