using System.Globalization;
using System.Net;
using System.Text;

namespace GreenThreads.Bench.Compare;

/// <summary>A comparison as one self-contained page with a bar chart for each work.</summary>
[NotWoven]
internal static class HtmlReport
{
    private const string Style =
        """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1e21; background: #fff; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; } .note { color: #5f6670; font-size: .87rem; }
        .row { display: grid; grid-template-columns: 7.5rem 1fr 10rem; gap: .6rem; align-items: center; margin: .15rem 0; }
        .track { position: relative; height: 1.1rem; background: #eef0f2; border-radius: 3px; }
        .bar { height: 100%; border-radius: 3px; background: #98a2ae; } .own .bar { background: #1f8a4c; }
        .spread { position: absolute; top: 45%; height: 10%; background: #1c1e21; opacity: .55; }
        .limit { position: absolute; top: -2px; bottom: -2px; width: 2px; background: #c0392b; }
        .number { text-align: right; font-variant-numeric: tabular-nums; } .own { font-weight: 600; }
        @media (prefers-color-scheme: dark) {
          body { background: #16181b; color: #e6e8ea; } .track { background: #2a2e33; } .note { color: #9aa3ad; } .spread { background: #e6e8ea; }
        }
        """;

    /// <summary>Writes it.</summary>
    internal static string Write(Comparison comparison)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append("<title>GreenThreads compared</title><style>").Append(Style).Append("</style><h1>GreenThreads compared</h1>");
        string size = comparison.IsQuick ? ", a tenth of the work" : "";
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(Machine.Describe())}. {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {comparison.Rounds} interleaved rounds{size}; ");
        page.Append(CultureInfo.InvariantCulture, $"load average {Text(comparison.LoadBefore ?? "?")} before, {Text(comparison.LoadAfter ?? "?")} after.</p>");
        page.Append("<p class=\"note\">Bars are medians, shorter is better; the thin line goes from the best round to the worst; a red mark is what this project wants of itself. ");
        page.Append("In brackets: how many times as much as green threads.</p><ul class=\"note\">");
        foreach (Contender contender in comparison.Contenders)
            page.Append(CultureInfo.InvariantCulture, $"<li>{Text(contender.Name)}: {(contender.IsPresent ? "" : "skipped, ")}{Text(contender.Note)}</li>");
        page.Append("</ul>");
        foreach (Work work in comparison.Works) Write(page, comparison, work);
        foreach (string failure in comparison.Failures) page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(failure)}</p>");
        return page.Append("</html>\n").ToString();
    }

    private static void Write(StringBuilder page, Comparison comparison, Work work)
    {
        double longest = work.AtMost ?? 0;
        foreach (Contender contender in comparison.Contenders)
        {
            foreach (double result in comparison.ResultsOf(work, contender)) longest = Math.Max(longest, result);
        }
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(work.Title)} <span class=\"note\">{Text(work.Unit)}</span></h2>");
        double? subject = comparison.MedianOf(work, comparison.Subject);
        foreach (Contender contender in comparison.Contenders)
        {
            if (!contender.IsPresent) continue;
            bool own = contender == comparison.Subject;
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"row{(own ? " own" : "")}\"><span>{Text(contender.Name)}</span><div class=\"track\">");
            string number = "–";
            if (comparison.MedianOf(work, contender) is { } median)
            {
                IReadOnlyList<double> results = comparison.ResultsOf(work, contender);
                double best = Percent(results.Min(), longest);
                page.Append(CultureInfo.InvariantCulture, $"<div class=\"bar\" style=\"width:{Percent(median, longest):0.##}%\"></div>");
                page.Append(CultureInfo.InvariantCulture, $"<div class=\"spread\" style=\"left:{best:0.##}%;width:{Percent(results.Max(), longest) - best:0.##}%\"></div>");
                number = Numbers.Show(median) + (!own && subject is { } value ? $" ({Numbers.Ratio(median, value)})" : "");
            }
            if (own && work.AtMost is { } most)
                page.Append(CultureInfo.InvariantCulture, $"<div class=\"limit\" style=\"left:{Percent(most, longest):0.##}%\"></div>");
            page.Append(CultureInfo.InvariantCulture, $"</div><span class=\"number\">{number}</span></div>");
        }
    }

    private static double Percent(double value, double of) => of <= 0 ? 0 : Math.Clamp(100 * value / of, 0, 100);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
