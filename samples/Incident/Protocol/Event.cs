namespace Incident.Protocol;

/// <summary>One line of JSON from a child process to the supervisor.</summary>
/// <param name="Name">One of the constants of this class.</param>
internal sealed record Event(string Name)
{
    /// <summary>Server: it listens on <see cref="Port"/>. Load process: it waits for commands.</summary>
    internal const string Ready = "ready";

    /// <summary>A phase goes on; <see cref="Count"/> connections are done.</summary>
    internal const string Progress = "progress";

    /// <summary>The answer to <see cref="Command.Open"/>: <see cref="Count"/> connections have answered; why not all.</summary>
    internal const string Opened = "opened";

    /// <summary>The answer to <see cref="Command.PingPong"/>.</summary>
    internal const string PingPonged = "ping-ponged";

    /// <summary>The answer to <see cref="Command.Check"/>: <see cref="Count"/> connections have answered.</summary>
    internal const string Checked = "checked";

    /// <summary>The answer to <see cref="Command.Close"/>.</summary>
    internal const string Closed = "closed";

    /// <summary>The answer to <see cref="Command.Counters"/>.</summary>
    internal const string Counters = "counters";

    /// <summary>Where the server listens.</summary>
    public int Port { get; init; }

    /// <summary>How many connections.</summary>
    public int Count { get; init; }

    /// <summary>Why fewer connections than asked for; null where it went well.</summary>
    public string? Problem { get; init; }

    /// <summary>Completed round trips of the measured time.</summary>
    public long RoundTrips { get; init; }

    /// <summary>The measured time.</summary>
    public double Seconds { get; init; }

    /// <summary>Latencies as pairs of bucket and count, see <see cref="Load.LatencyHistogram"/>.</summary>
    public long[]? Latencies { get; init; }

    /// <summary>Bytes that the server has allocated on the managed heap since it started.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Collections since the server started.</summary>
    public int Collections { get; init; }

    /// <summary>Waits that suspended a green thread.</summary>
    public long Suspensions { get; init; }

    /// <summary>Waits that blocked a carrier, because the green thread was pinned.</summary>
    public long PinnedWaits { get; init; }
}
