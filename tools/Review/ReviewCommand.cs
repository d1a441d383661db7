using GreenThreads.Review.Analysis;
using GreenThreads.Review.Loading;
using GreenThreads.Review.Reporting;
using Microsoft.CodeAnalysis;
using Spectre.Console;

namespace GreenThreads.Review;

/// <summary>The review from loading to the reports.</summary>
internal static class ReviewCommand
{
    /// <returns>0; 1 when there are findings of the severity to fail on; 2 when nothing could be reviewed.</returns>
    public static async Task<int> RunAsync(ReviewOptions options, CancellationToken cancellation)
    {
        var result = new ReviewResult();
        Workspace workspace;
        Solution solution;
        try
        {
            (workspace, solution) = await SolutionLoader.LoadAsync(options.Target, result.Troubles, cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or IOException or InvalidOperationException)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        using (workspace)
        {
            Solution converted = solution;
            foreach (ProjectId id in solution.GetProjectDependencyGraph().GetTopologicallySortedProjects(cancellation))
            {
                Project project = solution.GetProject(id)!;
                try
                {
                    if (await ProjectReview.RunAsync(project, result, cancellation) is not { } changed) continue;
                    foreach (DocumentId document in changed.GetChanges(project).GetChangedDocuments())
                    {
                        Document after = changed.GetDocument(document)!;
                        converted = converted.WithDocumentText(document, await after.GetTextAsync(cancellation));
                        if (after.FilePath is { } file && !result.Changed.Contains(file)) result.Changed.Add(file);
                    }
                    if (options.Pins) await PinReview.RunAsync(changed, result, cancellation);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    result.Troubles.Add(new Trouble(project.Name, e.Message));
                }
            }
            if (options.Fix) await WriteAsync(solution, converted, cancellation);
        }

        string root = Directory.Exists(options.Target) ? Path.GetFullPath(options.Target) : Path.GetDirectoryName(Path.GetFullPath(options.Target))!;
        new TableReport(AnsiConsole.Console, root).Write(result, options.Fix);
        if (options.SarifFile is { } sarif) SarifReport.Write(sarif, result, root);
        if (options.HtmlFile is { } html) HtmlReport.Write(html, result, root, options.Target);
        if (result.Projects.Count == 0) return 2;
        return Fails(result, options.FailOn) ? 1 : 0;
    }

    // The files themselves, so that projects and everything else stay as they are.
    private static async Task WriteAsync(Solution before, Solution after, CancellationToken cancellation)
    {
        foreach (ProjectChanges project in after.GetChanges(before).GetProjectChanges())
        {
            foreach (DocumentId id in project.GetChangedDocuments())
            {
                Document document = after.GetDocument(id)!;
                if (document.FilePath is not { } file) continue;
                var text = await document.GetTextAsync(cancellation);
                await using var writer = new StreamWriter(file, append: false, text.Encoding ?? new System.Text.UTF8Encoding(false));
                text.Write(writer, cancellation);
            }
        }
    }

    private static bool Fails(ReviewResult result, FailOn severity) => severity switch
    {
        FailOn.Error => result.Troubles.Count > 0 || result.Findings.Any(f => f.Severity == DiagnosticSeverity.Error),
        FailOn.Warning => result.Troubles.Count > 0 || result.Findings.Concat(result.Pins).Any(f => f.Severity >= DiagnosticSeverity.Warning),
        FailOn.Info => result.Troubles.Count > 0 || result.Findings.Count > 0 || result.Pins.Count > 0,
        _ => false,
    };
}
