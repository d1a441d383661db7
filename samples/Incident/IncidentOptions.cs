using Incident.Protocol;

namespace Incident;

/// <summary>What the command line asked for, with the defaults worked out for this machine.</summary>
internal sealed record IncidentOptions
{
    /// <summary>Connections to open.</summary>
    public required int Connections { get; init; }

    /// <summary>Connections with ping-pong.</summary>
    public required int Active { get; init; }

    /// <summary>Seconds of ping-pong that are measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>The servers to run, in this order.</summary>
    public required IReadOnlyList<ServeMode> Modes { get; init; }

    /// <summary>Connections that one server process and its load process hold, by the open-file limit.</summary>
    public required int ConnectionsPerProcess { get; init; }

    /// <summary>The open-file limit of a process.</summary>
    public required long OpenFiles { get; init; }

    /// <summary>Where to write the results as JSON; null for nowhere.</summary>
    public FileInfo? Json { get; init; }

    /// <summary>Where to write the page with the charts; null for nowhere.</summary>
    public FileInfo? Html { get; init; }
}
