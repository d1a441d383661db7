using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>The code behind a delegate.</summary>
internal static class Bodies
{
    /// <summary>The functions that the delegate can be: lambdas and declarations with code.</summary>
    public static IEnumerable<SyntaxNode> Of(ExpressionSyntax? expression, SourceIndex index) => expression is null ? [] : Of(expression, index, depth: 4);

    private static IEnumerable<SyntaxNode> Of(ExpressionSyntax expression, SourceIndex index, int depth)
    {
        expression = expression.Unwrap();
        if (expression is AnonymousFunctionExpressionSyntax) return [expression];
        if (depth == 0) return [];
        if (expression is BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments }) return Of(arguments[0].Expression, index, depth - 1);
        return index.SymbolOf(expression) switch
        {
            IMethodSymbol method when expression is not InvocationExpressionSyntax => index.ImplementationsOf(method).SelectMany(index.DeclarationsOf).Where(d => d.BodyOf() is not null),
            IMethodSymbol or ILocalSymbol or IFieldSymbol or IPropertySymbol => Creations.ValuesOf(expression, index).Where(v => v != expression).SelectMany(v => Of(v, index, depth - 1)),
            _ => [],
        };
    }
}
