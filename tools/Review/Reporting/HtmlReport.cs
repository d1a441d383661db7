using System.Net;
using System.Text;
using GreenThreads.Review.Analysis;

namespace GreenThreads.Review.Reporting;

/// <summary>The review as one page without anything beside it.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2833;background:#fff}
        table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d5d8dc;vertical-align:top}
        th{background:#f4f6f7}code{font:13px ui-monospace,monospace}.yes{color:#1e8449}.no{color:#b9770e}.trouble{color:#b03a2e}
        pre{background:#f4f6f7;padding:.4rem;overflow-x:auto;margin:.3rem 0 0}
        @media(prefers-color-scheme:dark){body{background:#17202a;color:#ecf0f1}th,pre{background:#212f3d}th,td{border-color:#34495e}}
        """;

    public static void Write(string file, ReviewResult result, string root, string target)
    {
        var page = new StringBuilder();
        page.AppendLine("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.AppendLine($"<title>Review of {Text(Path.GetFileName(target))}</title><style>{Style}</style></head><body>");
        page.AppendLine($"<h1>Review of {Text(Path.GetFileName(target))}</h1>");
        page.AppendLine($"<p>{result.Projects.Count} projects, {result.Findings.Count} findings, {result.Findings.Count(f => f.Converted)} can be converted, {result.Pins.Count} places pin.</p>");
        foreach (Trouble trouble in result.Troubles) page.AppendLine($"<p class=\"trouble\"><b>{Text(trouble.Project)}</b>: {Text(trouble.Reason)}</p>");
        Section(page, "Findings", result.Findings, root, withConversion: true);
        Section(page, "What pins, and why", result.Pins, root, withConversion: false);
        page.AppendLine("</body></html>");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, page.ToString());
    }

    private static void Section(StringBuilder page, string title, List<Finding> findings, string root, bool withConversion)
    {
        if (findings.Count == 0) return;
        page.AppendLine($"<h2>{title}</h2><table><tr><th>Place</th><th>Id</th><th>What</th>{(withConversion ? "<th>Converted</th>" : "")}</tr>");
        foreach (Finding finding in findings)
        {
            string place = finding.File is { } file ? $"{(Path.IsPathRooted(file) ? Path.GetRelativePath(root, file) : file)}:{finding.Line}" : finding.Project;
            page.Append($"<tr><td><code>{Text(place)}</code></td><td>{finding.Id}</td><td>{Text(finding.Message)}{SourceLine(finding)}</td>");
            if (withConversion) page.Append(finding.Converted ? "<td class=\"yes\">yes</td>" : "<td class=\"no\">no</td>");
            page.AppendLine("</tr>");
        }
        page.AppendLine("</table>");
    }

    private static string SourceLine(Finding finding)
    {
        if (finding.File is not { } file || !File.Exists(file) || File.ReadLines(file).ElementAtOrDefault(finding.Line - 1) is not { } line) return "";
        return $"<pre><code>{Text(line.Trim())}</code></pre>";
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
