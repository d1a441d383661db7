using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>Where the value of an expression comes from: through locals, fields, elements and factory methods of the same file.</summary>
internal static class Creations
{
    private const int MaxDepth = 4;

    /// <summary>The only creation of an object of the type that the expression can be; null when there is none or several.</summary>
    public static BaseObjectCreationExpressionSyntax? Of(ExpressionSyntax? expression, string type, SourceIndex index)
    {
        if (expression is null) return null;
        BaseObjectCreationExpressionSyntax? found = null;
        foreach (ExpressionSyntax value in ValuesOf(expression, index))
        {
            if (value is not BaseObjectCreationExpressionSyntax creation || value.SyntaxTree != expression.SyntaxTree) continue;
            if (index.TypeOf(creation) is not { } created || !IsOrConstructs(created, type)) continue;
            if (found is not null && found != creation) return null;
            found = creation;
        }
        return found;
    }

    /// <summary>The expressions whose value the expression can have, as far as they are found.</summary>
    public static IEnumerable<ExpressionSyntax> ValuesOf(ExpressionSyntax expression, SourceIndex index) => ValuesOf(expression, index, MaxDepth);

    private static bool IsOrConstructs(ITypeSymbol created, string type)
    {
        string name = created.OriginalDefinition.ToDisplayString();
        return name == type || name.StartsWith(type + "<", StringComparison.Ordinal);
    }

    private static IEnumerable<ExpressionSyntax> ValuesOf(ExpressionSyntax expression, SourceIndex index, int depth)
    {
        expression = expression.Unwrap();
        switch (expression)
        {
            case AssignmentExpressionSyntax assignment:
                return ValuesOf(assignment.Right, index, depth);
            case ConditionalExpressionSyntax conditional:
                return ValuesOf(conditional.WhenTrue, index, depth).Concat(ValuesOf(conditional.WhenFalse, index, depth));
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce:
                return ValuesOf(coalesce.Left, index, depth).Concat(ValuesOf(coalesce.Right, index, depth));
            case BaseObjectCreationExpressionSyntax or AnonymousFunctionExpressionSyntax:
                return [expression];
        }
        if (depth == 0) return [];
        if (expression is ElementAccessExpressionSyntax element) return ElementsOf(element.Expression, index).SelectMany(v => ValuesOf(v, index, depth - 1));
        if (expression is InvocationExpressionSyntax invocation)
        {
            if (index.SymbolOf(invocation) is not IMethodSymbol method) return [];
            return index.DeclarationsOf(SourceIndex.Definition(method)).SelectMany(Returned).SelectMany(v => ValuesOf(v, index, depth - 1));
        }
        return index.SymbolOf(expression) is { } symbol ? AssignedTo(symbol, index).SelectMany(v => ValuesOf(v, index, depth - 1)) : [];
    }

    /// <summary>What is assigned to a local, field, property or event anywhere in the source.</summary>
    public static IEnumerable<ExpressionSyntax> AssignedTo(ISymbol symbol, SourceIndex index)
    {
        if (symbol is not (ILocalSymbol or IFieldSymbol or IPropertySymbol or IEventSymbol)) yield break;
        foreach (SyntaxNode declaration in index.DeclarationsOf(symbol))
        {
            switch (declaration)
            {
                case VariableDeclaratorSyntax { Initializer.Value: { } value }: yield return value; break;
                case PropertyDeclarationSyntax { Initializer.Value: { } value }: yield return value; break;
                case PropertyDeclarationSyntax { ExpressionBody.Expression: { } value }: yield return value; break;
                case SingleVariableDesignationSyntax or ForEachStatementSyntax when declaration.FirstAncestorOrSelf<CommonForEachStatementSyntax>() is { } loop:
                    foreach (ExpressionSyntax value in ElementsOf(loop.Expression, index)) yield return value;
                    break;
            }
        }
        foreach (SimpleNameSyntax use in UsesIn(symbol, index))
        {
            ExpressionSyntax target = Whole(use);
            if (target.Parent is AssignmentExpressionSyntax assignment && assignment.Left == target) yield return assignment.Right;
        }
    }

    /// <summary>What is put into a collection: by initializers, <c>Add</c> and its like, and by index.</summary>
    private static IEnumerable<ExpressionSyntax> ElementsOf(ExpressionSyntax collection, SourceIndex index)
    {
        if (index.SymbolOf(collection.Unwrap()) is not { } symbol) yield break;
        foreach (ExpressionSyntax value in AssignedTo(symbol, index))
        {
            foreach (SyntaxNode inner in value.DescendantNodesAndSelf())
            {
                if (inner is BaseObjectCreationExpressionSyntax creation) yield return creation;
            }
        }
        foreach (SimpleNameSyntax use in UsesIn(symbol, index))
        {
            ExpressionSyntax whole = Whole(use);
            switch (whole.Parent)
            {
                case ElementAccessExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } element when assignment.Left == element:
                    yield return assignment.Right;
                    break;
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "Enqueue" or "Push" or "TryAdd" or "AddLast", Parent: InvocationExpressionSyntax add } when add.ArgumentList.Arguments.Count > 0:
                    yield return add.ArgumentList.Arguments.Last().Expression;
                    break;
            }
        }
    }

    /// <summary>The uses of a symbol: of a local in its function, of anything else in the whole source.</summary>
    public static IEnumerable<SimpleNameSyntax> UsesIn(ISymbol symbol, SourceIndex index)
    {
        if (symbol is not (ILocalSymbol or IParameterSymbol)) return index.UsesOf(symbol);
        SyntaxNode? declaration = index.DeclarationsOf(symbol).FirstOrDefault();
        if (declaration is null) return [];
        SyntaxNode scope = declaration.FunctionAround();
        if (symbol is IParameterSymbol && scope.Parent is PropertyDeclarationSyntax or IndexerDeclarationSyntax) scope = scope.Parent;
        return scope.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(n => n.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(index.SymbolOf(n), symbol));
    }

    /// <summary>The expression that ends with the name: <c>this.x</c> of its <c>x</c>.</summary>
    public static ExpressionSyntax Whole(SimpleNameSyntax name)
    {
        ExpressionSyntax whole = name;
        if (name.Parent is MemberAccessExpressionSyntax access && access.Name == name) whole = access;
        while (whole.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax
            || whole.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
            whole = (ExpressionSyntax)whole.Parent;
        return whole;
    }

    private static IEnumerable<ExpressionSyntax> Returned(SyntaxNode function)
    {
        switch (function.BodyOf())
        {
            case ArrowExpressionClauseSyntax arrow: return [arrow.Expression];
            case ExpressionSyntax expression: return [expression];
            case { } body: return body.DescendantsHere().OfType<ReturnStatementSyntax>().Where(r => r.Expression is not null).Select(r => r.Expression!);
            default: return [];
        }
    }
}
