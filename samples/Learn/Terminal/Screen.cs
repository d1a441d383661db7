using System.Text.RegularExpressions;
using Learn.Experiments;
using Spectre.Console;

namespace Learn.Terminal;

/// <summary>Writes to the terminal: in colour and with live bars on one, else as plain text.</summary>
internal static partial class Screen
{
    private const int WidthOfPlainText = 110;
    private const int MostBarWidth = 46;

    /// <summary>Whether somebody is there, at a terminal that can do more than text.</summary>
    internal static bool IsInteractive => !Console.IsOutputRedirected && !Console.IsInputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    /// <summary>Prepares it.</summary>
    internal static void Begin()
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = WidthOfPlainText;
    }

    /// <summary>A heading.</summary>
    internal static void Heading(string text)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule($"[bold green]{Markup.Escape(text)}[/]").LeftJustified());
        AnsiConsole.WriteLine();
    }

    /// <summary>A paragraph; `code` between back quotes.</summary>
    internal static void Paragraph(string text, string style = "default")
    {
        AnsiConsole.MarkupLine($"[{style}]{MarkupOf(text)}[/]");
        AnsiConsole.WriteLine();
    }

    /// <summary>A line.</summary>
    internal static void Line(string text, string style = "default") => AnsiConsole.MarkupLine($"[{style}]{MarkupOf(text)}[/]");

    /// <summary>Runs something that takes a while, and shows how far it is.</summary>
    internal static T Live<T>(string title, Func<Action<double, string>, T> run)
    {
        if (!IsInteractive)
        {
            string last = "";
            return run((_, doing) =>
            {
                string kind = Digits().Replace(doing, "");
                if (kind == last) return;
                last = kind;
                AnsiConsole.WriteLine($"  ... {doing}");
            });
        }
        return AnsiConsole.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: 1);
                return run((done, doing) =>
                {
                    task.Value = done;
                    task.Description = Markup.Escape(doing);
                });
            });
    }

    /// <summary>Draws a chart.</summary>
    internal static void Draw(Chart chart)
    {
        AnsiConsole.MarkupLine($"[bold]{Markup.Escape(chart.Title)}[/] [grey]({Markup.Escape(chart.Unit)})[/]");
        double most = chart.Bars.Select(static bar => bar.Value).DefaultIfEmpty(1).Max();
        int label = chart.Bars.Select(static bar => bar.Label.Length).DefaultIfEmpty(0).Max();
        foreach (Bar bar in chart.Bars)
        {
            int width = most <= 0 ? 0 : (int)Math.Round(bar.Value / most * MostBarWidth);
            string colour = bar.Kind switch { "green" => "green", "os" => "darkorange", _ => "blue" };
            string drawn = width == 0 ? "▏" : new string('█', width);
            AnsiConsole.MarkupLine($"  {Markup.Escape(bar.Label.PadRight(label))}  [{colour}]{drawn}[/] {Numbers.Format(bar.Value)}");
        }
        AnsiConsole.WriteLine();
    }

    /// <summary>Text with `code` as markup.</summary>
    internal static string MarkupOf(string text) => Code().Replace(Markup.Escape(text), "[bold]$1[/]");

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[\d,]+")]
    private static partial Regex Digits();
}
