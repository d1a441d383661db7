namespace Incident.Reporting;

/// <summary>What was asked for.</summary>
internal sealed record ReportOptions(int Connections, int Active, double Seconds);
