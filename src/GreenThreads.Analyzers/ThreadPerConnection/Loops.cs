using System.Collections.Concurrent;
using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>How often the body of a loop runs.</summary>
internal enum LoopKind
{
    /// <summary>A number of times that is set beforehand: a small constant, a count of processors, a setting.</summary>
    Bounded,

    /// <summary>Once for each element of a collection that is there already.</summary>
    Collection,

    /// <summary>As often as something arrives, or for ever.</summary>
    Unbounded,
}

/// <summary>Tells how often loops run, and what arrives in them.</summary>
internal sealed class Loops(SourceIndex index)
{
    /// <summary>Up to this many threads from a loop with a constant bound are a pool.</summary>
    public const int SmallCount = 256;

    /// <summary>Through how many methods an accepting call is looked for.</summary>
    private const int MaxDepth = 3;

    private static readonly HashSet<string> s_accepts =
    [
        "Accept", "AcceptAsync", "AcceptSocket", "AcceptSocketAsync", "AcceptTcpClient", "AcceptTcpClientAsync", "GetContext", "GetContextAsync", "WaitForConnection",
        "WaitForConnectionAsync", "EndAccept", "EndAcceptSocket", "EndAcceptTcpClient", "EndGetContext", "EndWaitForConnection", "AcceptSocketAsync", "AcceptWebSocketAsync",
        "AcceptConnectionAsync", "AcceptStreamAsync", "AcceptInboundStreamAsync",
    ];

    private static readonly HashSet<string> s_arrivals =
    [
        "Receive", "ReceiveAsync", "ReceiveFrom", "ReceiveFromAsync", "ReceiveMessageFrom", "Take", "TryTake", "TryDequeue", "Dequeue", "GetConsumingEnumerable", "ReadLine",
        "ReadLineAsync", "ReadAsync", "ReadAllAsync", "Read", "TryRead", "Consume", "ReadMessage", "BasicGet", "Poll", "ReadKey", "TryReceive",
    ];

    // by the depth that is left: the answer of one that was cut short is not that of one that looked further
    private readonly ConcurrentDictionary<ISymbol, bool>[] _accepting =
        [.. Enumerable.Range(0, MaxDepth + 1).Select(_ => new ConcurrentDictionary<ISymbol, bool>(SymbolEqualityComparer.Default))];

    public LoopKind KindOf(SyntaxNode loop)
    {
        switch (loop)
        {
            case WhileStatementSyntax statement: return OfCondition(statement.Condition, statement);
            case DoStatementSyntax statement: return OfCondition(statement.Condition, statement);
            case ForStatementSyntax { Condition: null }: return LoopKind.Unbounded;
            case ForStatementSyntax statement: return OfCondition(statement.Condition!, statement);
            case CommonForEachStatementSyntax statement: return OfSource(statement);
            default: return LoopKind.Bounded;
        }
    }

    /// <summary>The call in the loop with which a connection comes; else one with which a message comes; else null.</summary>
    public (InvocationExpressionSyntax Call, bool IsAccept)? ArrivalIn(SyntaxNode loop)
    {
        InvocationExpressionSyntax? message = null;
        foreach (SyntaxNode node in loop.DescendantsHere())
        {
            if (node is not InvocationExpressionSyntax invocation) continue;
            if (IsAccept(invocation, MaxDepth)) return (invocation, true);
            if (message is null && invocation.CalledName() is { } name && s_arrivals.Contains(name)
                && !(invocation.Receiver() is { } receiver && BlockingCode.IsMemory(index.TypeOf(receiver)))) message = invocation;
        }
        return message is null ? null : (message, false);
    }

    /// <summary>Whether the call accepts a connection, itself or through methods of the same source.</summary>
    public bool IsAccept(InvocationExpressionSyntax invocation, int depth)
    {
        if (invocation.CalledName() is not { } name) return false;
        if (!s_accepts.Contains(name) && depth == 0) return false;
        if (index.SymbolOf(invocation) is not IMethodSymbol method) return false;
        var definition = (IMethodSymbol)SourceIndex.Definition(method);
        bool inSource = index.IsInSource(definition);
        if (!inSource) return s_accepts.Contains(name) && !IsQuery(definition);
        return depth > 0 && _accepting[depth].GetOrAdd(definition, _ => Accepts(definition, depth));
    }

    private bool Accepts(IMethodSymbol method, int depth) => index.ImplementationsOf(method).SelectMany(index.DeclarationsOf).Any(declaration =>
        declaration.BodyOf() is { } body && body.DescendantsHere().OfType<InvocationExpressionSyntax>().Any(i => IsAccept(i, depth - 1)));

    /// <summary>Whether an iterator method goes on without a bound.</summary>
    private bool YieldsWithoutBound(IMethodSymbol method)
    {
        foreach (SyntaxNode declaration in index.DeclarationsOf(SourceIndex.Definition(method)))
        {
            if (declaration.BodyOf() is not { } body) continue;
            foreach (SyntaxNode node in body.DescendantsHere().Prepend(body))
            {
                if (node is YieldStatementSyntax yield && yield.Ancestors().TakeWhile(a => a != declaration).Any(a => a.LoopBody() is not null && KindOf(a) == LoopKind.Unbounded)) return true;
                if (node is InvocationExpressionSyntax { Parent: ReturnStatementSyntax or ArrowExpressionClauseSyntax } returned && IsUnboundedSource(returned)) return true;
            }
        }
        return false;
    }

    private LoopKind OfCondition(ExpressionSyntax condition, StatementSyntax loop)
    {
        LoopKind kind = OfCondition(condition);
        // however it is counted, a loop that accepts runs once per connection
        return kind == LoopKind.Bounded && !HasSmallConstant(condition) && ArrivalIn(loop) is { IsAccept: true } ? LoopKind.Unbounded : kind;
    }

    private LoopKind OfCondition(ExpressionSyntax condition)
    {
        condition = condition.Unwrap();
        SemanticModel model = index.ModelOf(condition);
        if (model.GetConstantValue(condition) is { HasValue: true, Value: bool always }) return always ? LoopKind.Unbounded : LoopKind.Bounded;
        if (condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } and)
            return OfCondition(and.Left) == LoopKind.Bounded || OfCondition(and.Right) == LoopKind.Bounded ? LoopKind.Bounded : LoopKind.Unbounded;
        if (condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } step && step.Right.IsKind(SyntaxKind.NullLiteralExpression) && step.Left is IdentifierNameSyntax
            && condition.Parent is ForStatementSyntax { Incrementors.Count: > 0 } list && !list.Incrementors.Any(i => i.DescendantNodes().Any(n => n is InvocationExpressionSyntax)))
            return LoopKind.Collection; // for (node = head; node != null; node = node.Next)
        if (condition is not BinaryExpressionSyntax comparison || !IsCounter(comparison)) return LoopKind.Unbounded;
        if (BoundOf(comparison) is { } bound) return bound <= SmallCount ? LoopKind.Bounded : LoopKind.Unbounded;
        return IsSizeOfCollection(comparison.Right) || IsSizeOfCollection(comparison.Left) && condition.Parent is ForStatementSyntax ? LoopKind.Collection : LoopKind.Bounded;
    }

    // i < n, --n >= 0, threads.Count < limit: integers, and nothing that arrives
    private bool IsCounter(BinaryExpressionSyntax comparison)
    {
        if (!comparison.IsKind(SyntaxKind.LessThanExpression) && !comparison.IsKind(SyntaxKind.LessThanOrEqualExpression) && !comparison.IsKind(SyntaxKind.GreaterThanExpression)
            && !comparison.IsKind(SyntaxKind.GreaterThanOrEqualExpression) && !comparison.IsKind(SyntaxKind.NotEqualsExpression)) return false;
        if (!IsInteger(comparison.Left) || !IsInteger(comparison.Right)) return false;
        return !comparison.DescendantNodes().Any(n => n is AssignmentExpressionSyntax or AwaitExpressionSyntax
            || n is InvocationExpressionSyntax invocation && index.SymbolOf(invocation)?.ContainingType?.ToDisplayString() is not ("System.Threading.Interlocked" or "System.Math" or "System.Threading.Volatile")
                && invocation.CalledName() is not "Count");

        bool IsInteger(ExpressionSyntax e) => index.TypeOf(e)?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;
    }

    private bool HasSmallConstant(ExpressionSyntax condition) =>
        condition.DescendantNodesAndSelf().OfType<BinaryExpressionSyntax>().Any(c => IsCounter(c) && BoundOf(c) is <= 64);

    private long? BoundOf(BinaryExpressionSyntax comparison)
    {
        SemanticModel model = index.ModelOf(comparison);
        object? value = comparison.Left is LiteralExpressionSyntax ? model.GetConstantValue(comparison.Left).Value : model.GetConstantValue(comparison.Right).Value;
        return value is int number ? number : null;
    }

    private bool IsSizeOfCollection(ExpressionSyntax expression)
    {
        if (expression.Unwrap() is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" or "Count" } access) return false;
        // threads = new Thread[n] is a pool; its length is n
        return index.TypeOf(access.Expression) is { } type && !MakesThreads(type) && !IsCommandLine(access.Expression);
    }

    // a person wrote them
    private bool IsCommandLine(ExpressionSyntax source) =>
        index.SymbolOf(source.Unwrap()) is IParameterSymbol { ContainingSymbol: IMethodSymbol { IsStatic: true, Name: "Main" or "<Main>$" } };

    private static bool MakesThreads(ITypeSymbol type) => type.ToDisplayString().Contains("Thread") || type.ToDisplayString().Contains("Worker");

    private LoopKind OfSource(CommonForEachStatementSyntax loop)
    {
        if (loop.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword)) return LoopKind.Unbounded;
        ExpressionSyntax source = loop.Expression.Unwrap();
        if (source is InvocationExpressionSyntax invocation && IsUnboundedSource(invocation)) return LoopKind.Unbounded;
        if (ArrivalIn(loop) is { IsAccept: true } && !IsSmall(source)) return LoopKind.Unbounded;
        foreach (ExpressionSyntax value in Creations.ValuesOf(source, index))
        {
            if (value is InvocationExpressionSyntax made && IsUnboundedSource(made)) return LoopKind.Unbounded;
        }
        ITypeSymbol? type = index.TypeOf(source);
        if (type is INamedTypeSymbol { Name: "GreenChannel" or "GreenChannelReader" }) return LoopKind.Unbounded;
        return IsSmall(source) ? LoopKind.Bounded : LoopKind.Collection;
    }

    private bool IsUnboundedSource(InvocationExpressionSyntax invocation)
    {
        if (invocation.CalledName() is "GetConsumingEnumerable" or "ToBlockingEnumerable" or "ReadAllAsync") return true;
        if (index.SymbolOf(invocation) is not IMethodSymbol method) return false;
        // Clients().Where(...): as long as its source
        if (IsQuery(method) && invocation.Receiver()?.Unwrap() is InvocationExpressionSyntax inner && method.Name is not "Take") return IsUnboundedSource(inner);
        return YieldsWithoutBound(method);
    }

    private static bool IsQuery(IMethodSymbol method) => method.ContainingNamespace?.ToDisplayString() is "System.Linq";

    // written out in place, or counted
    private bool IsSmall(ExpressionSyntax source)
    {
        source = source.Unwrap();
        if (source is InvocationExpressionSyntax invocation && index.SymbolOf(invocation) is IMethodSymbol { ContainingType.Name: "Enumerable", Name: "Range" or "Repeat" }) return true;
        if (source is InvocationExpressionSyntax values && index.SymbolOf(values) is IMethodSymbol { ContainingType.SpecialType: SpecialType.System_Enum }) return true;
        if (IsWrittenOut(source) || IsCommandLine(source)) return true;
        if (index.TypeOf(source) is { } type && MakesThreads(type)) return true;
        return index.SymbolOf(source) is ILocalSymbol or IFieldSymbol && Creations.AssignedTo(index.SymbolOf(source)!, index).ToList() is { Count: > 0 } assigned
            && assigned.All(IsWrittenOut) && !HasAdditions(index.SymbolOf(source)!);
    }

    private bool HasAdditions(ISymbol collection) => Creations.UsesIn(collection, index).Any(u => u.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "AddRange" or "Insert" });

    private static bool IsWrittenOut(ExpressionSyntax e) => e.Unwrap() switch
    {
        ArrayCreationExpressionSyntax { Initializer: not null } or ImplicitArrayCreationExpressionSyntax or InitializerExpressionSyntax => true,
        CollectionExpressionSyntax collection => !collection.Elements.Any(element => element is SpreadElementSyntax),
        BaseObjectCreationExpressionSyntax { Initializer.Expressions.Count: > 0 } => true,
        _ => false,
    };
}
