using System.Text.RegularExpressions;
using GreenThreads.Docs.Tests.Infrastructure;

namespace GreenThreads.Docs.Tests;

/// <summary>Diagrams of states use the names of the code: a comment "states: TYPE" above the diagram names the enumeration.</summary>
public partial class StateDiagramTests
{
    [Fact]
    public void The_states_of_a_diagram_are_those_of_the_enumeration()
    {
        int diagrams = 0;
        foreach (string page in Pages.All)
        {
            string[] lines = Pages.LinesOf(page);
            for (int i = 0; i + 1 < lines.Length; i++)
            {
                if (Comment().Match(lines[i]) is not { Success: true } comment || lines[i + 1] != "```mermaid") continue;
                diagrams++;
                Type type = typeof(GreenThread).Assembly.GetType(comment.Groups[1].Value, throwOnError: true)!;
                int end = Array.IndexOf(lines, "```", i + 2);
                string[] drawn = [.. lines[(i + 2)..end].SelectMany(static line => State().Matches(line)).Select(static match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
                Assert.Equal(Enum.GetNames(type).Order(StringComparer.Ordinal), drawn);
            }
        }
        Assert.True(diagrams > 0);
    }

    [GeneratedRegex("^<!-- states: (.+) -->$")]
    private static partial Regex Comment();

    // Both ends of an arrow.
    [GeneratedRegex(@"(?:^\s*|-->\s*)([A-Za-z]+)(?=\s*-->|\s*:|\s*$)(?<!stateDiagram)")]
    private static partial Regex State();
}
