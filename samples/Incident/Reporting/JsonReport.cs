using System.Text.Json;
using System.Text.Json.Serialization;
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

/// <summary>The whole file.</summary>
internal sealed record ReportDocument(DateTimeOffset Time, ReportMachine Machine, ReportOptions Options, IReadOnlyList<RunResult> Runs);

/// <summary>Where it was measured.</summary>
internal sealed record ReportMachine(int Cores, long MemoryBytes, string Runtime, long OpenFilesPerProcess);

/// <summary>What was asked for.</summary>
internal sealed record ReportOptions(int Connections, int Active, double Seconds);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext;
