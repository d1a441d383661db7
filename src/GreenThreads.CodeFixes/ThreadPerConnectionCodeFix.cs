using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using GreenThreads.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace GreenThreads.CodeFixes;

/// <summary>GT2001: starts a green thread instead; one place, a document, a project or a solution.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ThreadPerConnectionCodeFix)), Shared]
public sealed class ThreadPerConnectionCodeFix : CodeFixProvider
{
    private const string Title = "Start a green thread";

    /// <inheritdoc />
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DiagnosticIds.ThreadPerConnection];

    /// <inheritdoc />
    public override FixAllProvider GetFixAllProvider() => new WholeDocuments();

    /// <inheritdoc />
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (diagnostic.Properties.TryGetValue(ThreadPerConnectionAnalyzer.RefusalProperty, out string? refusal) && refusal is not null) continue;
            Document converted = await ThreadConverter.ConvertAsync(context.Document, [diagnostic], context.CancellationToken).ConfigureAwait(false);
            if (converted == context.Document) continue;
            context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(converted), nameof(ThreadPerConnectionCodeFix)), diagnostic);
        }
    }

    private sealed class WholeDocuments : DocumentBasedFixAllProvider
    {
        protected override string GetFixAllTitle(FixAllContext fixAllContext) => "Start green threads";

        protected override async Task<Document?> FixAllAsync(FixAllContext fixAllContext, Document document, ImmutableArray<Diagnostic> diagnostics) =>
            await ThreadConverter.ConvertAsync(document, diagnostics, fixAllContext.CancellationToken).ConfigureAwait(false);
    }
}
