using System.Globalization;

namespace GreenThreads.AnalyzerCost;

/// <summary>The result as a table in Markdown, medians with the least and the greatest.</summary>
internal static class Table
{
    public static void Head()
    {
        Console.WriteLine("| code base | lines | build without, s | with, s | added | compiler without, s | with, s | added | reports |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---|");
    }

    public static void Row(CodeBase code, BuildTimes times, Reports reports) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {code.Name} | {reports.Lines:N0} | {Columns(times, b => b.Whole)} | {Columns(times, b => b.Compiler)} | {reports} |"));

    private static string Columns(BuildTimes times, Func<BuildTimes.Build, double> part)
    {
        double[] without = [.. times.Without.Select(part)], with = [.. times.With.Select(part)];
        double before = BuildTimes.Median(without), after = BuildTimes.Median(with);
        return string.Create(CultureInfo.InvariantCulture, $"{Seconds(without)} | {Seconds(with)} | {(after - before) / before:+0.0%;-0.0%}");
    }

    private static string Seconds(double[] values) =>
        string.Create(CultureInfo.InvariantCulture, $"{BuildTimes.Median(values) / 1000:F1} ({values.Min() / 1000:F1} to {values.Max() / 1000:F1})");
}
