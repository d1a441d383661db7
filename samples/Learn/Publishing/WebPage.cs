using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Learn.Experiments;
using Learn.Lessons;

namespace Learn.Publishing;

/// <summary>The lessons as one page for a browser that loads nothing else.</summary>
internal static partial class WebPage
{
    /// <summary>Writes it.</summary>
    internal static string Write(IReadOnlyList<Lesson> lessons, MeasuredRun run)
    {
        using Stream stream = typeof(WebPage).Assembly.GetManifestResourceStream("page.html")!;
        using var reader = new StreamReader(stream);
        var body = new StringBuilder();
        foreach (Lesson lesson in lessons) AppendLesson(body, lesson, run.Results[lesson.Number - 1]);
        return reader.ReadToEnd()
            .Replace("{{lessons}}", body.ToString(), StringComparison.Ordinal)
            .Replace("{{count}}", lessons.Count.ToString(), StringComparison.Ordinal)
            .Replace("{{run}}", Html($"{run.Time:yyyy-MM-dd HH:mm} UTC, {run.Machine}"), StringComparison.Ordinal);
    }

    private static void AppendLesson(StringBuilder body, Lesson lesson, ExperimentResult result)
    {
        string id = $"lesson-{lesson.Number}";
        body.Append($"<section class=\"lesson\" id=\"{id}\" data-lesson=\"{lesson.Number}\">\n<h2><span class=\"tick\" aria-hidden=\"true\"></span>{lesson.Number}. {Html(lesson.Title)}</h2>\n");
        foreach (string paragraph in lesson.Text) body.Append($"<p>{Html(paragraph)}</p>\n");
        body.Append("<dl>");
        foreach (Term term in lesson.Vocabulary) body.Append($"<dt>{Html(term.Word)}</dt><dd>{Html(term.Meaning)}</dd>");
        body.Append($"</dl>\n<fieldset><legend>{Html(lesson.Question)}</legend>\n");
        foreach (Answer answer in lesson.Answers)
        {
            string right = answer.Right ? "true" : "false";
            body.Append($"<label data-right=\"{right}\"><input type=\"radio\" name=\"{id}\" value=\"{answer.Id}\"> <span>{answer.Id}) {Html(answer.Text)}</span></label>\n");
            body.Append($"<p class=\"why\" data-answer=\"{answer.Id}\" data-right=\"{right}\" hidden><b>{(answer.Right ? "Right." : "Wrong.")}</b> {Html(answer.Why)}</p>\n");
        }
        body.Append($"</fieldset>\n<div class=\"experiment\" hidden>\n<h3>Experiment</h3>\n<p>{Html(lesson.Experiment)}</p>\n");
        foreach (Chart chart in result.Charts) body.Append($"<figure>{BarChart.Draw(chart)}</figure>\n");
        body.Append("<ul>");
        foreach (string fact in result.Facts) body.Append($"<li>{Html(fact)}</li>");
        foreach (Limit limit in result.Limits) body.Append($"<li class=\"limit\">Limit: {Html(limit.Problem)}. Cure: {Html(limit.Cure)}.</li>");
        body.Append($"</ul>\n<p class=\"takeaway\">{Html(lesson.Takeaway)}</p>\n</div>\n</section>\n");
    }

    private static string Html(string text) => Code().Replace(WebUtility.HtmlEncode(text), "<code>$1</code>");

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();
}
