namespace Incident.Reporting;

/// <summary>Where it was measured.</summary>
internal sealed record ReportMachine(int Cores, long MemoryBytes, string Runtime, long OpenFilesPerProcess);
