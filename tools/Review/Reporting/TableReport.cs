using GreenThreads.Review.Analysis;
using Spectre.Console;

namespace GreenThreads.Review.Reporting;

/// <summary>The review as tables on the console.</summary>
internal sealed class TableReport(IAnsiConsole console, string root)
{
    public void Write(ReviewResult result, bool isFixed)
    {
        if (Console.IsOutputRedirected) console.Profile.Width = 200;
        if (result.Findings.Count > 0)
        {
            Table table = Create("Place", "Id", "What", "Converted");
            foreach (Finding finding in result.Findings)
                table.AddRow(Markup.Escape(Place(finding)), finding.Id, Markup.Escape(finding.Message), finding.Converted ? "[green]yes[/]" : finding.Id == "GT2001" ? "[yellow]no[/]" : "");
            console.Write(table);
        }
        if (result.Pins.Count > 0)
        {
            Table table = Create("Pins at", "Id", "Why");
            foreach (Finding pin in result.Pins) table.AddRow(Markup.Escape(Place(pin)), pin.Id, Markup.Escape(pin.Message));
            console.Write(table);
        }
        foreach (Trouble trouble in result.Troubles) console.MarkupLineInterpolated($"[red]{trouble.Project}[/]: {trouble.Reason}");
        int convertible = result.Findings.Count(f => f.Converted);
        console.WriteLine($"{result.Projects.Count} projects, {result.Findings.Count} findings, {convertible} {(isFixed ? "were" : "can be")} converted, {result.Pins.Count} places pin, {result.Troubles.Count} problems.");
        if (isFixed)
        {
            foreach (string file in result.Changed) console.WriteLine($"changed {Path.GetRelativePath(root, file)}");
            if (result.Changed.Count > 0) console.WriteLine("Projects with changes need the package GreenThreads: dotnet add package GreenThreads");
        }
    }

    private string Place(Finding finding) => finding.File is { } file ? $"{(Path.IsPathRooted(file) ? Path.GetRelativePath(root, file) : file)}:{finding.Line}" : finding.Project;

    private static Table Create(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (string column in columns) table.AddColumn(column);
        return table;
    }
}
