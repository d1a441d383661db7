using System.Text.Json;
using Incident.Measurement;

namespace Incident.Reporting;

/// <summary>The results as a file for other programs.</summary>
internal static class JsonReport
{
    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static async Task WriteAsync(FileInfo file, IncidentOptions options, IReadOnlyList<RunResult> results)
    {
        var document = new ReportDocument(
            DateTimeOffset.UtcNow,
            new ReportMachine(Environment.ProcessorCount, ProcFs.TotalBytes(), Environment.Version.ToString(), options.OpenFiles),
            new ReportOptions(options.Connections, options.Active, options.Seconds),
            results);
        await using FileStream stream = file.Create();
        await JsonSerializer.SerializeAsync(stream, document, ReportJson.Default.ReportDocument);
    }
}
