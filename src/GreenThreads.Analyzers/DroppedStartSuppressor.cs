using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers;

/// <summary>
/// Takes back CS4014 ("this call is not awaited") where a green thread is started. The compiler says so in every async method
/// because a green thread can be awaited; but its start is finished when the call returns, and whether somebody joins the
/// thread is what GT2007 asks, in async methods and in others, and what a scope or a wait group sees to by itself.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DroppedStartSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor s_start = new(
        DiagnosticIds.DroppedStart, "CS4014", "A green thread runs by itself once it is started; GT2007 says where nobody joins it.");

    /// <inheritdoc />
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [s_start];

    /// <inheritdoc />
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree) continue;
            SyntaxNode place = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (place is ExpressionStatementSyntax statement) place = statement.Expression;
            if (place is not InvocationExpressionSyntax call || context.GetSemanticModel(tree).GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol { Name: "Start" } method) continue;
            if (method.ContainingType.ContainingNamespace is { Name: "GreenThreads", ContainingNamespace.IsGlobalNamespace: true })
                context.ReportSuppression(Suppression.Create(s_start, diagnostic));
        }
    }
}
