using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.Code;

/// <summary>Questions about syntax that several analyzers ask.</summary>
internal static class SyntaxExtensions
{
    /// <summary>Whether the node is the code of a function of its own: a lambda, local function or member.</summary>
    public static bool IsFunction(this SyntaxNode node) =>
        node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
            or PropertyDeclarationSyntax or IndexerDeclarationSyntax or TypeDeclarationSyntax or CompilationUnitSyntax;

    /// <summary>The nearest function around the node, not the node itself.</summary>
    public static SyntaxNode FunctionAround(this SyntaxNode node)
    {
        SyntaxNode function = node.Parent ?? node;
        while (!function.IsFunction() && function.Parent is not null) function = function.Parent;
        return function;
    }

    /// <summary>The node's descendants that run when it runs: without the bodies of functions inside.</summary>
    public static IEnumerable<SyntaxNode> DescendantsHere(this SyntaxNode node) =>
        node.DescendantNodes(n => n == node || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));

    /// <summary>The simple name at the end of an expression: <c>c</c> of <c>a.b.c</c>; null when there is none.</summary>
    public static string? LastName(this ExpressionSyntax? expression) => expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        ParenthesizedExpressionSyntax inner => inner.Expression.LastName(),
        ElementAccessExpressionSyntax element => element.Expression.LastName(),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } bang => bang.Operand.LastName(),
        _ => null,
    };

    /// <summary>The name that an invocation calls.</summary>
    public static string? CalledName(this InvocationExpressionSyntax invocation) => invocation.Expression.LastName();

    /// <summary>The receiver of an invocation, also of <c>receiver?.Call()</c>; null when there is none.</summary>
    public static ExpressionSyntax? Receiver(this InvocationExpressionSyntax invocation) => invocation.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Expression,
        MemberBindingExpressionSyntax => invocation.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
        _ => null,
    };

    /// <summary>Without parentheses, casts, <c>!</c> and <c>as</c> around it.</summary>
    public static ExpressionSyntax Unwrap(this ExpressionSyntax expression)
    {
        while (true)
        {
            switch (expression)
            {
                case ParenthesizedExpressionSyntax inner: expression = inner.Expression; break;
                case CastExpressionSyntax cast: expression = cast.Expression; break;
                case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } bang: expression = bang.Operand; break;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression } conversion: expression = conversion.Left; break;
                default: return expression;
            }
        }
    }

    /// <summary>The body of the loop, or null when the node is no loop.</summary>
    public static StatementSyntax? LoopBody(this SyntaxNode node) => node switch
    {
        WhileStatementSyntax loop => loop.Statement,
        DoStatementSyntax loop => loop.Statement,
        ForStatementSyntax loop => loop.Statement,
        CommonForEachStatementSyntax loop => loop.Statement,
        _ => null,
    };

    /// <summary>The code of a function's declaration or lambda.</summary>
    public static SyntaxNode? BodyOf(this SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.Body,
        LocalFunctionStatementSyntax local => (SyntaxNode?)local.Body ?? local.ExpressionBody,
        BaseMethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody,
        AccessorDeclarationSyntax accessor => (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody,
        PropertyDeclarationSyntax property => (SyntaxNode?)property.ExpressionBody ?? property.AccessorList,
        ArrowExpressionClauseSyntax arrow => arrow,
        _ => null,
    };

    /// <summary>The statements of a block or switch section.</summary>
    public static SyntaxList<StatementSyntax>? Statements(this SyntaxNode node) => node switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        _ => null,
    };
}
