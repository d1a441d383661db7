using System.Collections.Immutable;
using GreenThreads.Analyzers.Code;
using GreenThreads.Analyzers.ThreadPerConnection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers;

/// <summary>GT2004: thread-static data is used before and after a wait. GT2005: a wait inside a lock that pins. GT2006: memory of the stack in use across a wait.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CarrierStateAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.ThreadStaticAcrossWait, Descriptors.LockAcrossWait, Descriptors.StackMemoryAcrossWait];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (!GreenThreadsUse.Has(start.Compilation)) return;
            var index = SourceIndex.Of(start.Compilation);
            var blocking = BlockingCode.Of(index);
            start.RegisterSyntaxNodeAction(node => Field(node, index, blocking), SyntaxKind.FieldDeclaration);
            start.RegisterSyntaxNodeAction(node => Lock(node, index, blocking), SyntaxKind.LockStatement);
            start.RegisterSyntaxNodeAction(node => StackMemory(node, index, blocking), SyntaxKind.StackAllocArrayCreationExpression, SyntaxKind.ImplicitStackAllocArrayCreationExpression, SyntaxKind.FixedStatement);
        });
    }

    private static void Field(SyntaxNodeAnalysisContext context, SourceIndex index, BlockingCode blocking)
    {
        var field = (FieldDeclarationSyntax)context.Node;
        bool isThreadStatic = field.AttributeLists.SelectMany(l => l.Attributes).Any(a => a.Name.ToString() is "ThreadStatic" or "ThreadStaticAttribute" or "System.ThreadStatic");
        if (!isThreadStatic && !field.Declaration.Type.DescendantNodesAndSelf().Any(n => n is GenericNameSyntax { Identifier.ValueText: "ThreadLocal" })) return;
        foreach (VariableDeclaratorSyntax declarator in field.Declaration.Variables)
        {
            if (index.ModelOf(field).GetDeclaredSymbol(declarator) is not { } symbol) continue;
            foreach (IGrouping<SyntaxNode, SimpleNameSyntax> uses in index.UsesOf(symbol).GroupBy(u => u.FunctionAround()))
            {
                List<SimpleNameSyntax> ordered = [.. uses.OrderBy(u => u.SpanStart)];
                if (ordered.Count < 2 || uses.Key.BodyOf() is not { } body) continue;
                if (body.DescendantsHere().FirstOrDefault(n => n.SpanStart > ordered[0].Span.End && n.Span.End < ordered[ordered.Count - 1].SpanStart && Waits(n, index, blocking)) is not { } wait) continue;
                SimpleNameSyntax after = ordered.First(u => u.SpanStart > wait.Span.End);
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.ThreadStaticAcrossWait, after.GetLocation(), [wait.GetLocation()], symbol.Name, Line(wait)));
            }
        }
    }

    private static void Lock(SyntaxNodeAnalysisContext context, SourceIndex index, BlockingCode blocking)
    {
        var statement = (LockStatementSyntax)context.Node;
        // names first: to ask what is locked binds the whole method
        if (!statement.Statement.DescendantsHere().Any(n => MayWait(n, blocking)) || OfOwn(statement.Expression.Unwrap(), index)) return;
        if (statement.Statement.DescendantsHere().FirstOrDefault(n => Waits(n, index, blocking)) is not { } wait) return;
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.LockAcrossWait, statement.LockKeyword.GetLocation(), [wait.GetLocation()], statement.Expression.ToString(), Line(wait)));
    }

    // Locks that only woven code can take: a private object, a Lock, a GreenLock.
    private static bool OfOwn(ExpressionSyntax expression, SourceIndex index) =>
        expression is not (ThisExpressionSyntax or TypeOfExpressionSyntax or LiteralExpressionSyntax)
        && index.SymbolOf(expression) is IFieldSymbol { DeclaredAccessibility: Accessibility.Private } or ILocalSymbol;

    private static void StackMemory(SyntaxNodeAnalysisContext context, SourceIndex index, BlockingCode blocking)
    {
        SyntaxNode node = context.Node;
        if (node is FixedStatementSyntax statement)
        {
            if (statement.Statement.DescendantsHere().FirstOrDefault(n => Waits(n, index, blocking)) is { } inside)
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.StackMemoryAcrossWait, statement.FixedKeyword.GetLocation(), [inside.GetLocation()], "pinned memory", Line(inside)));
            return;
        }
        if (node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { } declarator || node.FunctionAround().BodyOf() is not { } body) return;
        if (!body.DescendantsHere().Any(n => n.SpanStart > node.Span.End && MayWait(n, blocking)) || index.ModelOf(node).GetDeclaredSymbol(declarator) is not ILocalSymbol variable) return;
        List<SimpleNameSyntax>? uses = null;
        foreach (SyntaxNode wait in body.DescendantsHere().Where(n => n.SpanStart > node.Span.End && Waits(n, index, blocking)))
        {
            uses ??= [.. Creations.UsesIn(variable, index)];
            SyntaxNode? loop = wait.Ancestors().TakeWhile(a => !a.IsFunction()).FirstOrDefault(a => a.LoopBody() is not null && !a.Span.Contains(node.Span));
            // in use after the call, handed to it, or in the next turn of a loop around it
            if (!uses.Any(u => u.SpanStart > wait.Span.End || wait.Span.Contains(u.Span) || loop is not null && loop.Span.Contains(u.Span))) continue;
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.StackMemoryAcrossWait, node.GetLocation(), [wait.GetLocation()], variable.Name, Line(wait)));
            return;
        }
    }

    private static bool MayWait(SyntaxNode node, BlockingCode blocking) => node switch
    {
        InvocationExpressionSyntax invocation => blocking.MayBe(invocation, BlockingStrength.Wait) || GreenThreadsUse.MayWait(invocation),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } => true,
        _ => false,
    };

    private static bool Waits(SyntaxNode node, SourceIndex index, BlockingCode blocking) =>
        node is InvocationExpressionSyntax invocation && (blocking.IsWait(node) && !IsMonitorWait(invocation) || GreenThreadsUse.IsWait(invocation, index))
        || node is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } && blocking.IsWait(node);

    // Monitor.Wait gives its lock up.
    private static bool IsMonitorWait(InvocationExpressionSyntax invocation) => invocation.Receiver()?.LastName() == "Monitor";

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
