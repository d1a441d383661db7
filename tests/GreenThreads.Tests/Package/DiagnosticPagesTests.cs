using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace GreenThreads.Tests.Package;

/// <summary>Every id that the weaver can report is explained in docs/diagnostics, and the targets know its warnings.</summary>
public partial class DiagnosticPagesTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "docs", "diagnostics");

    [Fact]
    public void Every_id_has_a_page_with_all_sections()
    {
        foreach (int id in Ids())
        {
            string page = Path.Combine(s_folder, $"GT{id}.md");
            Assert.True(File.Exists(page), $"docs/diagnostics/GT{id}.md is missing.");
            string text = File.ReadAllText(page);
            Assert.StartsWith($"# GT{id}: ", text);
            foreach (string section in (string[])["## Cause", "## Example", "## Fix", "## How to suppress it"])
            {
                Assert.True(text.Contains(section), $"docs/diagnostics/GT{id}.md has no section '{section}'.");
            }
        }
    }

    [Fact]
    public void Every_page_belongs_to_an_id_and_is_in_the_index()
    {
        string index = File.ReadAllText(Path.Combine(s_folder, "README.md"));
        int[] pages =
        [
            .. Directory.GetFiles(s_folder, "GT*.md")
                .Select(file => int.Parse(Path.GetFileNameWithoutExtension(file).AsSpan(2), CultureInfo.InvariantCulture))
                .Where(id => id < 2000) // those of the analyzers are tested with them
                .Order(),
        ];
        Assert.Equal(Ids(), pages);
        foreach (int id in pages) Assert.Contains($"| [GT{id}](GT{id}.md) |", index);
    }

    [Fact]
    public void The_targets_list_the_warnings_that_can_become_errors()
    {
        string targets = File.ReadAllText(Path.Combine(Repository.Root, "build", "GreenThreads.targets"));
        string listed = WarningsProperty().Match(targets).Groups[1].Value;
        Assert.Equal(string.Join(';', Ids().Where(id => id < 1100).Select(id => $"GT{id}")), listed);
    }

    private static int[] Ids()
    {
        Type ids = Assembly.Load("GreenThreads.Weaver").GetType("GreenThreads.Weaver.Diagnostics.DiagnosticId", throwOnError: true)!;
        int[] values = [.. Enum.GetValuesAsUnderlyingType(ids).Cast<int>().Order()];
        Assert.NotEmpty(values);
        return values;
    }

    [GeneratedRegex("<GreenThreadsWarnings>([^<]*)</GreenThreadsWarnings>")]
    private static partial Regex WarningsProperty();
}
