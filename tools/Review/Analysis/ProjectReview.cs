using System.Collections.Immutable;
using GreenThreads.Analyzers;
using GreenThreads.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Review.Analysis;

/// <summary>Runs the analyzers over a project and converts it in memory.</summary>
internal static class ProjectReview
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> s_analyzers =
    [
        .. typeof(ThreadPerConnectionAnalyzer).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!),
    ];

    /// <summary>All analyzers, for descriptions of their rules.</summary>
    public static IEnumerable<DiagnosticDescriptor> Rules => s_analyzers.SelectMany(a => a.SupportedDiagnostics).DistinctBy(d => d.Id).OrderBy(d => d.Id, StringComparer.Ordinal);

    /// <summary>Reviews the project.</summary>
    /// <returns>The project with what can be converted converted; null when there is nothing to review.</returns>
    public static async Task<Project?> RunAsync(Project project, ReviewResult result, CancellationToken cancellation)
    {
        if (project.Language != LanguageNames.CSharp)
        {
            result.Troubles.Add(new Trouble(project.Name, $"is written in {project.Language}, which the analyzers do not read"));
            return null;
        }
        Compilation? compilation = await project.GetCompilationAsync(cancellation);
        if (compilation is null || compilation.GetSpecialType(SpecialType.System_Object).TypeKind == TypeKind.Error)
        {
            result.Troubles.Add(new Trouble(project.Name, "its references were not found; restore it first (dotnet restore)"));
            return null;
        }
        result.Projects.Add(project.Name);
        Diagnostic[] errors = [.. compilation.GetDiagnostics(cancellation).Where(d => d.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
            result.Troubles.Add(new Trouble(project.Name, $"does not compile ({errors.Length} errors), what is reported of it may be incomplete; the first: {errors[0]}"));

        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers(s_analyzers, project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(cancellation);
        foreach (Diagnostic diagnostic in found.Where(d => !d.IsSuppressed && d.Severity != DiagnosticSeverity.Hidden).OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start))
        {
            FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
            bool isConverted = diagnostic.Id == DiagnosticIds.ThreadPerConnection && diagnostic.Properties.GetValueOrDefault(ThreadPerConnectionAnalyzer.RefusalProperty) is null;
            result.Findings.Add(new Finding(
                project.Name, diagnostic.Id, diagnostic.Severity, place.Path, place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1,
                diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), isConverted));
        }
        return await ConvertAsync(project, found, cancellation);
    }

    private static async Task<Project> ConvertAsync(Project project, ImmutableArray<Diagnostic> found, CancellationToken cancellation)
    {
        foreach (IGrouping<SyntaxTree?, Diagnostic> file in found.Where(d => d.Id == DiagnosticIds.ThreadPerConnection).GroupBy(d => d.Location.SourceTree))
        {
            if (file.Key is null || project.GetDocument(file.Key) is not { } document) continue;
            // the diagnostics are of the compilation as it was; other files do not change their places
            Document converted = await ThreadConverter.ConvertAsync(document, file, cancellation);
            project = project.Solution.WithDocumentText(document.Id, await converted.GetTextAsync(cancellation)).GetProject(project.Id)!;
        }
        return project;
    }
}
