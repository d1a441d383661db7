using System.Globalization;
using System.Net;
using System.Text;
using Incident.Measurement;
using Incident.Protocol;

namespace Incident.Reporting;

/// <summary>One self-contained page: the table and the charts.</summary>
internal static class HtmlReport
{
    private const string Style =
        """
        :root { color-scheme: light dark; --ink: #1c2330; --dim: #667085; --paper: #fff; --line: #d6dae1;
                --threads: #c2410c; --async: #2563eb; --green: #15803d; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --dim: #98a2b3; --paper: #14181f; --line: #343b47;
                --threads: #fb923c; --async: #7aa7ff; --green: #4ade80; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } p, figcaption { color: var(--dim); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th { font-weight: 600; vertical-align: bottom; white-space: normal; } th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
        figure { margin: 1rem 0; } svg { width: 100%; height: auto; }
        svg text { font: 12px system-ui, sans-serif; fill: var(--dim); } .grid { stroke: var(--line); stroke-width: 1; }
        .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
        .threads { stroke: var(--threads); } .async { stroke: var(--async); } .green { stroke: var(--green); }
        svg text.name-threads { fill: var(--threads); } svg text.name-async { fill: var(--async); } svg text.name-green { fill: var(--green); }
        """;

    /// <summary>Writes the page.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static Task WriteAsync(FileInfo file, IncidentOptions options, IReadOnlyList<RunResult> results) =>
        File.WriteAllTextAsync(file.FullName, Page(options, results));

    /// <summary>The name of a mode for people.</summary>
    internal static string NameOf(ServeMode mode) => mode switch
    {
        ServeMode.Threads => "OS threads",
        ServeMode.Green => "green threads",
        _ => "async",
    };

    private static string Page(IncidentOptions options, IReadOnlyList<RunResult> results)
    {
        var page = new StringBuilder();
        page.Append(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>One handler, {options.Connections:N0} connections</title><style>{Style}</style></head><body>
            <h1>One blocking handler, {options.Connections:N0} connections</h1>
            <p>{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC; {Environment.ProcessorCount} cores, {ProcFs.TotalBytes() >> 20:N0} MiB, .NET {Environment.Version};
            ping-pong on {options.Active:N0} connections for {options.Seconds:0.#} s; the load shares the cores with the server.</p>

            """);
        AppendTable(page, results);
        foreach (RunResult result in results)
            if (result.Cause is not null)
                page.Append(CultureInfo.InvariantCulture, $"<p><b>{NameOf(result.Mode)}, {result.Wanted:N0} wanted:</b> {Encode(result.Cause)}. Cure: {Encode(result.Cure!)}.</p>\n");
        // of two runs of a mode, the first shows the wall
        RunResult[] first = [.. results.DistinctBy(static result => result.Mode)];
        page.Append("<h2>Resident memory of the server while connections grow</h2>\n");
        page.Append(LineChart.Draw(first, static sample => sample.ResidentBytes / 1048576.0, "MiB"));
        page.Append("<h2>OS threads of the server while connections grow</h2>\n");
        page.Append(LineChart.Draw(first, static sample => sample.Threads, "OS threads"));
        page.Append("</body></html>\n");
        return page.ToString();
    }

    private static void AppendTable(StringBuilder page, IReadOnlyList<RunResult> results)
    {
        page.Append(
            """
            <div class="scroll"><table><thead><tr><th>server</th><th>reached</th><th>answer at the end</th><th>OS threads</th><th>processes</th>
            <th>resident bytes per connection</th><th>machine bytes per connection</th><th>round trips/s</th><th>p50 ms</th><th>p99 ms</th><th>how it ended</th></tr></thead><tbody>

            """);
        foreach (RunResult result in results)
        {
            bool measured = result.RoundTrips > 0;
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{NameOf(result.Mode)}</td><td>{result.Reached:N0}</td><td>{result.Answered:N0}</td><td>{result.OsThreads:N0}</td><td>{result.ServerProcesses}</td><td>{result.ResidentBytesPerConnection:N0}</td>");
            page.Append(
                CultureInfo.InvariantCulture,
                $"<td>{(result.Survived ? result.MachineBytesPerConnection.ToString("N0", CultureInfo.InvariantCulture) : "&ndash;")}</td>");
            page.Append(measured
                ? string.Create(CultureInfo.InvariantCulture, $"<td>{result.RoundTripsPerSecond:N0}</td><td>{result.LatencyP50Microseconds / 1000:N2}</td><td>{result.LatencyP99Microseconds / 1000:N2}</td>")
                : "<td>&ndash;</td><td>&ndash;</td><td>&ndash;</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{Encode(result.Ended)}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
