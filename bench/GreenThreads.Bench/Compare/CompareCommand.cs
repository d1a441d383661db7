using System.Globalization;
using Spectre.Console;

namespace GreenThreads.Bench.Compare;

/// <summary><c>compare</c>: the same work on every system that is installed.</summary>
[NotWoven]
internal static class CompareCommand
{
    internal const string Usage =
        """
        compare [--rounds N] [--only WORK,...] [--quick] [--out FOLDER] [--list]
          --rounds N    rounds (5; with --quick 1)
          --only        these works, by name or the beginning of one
          --quick       a tenth of the work
          --out         where compare.json and compare.html go (the current folder)
          --list        the works
        """;

    private const int DefaultRounds = 5;
    private const int RedirectedWidth = 180;

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] arguments)
    {
        int? rounds = null;
        bool quick = false;
        string output = Directory.GetCurrentDirectory();
        Work[] works = Work.All;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--list":
                    List();
                    return 0;
                case "--rounds" when i + 1 < arguments.Length
                    && int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0:
                    rounds = number;
                    i++;
                    break;
                case "--only" when i + 1 < arguments.Length:
                    string[] names = arguments[++i].Split(',', StringSplitOptions.RemoveEmptyEntries);
                    string? unknown = Array.Find(names, static name => !Array.Exists(Work.All, work => Matches(work, name)));
                    if (unknown is not null) return Wrong($"There is no work '{unknown}'; --list shows them.");
                    works = Array.FindAll(Work.All, work => Array.Exists(names, name => Matches(work, name)));
                    break;
                case "--out" when i + 1 < arguments.Length:
                    output = arguments[++i];
                    break;
                default:
                    return Wrong($"'{arguments[i]}' is not an option, or its value is missing or wrong.");
            }
        }
        return Run(works, rounds ?? (quick ? 1 : DefaultRounds), quick, output);
    }

    private static bool Matches(Work work, string name) => work.Name.StartsWith(name, StringComparison.Ordinal);

    private static int Run(Work[] works, int rounds, bool quick, string output)
    {
        Directory.CreateDirectory(output);
        string peers = Directory.CreateTempSubdirectory("greenthreads-peers-").FullName;
        try
        {
            var comparison = new Comparison(Contenders.Find(peers), works, rounds, quick);
            AnsiConsole.MarkupLineInterpolated($"{Machine.Describe()}");
            foreach (Contender contender in comparison.Contenders)
                AnsiConsole.MarkupLineInterpolated($"  {contender.Name}: {(contender.IsPresent ? "" : "skipped, ")}{contender.Note}");
            comparison.Run();
            if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = RedirectedWidth;
            AnsiConsole.Write(Table(comparison));
            foreach (string failure in comparison.Failures) AnsiConsole.MarkupLineInterpolated($"[red]{failure}[/]");
            string json = Path.Combine(output, "compare.json");
            string page = Path.Combine(output, "compare.html");
            File.WriteAllText(json, JsonReport.Write(comparison));
            File.WriteAllText(page, HtmlReport.Write(comparison));
            AnsiConsole.WriteLine($"{json}{Environment.NewLine}{page}");
            return comparison.Failures.Count == 0 ? 0 : 2;
        }
        finally
        {
            Directory.Delete(peers, recursive: true);
        }
    }

    // Medians, and in brackets how many times as much as the first column.
    private static Table Table(Comparison comparison)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("work").AddColumn("unit").AddColumn(new TableColumn("at most").RightAligned());
        foreach (Contender contender in comparison.Contenders) table.AddColumn(new TableColumn(Markup.Escape(contender.Name)).RightAligned());
        foreach (Work work in comparison.Works)
        {
            double? subject = comparison.MedianOf(work, comparison.Subject);
            var cells = new List<string> { Markup.Escape(work.Title), work.Unit, work.AtMost is { } most ? Numbers.Show(most) : "" };
            foreach (Contender contender in comparison.Contenders)
            {
                double? median = comparison.MedianOf(work, contender);
                if (median is null) cells.Add("–");
                else if (contender == comparison.Subject) cells.Add(median > work.AtMost ? $"[yellow]{Numbers.Show(median.Value)}[/]" : Numbers.Show(median.Value));
                else cells.Add(Numbers.Show(median.Value) + (subject is { } own ? $" [grey]({Numbers.Ratio(median.Value, own)})[/]" : ""));
            }
            table.AddRow([.. cells]);
        }
        return table;
    }

    private static void List()
    {
        foreach (Work work in Work.All) Console.WriteLine($"{work.Name,-12} {work.Title} ({work.Unit})");
    }

    private static int Wrong(string message)
    {
        Console.Error.WriteLine(message);
        Console.Error.WriteLine(Usage);
        return 1;
    }
}
