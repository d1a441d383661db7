using Incident.Protocol;

namespace Incident.Measurement;

/// <summary>What one server has shown.</summary>
internal sealed record RunResult
{
    /// <summary>How the server runs its connections.</summary>
    public required ServeMode Mode { get; init; }

    /// <summary>Connections that were asked for.</summary>
    public required int Wanted { get; init; }

    /// <summary>Connections that were open at once, each with an echo received.</summary>
    public int Reached { get; init; }

    /// <summary>Connections that answered at the end.</summary>
    public int Answered { get; init; }

    /// <summary>Connections with ping-pong.</summary>
    public int Active { get; init; }

    /// <summary>Server processes that the connections were spread over.</summary>
    public int ServerProcesses { get; init; }

    /// <summary>OS threads of all server processes, the most that was seen.</summary>
    public int OsThreads { get; init; }

    /// <summary>OS threads of that server process which had most.</summary>
    public int MostOsThreadsOfAProcess { get; init; }

    /// <summary>Resident memory of the server processes before the first connection (after a warm-up), in bytes.</summary>
    public long ResidentBytesBefore { get; init; }

    /// <summary>The same with all connections, after the ping-pong; where the server died, the last that was seen.</summary>
    public long ResidentBytesAfter { get; init; }

    /// <summary>Memory that the whole machine had less, in bytes: both ends of the connections, and the kernel's part.</summary>
    public long MachineBytes { get; init; }

    /// <summary>Resident bytes of the server for each connection.</summary>
    public double ResidentBytesPerConnection => Reached == 0 ? 0 : (double)(ResidentBytesAfter - ResidentBytesBefore) / Reached;

    /// <summary>Bytes of the whole machine for each connection.</summary>
    public double MachineBytesPerConnection => Reached == 0 ? 0 : (double)MachineBytes / Reached;

    /// <summary>Round trips in the measured time.</summary>
    public long RoundTrips { get; init; }

    /// <summary>Round trips per second over all load processes.</summary>
    public double RoundTripsPerSecond { get; init; }

    /// <summary>Median of the latency in microseconds.</summary>
    public double LatencyP50Microseconds { get; init; }

    /// <summary>99th percentile of the latency in microseconds.</summary>
    public double LatencyP99Microseconds { get; init; }

    /// <summary>Processor time of the servers for each round trip in microseconds, warm-up included in both.</summary>
    public double ServerCpuMicrosecondsPerRoundTrip { get; init; }

    /// <summary>Managed bytes that the servers have allocated for each round trip.</summary>
    public double AllocatedBytesPerRoundTrip { get; init; }

    /// <summary>Waits that suspended a green thread.</summary>
    public long Suspensions { get; init; }

    /// <summary>Waits that blocked a carrier, because the green thread was pinned.</summary>
    public long PinnedWaits { get; init; }

    /// <summary>How it ended, in a few words.</summary>
    public required string Ended { get; init; }

    /// <summary>Whether the server process was there to the end.</summary>
    public bool Survived { get; init; }

    /// <summary>Why not all connections were reached or answered; null if they were.</summary>
    public string? Cause { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Cure { get; init; }

    /// <summary>The servers while the connections grew.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }
}
