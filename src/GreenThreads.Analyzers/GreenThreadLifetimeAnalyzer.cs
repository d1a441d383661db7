using System.Collections.Immutable;
using GreenThreads.Analyzers.Code;
using GreenThreads.Analyzers.ThreadPerConnection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers;

/// <summary>GT2007: nobody joins a green thread. GT2008: a scope is not disposed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GreenThreadLifetimeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.NeverJoined, Descriptors.ScopeNotDisposed];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (!GreenThreadsUse.Has(start.Compilation)) return;
            var index = SourceIndex.Of(start.Compilation);
            start.RegisterSyntaxNodeAction(node => Start(node, index), SyntaxKind.InvocationExpression);
            start.RegisterSyntaxNodeAction(node => Scope(node, index), SyntaxKind.ObjectCreationExpression, SyntaxKind.ImplicitObjectCreationExpression);
        });
    }

    private static void Start(SyntaxNodeAnalysisContext context, SourceIndex index)
    {
        var invocation = (InvocationExpressionSyntax)context.Node;
        if (invocation.CalledName() != "Start") return;
        bool isDropped = invocation.Parent switch
        {
            ExpressionStatementSyntax => true,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax } declarator } =>
                index.ModelOf(declarator).GetDeclaredSymbol(declarator) is ILocalSymbol variable && !Creations.UsesIn(variable, index).Any(),
            _ => false,
        };
        if (!isDropped || index.SymbolOf(invocation) is not IMethodSymbol { ContainingType: { Name: "GreenThread" } type } || type.ContainingNamespace.Name != "GreenThreads") return;
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.NeverJoined, invocation.GetLocation()));
    }

    private static void Scope(SyntaxNodeAnalysisContext context, SourceIndex index)
    {
        var creation = (BaseObjectCreationExpressionSyntax)context.Node;
        if (creation is ObjectCreationExpressionSyntax { Type: { } type } && !type.ToString().EndsWith("GreenScope", StringComparison.Ordinal)) return;
        if (!index.Mentions("GreenScope")) return; // new(...) does not name it
        if (index.TypeOf(creation)?.FullName() != "GreenThreads.GreenScope") return;
        SyntaxNode value = creation;
        while (value.Parent is ParenthesizedExpressionSyntax) value = value.Parent;
        bool isLost = value.Parent switch
        {
            ExpressionStatementSyntax => true,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText != "Dispose",
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } => true,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: { } statement } } declarator } =>
                statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 }
                && index.ModelOf(declarator).GetDeclaredSymbol(declarator) is ILocalSymbol variable && !Creations.UsesIn(variable, index).Any(Keeps),
            _ => false,
        };
        if (isLost) context.ReportDiagnostic(Diagnostic.Create(Descriptors.ScopeNotDisposed, creation.GetLocation()));
    }

    // Disposed, or handed to somebody who can.
    private static bool Keeps(SimpleNameSyntax use) => Creations.Whole(use).Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == "Dispose",
        ConditionalAccessExpressionSyntax access => access.WhenNotNull.ToString().Contains("Dispose"),
        ExpressionStatementSyntax => false,
        _ => true,
    };
}
