using System.Collections.Immutable;
using GreenThreads.Analyzers.Code;
using GreenThreads.Analyzers.ThreadPerConnection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers;

/// <summary>GT2009: a static constructor or initializer waits. Whoever needs the type waits with it, and a green thread is pinned.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticConstructorAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.WaitInStaticConstructor];

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
            start.RegisterSyntaxNodeAction(node => Constructor(node, index, blocking), SyntaxKind.ConstructorDeclaration);
            start.RegisterSyntaxNodeAction(node => Field(node, index, blocking), SyntaxKind.FieldDeclaration);
        });
    }

    private static void Constructor(SyntaxNodeAnalysisContext context, SourceIndex index, BlockingCode blocking)
    {
        var constructor = (ConstructorDeclarationSyntax)context.Node;
        if (constructor.Modifiers.Any(SyntaxKind.StaticKeyword) && constructor.BodyOf() is { } body) Report(context, body, constructor.Identifier.ValueText, index, blocking);
    }

    private static void Field(SyntaxNodeAnalysisContext context, SourceIndex index, BlockingCode blocking)
    {
        var field = (FieldDeclarationSyntax)context.Node;
        if (!field.Modifiers.Any(SyntaxKind.StaticKeyword)) return;
        foreach (VariableDeclaratorSyntax declarator in field.Declaration.Variables)
        {
            if (declarator.Initializer is { Value: InvocationExpressionSyntax or MemberAccessExpressionSyntax } initializer) Report(context, initializer, declarator.Identifier.ValueText, index, blocking);
        }
    }

    private static void Report(SyntaxNodeAnalysisContext context, SyntaxNode body, string name, SourceIndex index, BlockingCode blocking)
    {
        foreach (SyntaxNode node in body.DescendantsHere())
        {
            bool waits = node switch
            {
                InvocationExpressionSyntax invocation => blocking.IsWait(node) || GreenThreadsUse.IsWait(invocation, index) || blocking.Waits(invocation),
                MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } => blocking.IsWait(node),
                _ => false,
            };
            if (!waits) continue;
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.WaitInStaticConstructor, node.GetLocation(), name));
            return;
        }
    }
}
