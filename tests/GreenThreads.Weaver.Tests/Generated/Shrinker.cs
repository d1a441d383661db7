using System.Diagnostics;
using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>
/// Makes a failing program smaller for as long as it still fails: takes members and statements away, puts what a statement
/// or an expression contains in its place. All candidates of a round that compile are run in one process.
/// </summary>
internal static class Shrinker
{
    private const int MaxCandidates = 150;

    public static GeneratedFailure Shrink(GeneratedFailure failure, TimeSpan bound)
    {
        long start = Stopwatch.GetTimestamp();
        int skip = 0;
        while (Stopwatch.GetElapsedTime(start) < bound)
        {
            string[] smaller = [.. Smaller(failure.Program.Text).Distinct().Skip(skip).Take(MaxCandidates)];
            if (smaller.Length == 0) break;
            GeneratedFailure? best = Best(failure, smaller);
            skip = best is null ? skip + smaller.Length : 0;
            failure = best ?? failure;
        }
        return failure;
    }

    // The smallest of the candidates that fail in the same way: another trace, or waits that pin.
    private static GeneratedFailure? Best(GeneratedFailure failure, string[] texts)
    {
        string name = failure.Program.Name.Split('_')[0];
        bool isPin = IsPin(failure);
        GeneratedProgram[] candidates =
            [.. texts.Select((text, i) => failure.Program with { Name = $"{name}_{i}", Text = text.Replace($"class {failure.Program.Name}\n", $"class {name}_{i}\n", StringComparison.Ordinal) })];
        using var batch = new GeneratedBatch(candidates, failure.Variant.Level);
        return batch.Run(failure.Variant).Where(f => IsPin(f) == isPin && !f.Difference.StartsWith("not woven", StringComparison.Ordinal)).MinBy(f => f.Program.Text.Length);
    }

    private static bool IsPin(GeneratedFailure failure) => failure.Difference.Contains("waits pinned", StringComparison.Ordinal);

    // The biggest cuts first. Not every cut leaves a tree that can be written.
    private static IEnumerable<string> Smaller(string text)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (Func<SyntaxNode?> cut in Cuts(root))
        {
            string? smaller = null;
            try
            {
                smaller = cut()?.NormalizeWhitespace(eol: "\n").ToFullString();
            }
            catch (Exception e) when (e is ArgumentException or InvalidCastException or InvalidOperationException)
            {
            }
            if (smaller is not null && smaller.Contains("void Run(Trace t)", StringComparison.Ordinal)) yield return smaller;
        }
    }

    private static IEnumerable<Func<SyntaxNode?>> Cuts(SyntaxNode root)
    {
        SyntaxNode[] nodes = [.. root.DescendantNodes().OrderByDescending(n => n.Span.Length)];
        foreach (SyntaxNode member in nodes.Where(n => n is MemberDeclarationSyntax { Parent: TypeDeclarationSyntax })) yield return () => root.RemoveNode(member, SyntaxRemoveOptions.KeepNoTrivia);
        foreach (StatementSyntax statement in nodes.OfType<StatementSyntax>().Where(s => s.Parent is BlockSyntax or SwitchSectionSyntax))
        {
            yield return () => root.RemoveNode(statement, SyntaxRemoveOptions.KeepNoTrivia);
            foreach (BlockSyntax inner in statement.DescendantNodesAndSelf(n => n == statement || n is CatchClauseSyntax or FinallyClauseSyntax or ElseClauseSyntax or SwitchSectionSyntax).OfType<BlockSyntax>())
                yield return () => root.ReplaceNode(statement, inner.Statements);
        }
        foreach (SyntaxNode part in nodes.Where(n => n is CatchClauseSyntax or FinallyClauseSyntax or ElseClauseSyntax or SwitchSectionSyntax or CatchFilterClauseSyntax))
            yield return () => root.RemoveNode(part, SyntaxRemoveOptions.KeepNoTrivia);
        foreach (ExpressionSyntax expression in nodes.OfType<ExpressionSyntax>().Where(e => e.Span.Length > 1 && e.Parent is not MemberAccessExpressionSyntax and not TypeArgumentListSyntax))
        {
            foreach (ExpressionSyntax inner in expression.DescendantNodes().OfType<ExpressionSyntax>().Take(5)) yield return () => root.ReplaceNode(expression, inner);
            if (expression is LiteralExpressionSyntax) continue;
            yield return () => root.ReplaceNode(expression, SyntaxFactory.ParseExpression("1"));
            yield return () => root.ReplaceNode(expression, SyntaxFactory.ParseExpression("\"a\""));
        }
        foreach (SyntaxNode part in nodes.Where(n => n is ParameterSyntax { Parent: ParameterListSyntax } or ArgumentSyntax)) yield return () => root.RemoveNode(part, SyntaxRemoveOptions.KeepNoTrivia);
    }
}
