using System.Collections.Immutable;
using GreenThreads.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.AnalyzerCost;

/// <summary>What the analyzers say of a code base, those reports among them that a build does not print.</summary>
internal sealed class Reports(ImmutableArray<Diagnostic> found, long lines)
{
    /// <summary>The lines of code that were read.</summary>
    public long Lines => lines;

    /// <summary>Runs all analyzers.</summary>
    public static async Task<Reports> OfAsync(CodeBase code, CancellationToken cancellation)
    {
        ImmutableArray<DiagnosticAnalyzer> analyzers =
        [
            .. typeof(DiagnosticIds).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(DiagnosticAnalyzer))).Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!),
        ];
        Compilation compilation = code.Compile();
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: (e, analyzer, _) => throw new InvalidOperationException($"{analyzer} failed", e), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers(analyzers, options).GetAnalyzerDiagnosticsAsync(cancellation);
        return new Reports(
            [.. found.OrderBy(d => d.Id, StringComparer.Ordinal).ThenBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start)],
            compilation.SyntaxTrees.Sum(t => (long)t.GetText(cancellation).Lines.Count));
    }

    /// <summary>How many of each id.</summary>
    public override string ToString() => found.IsEmpty ? "none" : string.Join(", ", found.GroupBy(d => d.Id).Select(g => $"{g.Count()} {g.Key}"));

    /// <summary>Prints each with its place and line.</summary>
    public void Print()
    {
        foreach (Diagnostic diagnostic in found)
        {
            Console.WriteLine($"    {diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
            foreach (Location location in (Location[])[diagnostic.Location, .. diagnostic.AdditionalLocations])
            {
                FileLinePositionSpan place = location.GetLineSpan();
                Console.WriteLine($"        {place.Path}:{place.StartLinePosition.Line + 1}: {location.SourceTree!.GetText().Lines[place.StartLinePosition.Line].ToString().Trim()}");
            }
        }
    }
}
