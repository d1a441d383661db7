namespace GreenThreads.Docs.Tests.Code;

/// <summary>A block of C# in a page, with what the comment above it says about it.</summary>
/// <remarks>
/// <para>The comment stands directly above the block: <c>&lt;!-- code: CONTEXT, run, reports GT1002 --&gt;</c>.</para>
/// <list type="bullet">
/// <item><c>CONTEXT</c> is a file of the folder Contexts, in which the block takes the place of the line <c>// &lt;code&gt;</c>:
/// it declares what the page takes for granted. <c>program</c>: the block is a whole program. Without a comment: <c>default</c>.</item>
/// <item><c>run</c>: the program is woven and run; it has to end with exit code 0, and to print the text block that follows, if one
/// does.</item>
/// <item><c>reports ID</c>: the weaver has to report this id for it.</item>
/// <item><c>not compiled, because …</c>: is not C# that compiles, for a reason that the reader of the source gets to know.</item>
/// </list>
/// </remarks>
/// <param name="Page">The page, from the root.</param>
/// <param name="Line">The line of its first line of code, from 1.</param>
/// <param name="Text">The code.</param>
/// <param name="Context">The context.</param>
/// <param name="Runs">Whether it is run.</param>
/// <param name="Reports">The ids that the weaver reports for it.</param>
/// <param name="Exempt">Why it is not compiled; null if it is.</param>
/// <param name="Prints">What it prints, trimmed; null if the page does not say.</param>
internal sealed record CodeBlock(
    string Page, int Line, string Text, string Context, bool Runs, string[] Reports, string? Exempt, string? Prints)
{
    private const string Default = "default";
    private const string NotCompiled = "not compiled";

    /// <summary>All blocks of C# of a page.</summary>
    internal static IEnumerable<CodeBlock> Of(string page, string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            string start = lines[i].Trim();
            if (!start.StartsWith("```", StringComparison.Ordinal)) continue;
            int end = Array.FindIndex(lines, i + 1, static line => line.Trim() == "```");
            if (end < 0) throw new FormatException($"{page}({i + 1}): the code block does not end.");
            if (start is "```csharp" or "```cs" or "```c#") yield return Read(page, lines, i, end);
            i = end;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Page}({Line})";

    private static CodeBlock Read(string page, string[] lines, int fence, int end)
    {
        int indentation = lines[fence].Length - lines[fence].TrimStart().Length;
        string text = string.Join('\n', lines[(fence + 1)..end].Select(line => line.Length > indentation ? line[indentation..] : ""));
        string comment = fence > 0 ? lines[fence - 1].Trim() : "";
        string context = Default;
        bool runs = false;
        string? exempt = null;
        var reports = new List<string>();
        if (comment.StartsWith("<!-- code:", StringComparison.Ordinal) && comment.EndsWith("-->", StringComparison.Ordinal))
        {
            string said = comment["<!-- code:".Length..^"-->".Length].Trim();
            if (said.StartsWith(NotCompiled, StringComparison.Ordinal))
            {
                exempt = said[NotCompiled.Length..].TrimStart(',', ' ');
                if (!exempt.StartsWith("because ", StringComparison.Ordinal)) throw new FormatException($"{page}({fence}): say 'not compiled, because …'.");
            }
            else
            {
                string[] parts = said.Split(',', StringSplitOptions.TrimEntries);
                context = parts[0];
                foreach (string part in parts[1..])
                {
                    if (part == "run") runs = true;
                    else if (part.StartsWith("reports ", StringComparison.Ordinal)) reports.Add(part["reports ".Length..].Trim());
                    else throw new FormatException($"{page}({fence}): '{part}' is neither 'run' nor 'reports ID'.");
                }
            }
        }
        return new CodeBlock(page, fence + 2, text, context, runs, [.. reports], exempt, runs ? Following(lines, end) : null);
    }

    // The text block that comes next, with nothing but prose that ends with a colon between.
    private static string? Following(string[] lines, int end)
    {
        int next = Array.FindIndex(lines, end + 1, static line => line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith('#'));
        if (next < 0 || lines[next] != "```text") return null;
        if (lines[(end + 1)..next].LastOrDefault(static line => line.Trim().Length > 0) is { } prose && !prose.TrimEnd().EndsWith(':')) return null;
        int stop = Array.FindIndex(lines, next + 1, static line => line == "```");
        return string.Join('\n', lines[(next + 1)..stop]).Trim();
    }
}
