using System.Runtime.InteropServices;
using Incident.Measurement;
using Incident.Protocol;
using Spectre.Console;

namespace Incident.Reporting;

/// <summary>What is printed before and after the runs.</summary>
internal static class ConsoleReport
{
    private const int PlainWidth = 200;

    /// <summary>Says what is going to happen.</summary>
    internal static void Introduce(IncidentOptions options)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = PlainWidth;
        int pairs = (options.Connections + options.ConnectionsPerProcess - 1) / options.ConnectionsPerProcess;
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]{options.Connections:N0} connections[/], ping-pong on {options.Active:N0} of them for {options.Seconds:0.#} s; {Environment.ProcessorCount} cores, {ProcFs.TotalBytes() >> 20:N0} MiB, .NET {Environment.Version}, {RuntimeInformation.ProcessArchitecture}.");
        AnsiConsole.MarkupLineInterpolated(
            $"A process may have {options.OpenFiles:N0} open files: {pairs} server process{(pairs == 1 ? "" : "es")} for each mode, each with its load process.");
    }

    /// <summary>Prints the table and, below it, the cause and cure of what was not reached.</summary>
    internal static void Print(IReadOnlyList<RunResult> results)
    {
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.Ascii : TableBorder.Rounded };
        table.AddColumn(new TableColumn("server").NoWrap());
        foreach (string title in (string[])["reached", "answer at\nthe end", "OS\nthreads", "resident\nB/conn.", "machine\nB/conn.", "round\ntrips/s", "p50\nms", "p99\nms"])
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        table.AddColumn("how it ended");
        foreach (RunResult result in results)
        {
            bool measured = result.RoundTrips > 0;
            table.AddRow(
                new Markup($"[bold]{Name(result.Mode)}[/]"),
                new Text($"{result.Reached:N0}"),
                new Text($"{result.Answered:N0}"),
                new Text(result.ServerProcesses > 1 ? $"{result.OsThreads:N0} in {result.ServerProcesses}" : $"{result.OsThreads:N0}"),
                new Text(result.Reached == 0 ? "-" : $"{result.ResidentBytesPerConnection:N0}"),
                new Text(result.Survived ? $"{result.MachineBytesPerConnection:N0}" : "-"),
                new Text(measured ? $"{result.RoundTripsPerSecond:N0}" : "-"),
                new Text(measured ? $"{result.LatencyP50Microseconds / 1000:N2}" : "-"),
                new Text(measured ? $"{result.LatencyP99Microseconds / 1000:N2}" : "-"),
                new Markup($"[{(result.Cause is null ? "green" : "red")}]{Markup.Escape(result.Ended)}[/]"));
        }
        AnsiConsole.Write(table);
        foreach (RunResult result in results)
        {
            if (result.Cause is null) continue;
            AnsiConsole.MarkupLineInterpolated($"[bold]{Name(result.Mode)}, {result.Wanted:N0} wanted[/]: {result.Cause}");
            AnsiConsole.MarkupLineInterpolated($"  cure: {result.Cure}");
        }
        AnsiConsole.MarkupLine("[dim]Resident: (with all connections after the ping-pong - before the first one) / connections. Machine: the same of MemAvailable, both ends and the kernel's part.[/]");
        AnsiConsole.MarkupLine("[dim]Every server: workstation collector, not concurrent; TCP_NODELAY; a buffer of 512 bytes for each connection; backlog 4096.[/]");
    }

    private static string Name(ServeMode mode) => mode switch
    {
        ServeMode.Threads => "OS threads",
        ServeMode.Green => "green threads",
        _ => "async",
    };
}
