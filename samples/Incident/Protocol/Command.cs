namespace Incident.Protocol;

/// <summary>One line of JSON from the supervisor to a child process.</summary>
/// <param name="Name">One of the constants of this class.</param>
internal sealed record Command(string Name)
{
    /// <summary>Load process: open <see cref="Count"/> connections to <see cref="Port"/> and get an echo on each.</summary>
    internal const string Open = "open";

    /// <summary>Load process: ping-pong on <see cref="Count"/> of the open connections for <see cref="Seconds"/>.</summary>
    internal const string PingPong = "ping-pong";

    /// <summary>Load process: get an echo on every open connection.</summary>
    internal const string Check = "check";

    /// <summary>Load process: close all connections.</summary>
    internal const string Close = "close";

    /// <summary>Load process: stop opening connections; answered by the <see cref="Event.Opened"/> of that command.</summary>
    internal const string Halt = "halt";

    /// <summary>Server: report the counters of the process.</summary>
    internal const string Counters = "counters";

    /// <summary>The server's port.</summary>
    public int Port { get; init; }

    /// <summary>How many connections.</summary>
    public int Count { get; init; }

    /// <summary>How long, after the warm-up.</summary>
    public double Seconds { get; init; }

    /// <summary>How long to ping-pong before the measurement starts.</summary>
    public double WarmUpSeconds { get; init; }
}
