using System.Threading;
using GreenThreads.Analyzers.Code;
using GreenThreads.Analyzers.ThreadPerConnection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.CodeFixes;

/// <summary>Makes the planned conversions in a document, as many as go together and compile.</summary>
internal static class ThreadConverter
{
    /// <summary>Converts what the diagnostics of GT2001 report.</summary>
    /// <returns>The changed document; the same one when nothing can be converted.</returns>
    public static async Task<Document> ConvertAsync(Document document, IEnumerable<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        SyntaxNode? root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        Compilation? compilation = await document.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || compilation is null) return document;
        var index = SourceIndex.Of(compilation);
        var planner = new ConversionPlanner(index);
        var plans = new List<ThreadConversion>();
        foreach (Diagnostic diagnostic in diagnostics)
        {
            if (diagnostic.AdditionalLocations.Count < 2 || diagnostic.AdditionalLocations[1].SourceTree?.FilePath != root.SyntaxTree.FilePath) continue;
            SyntaxNode node = root.FindNode(diagnostic.AdditionalLocations[1].SourceSpan, getInnermostNodeForTie: true);
            if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } start || StartSite.Find(start, index) is not { } site) continue;
            if (planner.Plan(site) is { Refusal: null } plan) plans.Add(plan);
        }
        SourceText text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        bool isKnown = compilation.GetTypeByMetadataName("GreenThreads.GreenThread") is not null;
        int errors = isKnown ? await ErrorsAsync(document, cancellationToken).ConfigureAwait(false) : 0;

        Document all = Apply(document, text, root, index, plans);
        if (!isKnown || plans.Count == 0 || await ErrorsAsync(all, cancellationToken).ConfigureAwait(false) <= errors) return all;
        // One of them does not compile: those that do, one after the other.
        var good = new List<ThreadConversion>();
        foreach (ThreadConversion plan in plans)
        {
            Document tried = Apply(document, text, root, index, [.. good, plan]);
            if (await ErrorsAsync(tried, cancellationToken).ConfigureAwait(false) <= errors) good.Add(plan);
        }
        return good.Count == 0 ? document : Apply(document, text, root, index, good);
    }

    private static Document Apply(Document document, SourceText text, SyntaxNode root, SourceIndex index, IReadOnlyCollection<ThreadConversion> plans)
    {
        var changes = new List<TextChange>();
        foreach (ThreadConversion plan in plans)
        {
            List<TextChange> added = [.. plan.Changes.Where(c => !changes.Contains(c))];
            if (added.Any(a => changes.Any(c => Overlap(a.Span, c.Span)))) continue;
            changes.AddRange(added);
        }
        if (changes.Count == 0) return document;
        if (UsingOf(root, index) is { } directive) changes.Add(directive);
        changes.Sort((a, b) => a.Span.Start != b.Span.Start ? a.Span.Start.CompareTo(b.Span.Start) : a.Span.End.CompareTo(b.Span.End));
        return document.WithText(text.WithChanges(changes));
    }

    // Insertions at a border are no overlap.
    private static bool Overlap(TextSpan a, TextSpan b) => a.OverlapsWith(b);

    private static TextChange? UsingOf(SyntaxNode root, SourceIndex index)
    {
        if (root is not CompilationUnitSyntax unit || unit.Members.Count == 0) return null;
        SyntaxNode inside = unit.Members.Last().DescendantNodes().OfType<TypeDeclarationSyntax>().LastOrDefault() ?? (SyntaxNode)unit.Members.Last();
        if (index.ModelOf(root).LookupNamespacesAndTypes(inside.Span.End - 1, name: "GreenThread").Any()) return null;
        if (unit.Usings.Any(u => u.Name?.ToString() == "GreenThreads")) return null;
        string end = root.SyntaxTree.GetText().ToString().Contains("\r\n") ? "\r\n" : "\n";
        if (unit.Usings.Count == 0)
            return new TextChange(new TextSpan(unit.GetFirstToken().SpanStart, 0), $"using GreenThreads;{end}{end}");
        // in its place when the others are in order, System first
        UsingDirectiveSyntax? before = unit.Usings.LastOrDefault(u => u.GlobalKeyword.RawKind == 0 && u.Alias is null && u.StaticKeyword.RawKind == 0
            && (u.Name!.ToString().StartsWith("System", StringComparison.Ordinal) || string.CompareOrdinal(u.Name.ToString(), "GreenThreads") < 0));
        return before is null
            ? new TextChange(new TextSpan(unit.Usings[0].SpanStart, 0), $"using GreenThreads;{end}")
            : new TextChange(new TextSpan(before.Span.End, 0), $"{end}using GreenThreads;");
    }

    private static async Task<int> ErrorsAsync(Document document, CancellationToken cancellationToken)
    {
        SemanticModel? model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return model is null ? 0 : model.GetDiagnostics(cancellationToken: cancellationToken).Count(d => d.Severity == DiagnosticSeverity.Error);
    }
}
