using System.Globalization;
using System.Text;
using Learn.Experiments;
using Learn.Lessons;

namespace Learn.Publishing;

/// <summary>The lessons as pages with figures (docs/learn).</summary>
internal static class MarkdownPages
{
    private const string Made = "<!-- Made by `dotnet run --project samples/Learn -- docs --output docs/learn` from lessons.json and measured.json. -->";

    /// <summary>All files: names and texts.</summary>
    internal static IEnumerable<(string Name, string Text)> Write(IReadOnlyList<Lesson> lessons, MeasuredRun run)
    {
        yield return ("README.md", Map(lessons));
        foreach (Lesson lesson in lessons)
        {
            ExperimentResult result = run.Results[lesson.Number - 1];
            yield return (NameOf(lesson), Page(lesson, lessons, run, result));
            for (int i = 0; i < result.Charts.Length; i++) yield return (FigureOf(lesson, i), BarChart.Draw(result.Charts[i]));
        }
    }

    private static string NameOf(Lesson lesson) => $"{lesson.Number}-{lesson.Name}.md";

    private static string FigureOf(Lesson lesson, int chart) => $"{lesson.Number}-{lesson.Name}-{chart + 1}.svg";

    private static string Map(IReadOnlyList<Lesson> lessons)
    {
        var page = new StringBuilder();
        page.Append(Made).Append(
            """


            # Learn

            Five short lessons, each with a question and an experiment. Best done, not read: on your own machine, with its own numbers,

            ```
            dotnet run -c Release --project samples/Learn
            ```

            or as one web page: `dotnet run -c Release --project samples/Learn -- page --output learn.html`.


            """);
        foreach (Lesson lesson in lessons) page.Append(CultureInfo.InvariantCulture, $"{lesson.Number}. [{lesson.Title}]({NameOf(lesson)}): {char.ToLowerInvariant(lesson.Question[0])}{lesson.Question[1..]}\n");
        return page.ToString();
    }

    private static string Page(Lesson lesson, IReadOnlyList<Lesson> lessons, MeasuredRun run, ExperimentResult result)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        var page = new StringBuilder();
        page.Append(culture, $"{Made}\n\n# {lesson.Number}. {lesson.Title}\n\n");
        foreach (string paragraph in lesson.Text) page.Append(culture, $"{paragraph}\n\n");
        page.Append("| Word | Meaning |\n|---|---|\n");
        foreach (Term term in lesson.Vocabulary) page.Append(culture, $"| {term.Word} | {term.Meaning} |\n");
        page.Append(culture, $"\n## Question\n\n**{lesson.Question}**\n\n");
        foreach (Answer answer in lesson.Answers)
            page.Append(culture, $"<details><summary>{answer.Id}) {answer.Text}</summary>\n\n{(answer.Right ? "**Right.**" : "**Wrong.**")} {answer.Why}\n\n</details>\n");
        page.Append(culture, $"\n## Experiment\n\n{lesson.Experiment}\n\n`dotnet run -c Release --project samples/Learn -- --lesson {lesson.Number}` does it on your machine. ");
        page.Append(culture, $"The figures are of one run of {run.Time:yyyy-MM-dd} ({run.Machine}).\n\n");
        for (int i = 0; i < result.Charts.Length; i++)
        {
            Chart chart = result.Charts[i];
            page.Append(culture, $"![{chart.Title}]({FigureOf(lesson, i)})\n\n| {chart.Title} | {chart.Unit} |\n|---|---:|\n");
            foreach (Bar bar in chart.Bars) page.Append(culture, $"| {bar.Label} | {Numbers.Format(bar.Value)} |\n");
            page.Append('\n');
        }
        foreach (string fact in result.Facts) page.Append(culture, $"- {fact}\n");
        foreach (Limit limit in result.Limits) page.Append(culture, $"- Limit: {limit.Problem}. Cure: {limit.Cure}.\n");
        page.Append(culture, $"\n**{lesson.Takeaway}**\n\n");
        if (lesson.Number < lessons.Count) page.Append(culture, $"Next: [{lessons[lesson.Number].Title}]({NameOf(lessons[lesson.Number])}).\n");
        else page.Append("What next: [Getting started](../getting-started/README.md).\n");
        return page.ToString();
    }
}
