using Incident.Measurement;

namespace Incident.Reporting;

/// <summary>The whole file.</summary>
internal sealed record ReportDocument(DateTimeOffset Time, ReportMachine Machine, ReportOptions Options, IReadOnlyList<RunResult> Runs);
