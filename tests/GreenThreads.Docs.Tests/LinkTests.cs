using System.Text.RegularExpressions;
using GreenThreads.Docs.Tests.Infrastructure;
using GreenThreads.Tests.Package;

namespace GreenThreads.Docs.Tests;

/// <summary>Links between the pages lead to files and headings that exist.</summary>
public partial class LinkTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading()
    {
        var broken = new List<string>();
        int links = 0;
        foreach (string page in Pages.All)
        {
            foreach ((int line, string target) in LinksOf(page))
            {
                links++;
                if (Problem(page, target) is { } problem) broken.Add($"{page}({line}): {target}: {problem}");
            }
        }
        Assert.True(links > 60, $"Only {links} links were found: the search is broken.");
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public void Every_page_of_docs_is_reached_from_the_map()
    {
        var reached = new HashSet<string> { "docs/README.md" };
        var left = new Queue<string>(reached);
        while (left.TryDequeue(out string? page))
        {
            foreach ((_, string target) in LinksOf(page))
            {
                if (Resolve(page, target) is { } next && next.EndsWith(".md", StringComparison.Ordinal) && reached.Add(next)) left.Enqueue(next);
            }
        }
        // Decisions are found by their numbers, not by reading.
        Assert.DoesNotContain(
            Pages.All.Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && !page.StartsWith("docs/decisions/", StringComparison.Ordinal)),
            page => !reached.Contains(page));
    }

    [Theory]
    [InlineData("What is missed, and why", "what-is-missed-and-why")]
    [InlineData("`GT1002`: a *span* (again)", "gt1002-a-span-again")]
    public void Anchors_are_those_of_the_usual_viewers(string heading, string anchor) => Assert.Equal(anchor, AnchorOf(heading));

    private static IEnumerable<(int Line, string Target)> LinksOf(string page)
    {
        bool code = false;
        string[] lines = Pages.LinesOf(page);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal)) code = !code;
            if (code) continue;
            foreach (Match match in Link().Matches(InlineCode().Replace(lines[i], ""))) yield return (i + 1, match.Groups[1].Value);
        }
    }

    private static string? Problem(string page, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) return null;
        string file = Resolve(page, target)!;
        string full = Path.Combine(Repository.Root, file);
        if (!File.Exists(full) && !Directory.Exists(full)) return "there is no such file";
        int hash = target.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0 || !file.EndsWith(".md", StringComparison.Ordinal)) return null;
        return AnchorsOf(file).Contains(target[(hash + 1)..]) ? null : "there is no such heading";
    }

    private static string? Resolve(string page, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal)) return null;
        string path = target.Split('#')[0];
        if (path.Length == 0) return page;
        string full = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, path));
        string relative = Path.GetRelativePath(Repository.Root, full).Replace('\\', '/');
        return Directory.Exists(full) && File.Exists(Path.Combine(full, "README.md")) ? relative + "/README.md" : relative;
    }

    private static HashSet<string> AnchorsOf(string page)
    {
        var anchors = new HashSet<string>();
        bool code = false;
        foreach (string line in Pages.LinesOf(page))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) code = !code;
            if (code || !line.StartsWith('#')) continue;
            string anchor = AnchorOf(line.TrimStart('#').Trim());
            for (int copy = 0; !anchors.Add(copy == 0 ? anchor : $"{anchor}-{copy}"); copy++) { }
        }
        return anchors;
    }

    private static string AnchorOf(string heading) =>
        NotInAnchors().Replace(Link().Replace(heading, ""), "").Trim().ToLowerInvariant().Replace(' ', '-');

    [GeneratedRegex(@"(?<=\])\(([^()\s]+)(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`(?!\\])")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
