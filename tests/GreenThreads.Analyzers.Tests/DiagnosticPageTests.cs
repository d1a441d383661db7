using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers.Tests;

/// <summary>Every id of the analyzers is explained in docs/diagnostics.</summary>
public class DiagnosticPageTests
{
    [Fact]
    public void Every_id_has_a_page_with_all_sections_and_every_page_an_id()
    {
        string folder = Path.Combine(Root(), "docs", "diagnostics");
        string index = File.ReadAllText(Path.Combine(folder, "README.md"));
        DiagnosticDescriptor[] rules =
        [
            .. typeof(ThreadPerConnectionAnalyzer).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(DiagnosticAnalyzer)))
                .SelectMany(t => ((DiagnosticAnalyzer)Activator.CreateInstance(t)!).SupportedDiagnostics),
        ];
        Assert.NotEmpty(rules);
        foreach (DiagnosticDescriptor rule in rules)
        {
            string page = File.ReadAllText(Path.Combine(folder, rule.Id + ".md"));
            Assert.StartsWith($"# {rule.Id}: {rule.Title}", page);
            foreach (string section in (string[])["## Cause", "## Example", "## Fix", "## How to suppress it"]) Assert.Contains(section, page);
            string severity = rule.DefaultSeverity == DiagnosticSeverity.Info ? "suggestion" : "warning";
            Assert.Contains($"| [{rule.Id}]({rule.Id}.md) | {severity} | {rule.Title} |", index);
        }
        Assert.Equal(Directory.GetFiles(folder, "GT2*.md").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(), rules.Select(r => r.Id).Order());
    }

    private static string Root([CallerFilePath] string file = "")
    {
        // deterministic builds map the path of the sources
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GreenThreads.slnx"))) return folder.FullName;
        }
        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
    }
}
