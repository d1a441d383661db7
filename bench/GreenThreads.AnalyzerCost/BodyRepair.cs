using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.AnalyzerCost;

/// <summary>Empties the few bodies that a decompiler writes in a way that does not compile, so that the rest builds as a whole.</summary>
internal static class BodyRepair
{
    private const int MaxRounds = 20;

    /// <summary>Repairs the files until they compile.</summary>
    /// <returns>The ids of the compiler's warnings that are left.</returns>
    /// <exception cref="InvalidOperationException">They do not, whatever is left out.</exception>
    public static IEnumerable<string> Run(CodeBase code, CancellationToken cancellation)
    {
        int emptied = 0;
        for (int round = 1; ; round++)
        {
            CSharpCompilation compilation = code.Compile();
            // Emit says more than GetDiagnostics: what only shows when code is made.
            var said = compilation.Emit(Stream.Null, cancellationToken: cancellation).Diagnostics;
            Diagnostic[] errors = [.. said.Where(d => d.Severity == DiagnosticSeverity.Error)];
            if (errors.Length == 0)
            {
                Console.Error.WriteLine($"{code.Name}: {emptied} members emptied or left out that the decompiler wrote wrongly");
                return said.Where(d => d.Severity == DiagnosticSeverity.Warning).Select(d => d.Id).Distinct().Order(StringComparer.Ordinal);
            }
            if (round == MaxRounds) throw new InvalidOperationException($"{code.Name} does not compile: {errors[0]}");
            foreach (IGrouping<SyntaxTree, Diagnostic> file in errors.Where(e => e.Location.SourceTree is not null).GroupBy(e => e.Location.SourceTree!))
            {
                SyntaxNode root = file.Key.GetRoot(cancellation);
                // a body first; the member itself when it was empty already, or has none
                List<SyntaxNode> broken = [.. file.Select(e => Broken(root.FindNode(e.Location.SourceSpan))).OfType<SyntaxNode>().Distinct()];
                List<SyntaxNode> filled = [.. broken.Where(IsFilled)];
                emptied += filled.Count > 0 ? filled.Count : broken.Count;
                // with the bodies empty the rest may compile: what is left out is decided in a round of its own
                root = filled.Count > 0 ? root.ReplaceNodes(filled, (_, changed) => Emptied(changed)) : root.RemoveNodes(broken, SyntaxRemoveOptions.KeepUnbalancedDirectives)!;
                File.WriteAllText(file.Key.FilePath, root.ToFullString());
            }
        }
    }

    private static SyntaxNode? Broken(SyntaxNode node) =>
        node.AncestorsAndSelf().FirstOrDefault(n => n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax && IsFilled(n))
        ?? node.AncestorsAndSelf().FirstOrDefault(n => n is AttributeListSyntax or MemberDeclarationSyntax);

    private static bool IsFilled(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => method is { Body: not null } or { ExpressionBody: not null } && !IsEmpty(method.Body),
        AccessorDeclarationSyntax accessor => accessor is { Body: not null } or { ExpressionBody: not null } && !IsEmpty(accessor.Body),
        _ => false,
    };

    private static bool IsEmpty(BlockSyntax? body) => body is { Statements: [ThrowStatementSyntax { Expression: LiteralExpressionSyntax }] };

    private static SyntaxNode Emptied(SyntaxNode node)
    {
        BlockSyntax body = SyntaxFactory.Block(SyntaxFactory.ThrowStatement(SyntaxFactory.LiteralExpression(SyntaxKind.NullLiteralExpression)).NormalizeWhitespace());
        return node switch
        {
            ConstructorDeclarationSyntax constructor => constructor.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default),
            BaseMethodDeclarationSyntax method => method.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default),
            AccessorDeclarationSyntax accessor => accessor.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default),
            _ => node,
        };
    }
}
