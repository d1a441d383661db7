using System.Collections.Immutable;
using GreenThreads.Analyzers.BlockingCalls;
using GreenThreads.Analyzers.Code;
using GreenThreads.Analyzers.ThreadPerConnection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers;

/// <summary>GT2002: a task is waited for on a thread of the pool. GT2003: another call blocks one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockedPoolThreadAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.SyncOverAsync, Descriptors.BlockedPoolThread];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            var index = SourceIndex.Of(start.Compilation);
            var blocking = BlockingCode.Of(index);
            start.RegisterSyntaxNodeAction(node => Analyze(node, index, blocking), SyntaxKind.InvocationExpression, SyntaxKind.SimpleMemberAccessExpression);
        });
    }

    private static void Analyze(SyntaxNodeAnalysisContext context, SourceIndex index, BlockingCode blocking)
    {
        SyntaxNode node = context.Node;
        string? name = node switch
        {
            InvocationExpressionSyntax invocation => invocation.CalledName(),
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } => "Result",
            _ => null,
        };
        // from the cheapest question to the dearest
        if (name is null || !BlockingCallTable.Instance.MayContain(name)) return;
        if (PoolFunction(node, index) is not { } where || !blocking.IsWait(node)) return;
        bool isTask = index.SymbolOf(node)?.ContainingNamespace?.ToDisplayString() is "System.Threading.Tasks" or "System.Runtime.CompilerServices";
        if (!isTask)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.BlockedPoolThread, node.GetLocation(), index.SymbolOf(node)!.Name, where));
            return;
        }
        ExpressionSyntax? task = node is MemberAccessExpressionSyntax access ? access.Expression : ((InvocationExpressionSyntax)node).Receiver();
        if (task is InvocationExpressionSyntax awaiter && awaiter.CalledName() == "GetAwaiter") task = awaiter.Receiver();
        if (task is not null && IsKnownToBeDone(task, node, index)) return;
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.SyncOverAsync, node.GetLocation(), where));
    }

    // An asynchronous function, or the body of Task.Run: both run on the pool.
    private static string? PoolFunction(SyntaxNode node, SourceIndex index)
    {
        SyntaxNode function = node.FunctionAround();
        switch (function)
        {
            case AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: not 0 } lambda: return StartsGreenThread(lambda, index) ? null : "an async lambda";
            case AnonymousFunctionExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax start } }:
                return StartSite.MayBe(start) && StartSite.Find(start, index) is { Kind: StartKind.PoolTask or StartKind.PoolItem } ? "work of the pool" : null;
            case LocalFunctionStatementSyntax local: return local.Modifiers.Any(SyntaxKind.AsyncKeyword) ? "an async function" : null;
            // Main has no pool to starve before it has started something
            case MethodDeclarationSyntax method: return method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.Identifier.ValueText != "Main" ? "an async method" : null;
            default: return null;
        }
    }

    private static bool StartsGreenThread(SyntaxNode lambda, SourceIndex index) =>
        lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && index.SymbolOf(call)?.ContainingNamespace?.Name == "GreenThreads";

    // Awaited, tested or joined with others before, or handed to a continuation.
    private static bool IsKnownToBeDone(ExpressionSyntax task, SyntaxNode use, SourceIndex index)
    {
        task = task.Unwrap();
        if (task is InvocationExpressionSyntax made && made.CalledName() is "FromResult" or "FromException") return true;
        if (task.LastName() is not { } name || task is InvocationExpressionSyntax) return false;
        if (index.SymbolOf(task) is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } }) return true;
        SyntaxNode function = use.FunctionAround();
        foreach (SyntaxNode node in function.DescendantNodes())
        {
            if (node.SpanStart >= use.SpanStart) break;
            bool tells = node switch
            {
                AwaitExpressionSyntax wait => wait.Expression.ToString().Contains(name) || wait.ToString().Contains("WhenAll"),
                MemberAccessExpressionSyntax { Name.Identifier.ValueText: "IsCompleted" or "IsCompletedSuccessfully" or "IsFaulted" or "Status" } state => state.Expression.LastName() == name,
                _ => false,
            };
            if (tells) return true;
        }
        return false;
    }
}
