namespace Incident.Measurement;

/// <summary>The server processes at one moment while connections grow.</summary>
/// <param name="Seconds">Since the first connection.</param>
/// <param name="Connections">Connections that have had an echo.</param>
/// <param name="ResidentBytes">Resident memory of all server processes.</param>
/// <param name="Threads">OS threads of all server processes.</param>
internal sealed record Sample(double Seconds, int Connections, long ResidentBytes, int Threads);
