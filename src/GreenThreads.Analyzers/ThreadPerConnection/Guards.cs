using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>Conditions around a start that let it happen once, or a bounded number of times, however often the code runs.</summary>
internal sealed class Guards(SourceIndex index)
{
    /// <summary>The variable that lets the child of an if statement run only once: it is tested and set in it.</summary>
    public ISymbol? OnceIn(IfStatementSyntax statement, StatementSyntax branch)
    {
        bool isElse = statement.Else is { } other && other.Statement == branch;
        foreach (ExpressionSyntax tested in Tested(statement.Condition, whenTrue: !isElse))
        {
            if (Set(tested, branch) is { } symbol) return symbol;
        }
        return null;
    }

    /// <summary>The variable that an earlier statement of the same block tests, and leaves if it is set: <c>if (_thread != null) return;</c>.</summary>
    public ISymbol? OnceBefore(SyntaxList<StatementSyntax> statements, int position)
    {
        List<StatementSyntax> before = Before(statements, position);
        List<StatementSyntax> all = [.. before, .. statements.Skip(position)];
        for (int i = 0; i < before.Count; i++)
        {
            if (all[i] is not IfStatementSyntax { Else: null } test || !Leaves(test.Statement)) continue;
            foreach (ExpressionSyntax tested in Tested(test.Condition, whenTrue: false))
            {
                for (int j = i + 1; j < all.Count; j++)
                {
                    if (Set(tested, all[j]) is { } symbol) return symbol;
                }
                if (test.Condition.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(IsExchange) && index.SymbolOf(tested) is { } exchanged) return exchanged;
            }
        }
        return null;
    }

    /// <summary>Whether an earlier statement of the same block leaves when there are enough: <c>if (_threads == MaxThreads) return;</c>.</summary>
    public bool LimitBefore(SyntaxList<StatementSyntax> statements, int position) =>
        Before(statements, position).Any(s => s is IfStatementSyntax { Else: null } test && Leaves(test.Statement) && test.Condition.Unwrap() is BinaryExpressionSyntax comparison
            && (comparison.IsKind(SyntaxKind.EqualsExpression) || comparison.IsKind(SyntaxKind.GreaterThanOrEqualExpression) || comparison.IsKind(SyntaxKind.GreaterThanExpression))
            && index.TypeOf(comparison.Left)?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 && NamesLimit(comparison.Right));

    // The statements before, those in lock blocks among them.
    private static List<StatementSyntax> Before(SyntaxList<StatementSyntax> statements, int position) =>
        [.. statements.Take(position).SelectMany(s => s is LockStatementSyntax { Statement: BlockSyntax block } ? block.Statements : Enumerable.Repeat(s, 1))];

    private static bool NamesLimit(ExpressionSyntax expression) =>
        expression.LastName() is { } name && (name.IndexOf("max", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("limit", StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Whether the condition is a limit, as <c>threads.Count &lt; Max</c>.</summary>
    public bool IsLimit(ExpressionSyntax condition)
    {
        foreach (SyntaxNode node in condition.DescendantNodesAndSelf())
        {
            if (node is BinaryExpressionSyntax comparison
                && (comparison.IsKind(SyntaxKind.LessThanExpression) || comparison.IsKind(SyntaxKind.LessThanOrEqualExpression) || comparison.IsKind(SyntaxKind.GreaterThanExpression))
                && index.TypeOf(comparison.Left)?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
                && (comparison.Left.LastName() is "Count" or "Length" || NamesLimit(comparison.Right)))
                return true;
        }
        return false;
    }

    /// <summary>Whether the statement always leaves what is around it.</summary>
    public static bool Leaves(StatementSyntax statement) => statement switch
    {
        ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax => true,
        BlockSyntax { Statements.Count: > 0 } block => Leaves(block.Statements.Last()),
        _ => false,
    };

    // What must be unset for the branch to run.
    private IEnumerable<ExpressionSyntax> Tested(ExpressionSyntax condition, bool whenTrue)
    {
        condition = condition.Unwrap();
        switch (condition)
        {
            // each of both must be unset for "a and b" to hold, and for "a or b" not to
            case BinaryExpressionSyntax both when both.IsKind(whenTrue ? SyntaxKind.LogicalAndExpression : SyntaxKind.LogicalOrExpression):
                return Tested(both.Left, whenTrue).Concat(Tested(both.Right, whenTrue));
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression }:
                return [];
            case BinaryExpressionSyntax comparison when comparison.IsKind(SyntaxKind.EqualsExpression) || comparison.IsKind(SyntaxKind.NotEqualsExpression):
                bool isEqual = comparison.IsKind(SyntaxKind.EqualsExpression);
                ExpressionSyntax other = comparison.Right.Unwrap();
                if (other.IsKind(SyntaxKind.NullLiteralExpression) || other.IsKind(SyntaxKind.DefaultLiteralExpression)) return isEqual == whenTrue ? [comparison.Left] : [];
                // Interlocked.CompareExchange(ref _started, 1, 0) == 0
                return comparison.Left.Unwrap() is InvocationExpressionSyntax exchange && IsExchange(exchange) ? [exchange.ArgumentList.Arguments[0].Expression]
                    : other.IsKind(SyntaxKind.FalseLiteralExpression) && isEqual == whenTrue ? [comparison.Left] : [];
            case IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression: LiteralExpressionSyntax literal } } pattern when literal.IsKind(SyntaxKind.NullLiteralExpression):
                return whenTrue ? [pattern.Expression] : [];
            case IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax or RecursivePatternSyntax } pattern:
                return whenTrue ? [] : [pattern.Expression];
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                return whenTrue ? [Flag(not.Operand)] : Tested(not.Operand, whenTrue: true);
            default:
                return whenTrue ? [] : [Flag(condition)];
        }

        // thread.IsAlive stands for the thread
        static ExpressionSyntax Flag(ExpressionSyntax e) => e.Unwrap() switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "IsAlive" or "IsCompleted" } alive => alive.Expression,
            InvocationExpressionSyntax exchange when IsExchange(exchange) => exchange.ArgumentList.Arguments[0].Expression,
            ConditionalAccessExpressionSyntax access => access.Expression,
            ExpressionSyntax flag => flag,
        };
    }

    private static bool IsExchange(InvocationExpressionSyntax invocation) =>
        invocation.CalledName() is "CompareExchange" or "Exchange" && invocation.ArgumentList.Arguments.Count > 1;

    // The variable, when the code assigns it.
    private ISymbol? Set(ExpressionSyntax tested, SyntaxNode code)
    {
        tested = tested.Unwrap();
        if (tested is not (IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax } or ElementAccessExpressionSyntax)) return null;
        if (tested.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 }) return Variable(tested);
        foreach (AssignmentExpressionSyntax assignment in code.DescendantNodesAndSelf().OfType<AssignmentExpressionSyntax>())
        {
            if (assignment.Left.Unwrap() is { } left && left.LastName() == tested.LastName() && SymbolEqualityComparer.Default.Equals(Variable(left), Variable(tested))) return Variable(tested);
        }
        return null;
    }

    private ISymbol? Variable(ExpressionSyntax e)
    {
        if (e is ElementAccessExpressionSyntax element) e = element.Expression;
        // a member of another object guards that object only
        if (e is MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax } member && index.SymbolOf(member) is { IsStatic: false }) return null;
        return index.SymbolOf(e);
    }
}
