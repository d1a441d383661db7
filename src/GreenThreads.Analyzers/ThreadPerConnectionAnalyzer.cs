using System.Collections.Immutable;
using GreenThreads.Analyzers.Code;
using GreenThreads.Analyzers.ThreadPerConnection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers;

/// <summary>GT2001: an OS thread, or a thread of the pool that blocks, for each connection, message or iteration.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThreadPerConnectionAnalyzer : DiagnosticAnalyzer
{
    private static readonly HashSet<string> s_testFrameworks =
    [
        "xunit.core", "xunit.v3.core", "nunit.framework", "Microsoft.VisualStudio.TestPlatform.TestFramework", "MSTest.TestFramework", "TUnit.Core",
    ];

    /// <summary>The property of a diagnostic that says why there is no code fix; its value is null when there is one.</summary>
    /// <remarks>The additional locations of a diagnostic are the loop or accepting call, and the call that starts the thread.</remarks>
    public const string RefusalProperty = "Refusal";

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.ThreadPerConnection];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            // Tests start threads to have several at once, not to serve somebody.
            if (start.Compilation.ReferencedAssemblyNames.Any(r => s_testFrameworks.Contains(r.Name))) return;
            var index = SourceIndex.Of(start.Compilation);
            var loops = new Loops(index);
            var blocking = BlockingCode.Of(index);
            var repetition = new RepetitionAnalysis(index, loops, blocking);
            var planner = new ConversionPlanner(index);
            start.RegisterSyntaxNodeAction(node => Analyze(node, index, blocking, repetition, planner), SyntaxKind.InvocationExpression);
        });
    }

    private static void Analyze(SyntaxNodeAnalysisContext context, SourceIndex index, BlockingCode blocking, RepetitionAnalysis repetition, ConversionPlanner planner)
    {
        var invocation = (InvocationExpressionSyntax)context.Node;
        if (!StartSite.MayBe(invocation) || StartSite.Find(invocation, index) is not { } site) return;
        if (!site.OwnsThread && !WaitsOnPool(site, index, blocking)) return;
        if (repetition.Of(site) is not { } found) return;
        string many = found.Unit == Repetition.Iteration ? "of them" : found.Unit + "s";
        string? refusal = planner.Plan(site).Refusal;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptors.ThreadPerConnection,
            site.Place.GetLocation(),
            [found.Place, site.Start.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(RefusalProperty, refusal),
            found.Unit, many, refusal is null ? "" : $"; it is not converted by itself: {refusal}"));
    }

    private static bool WaitsOnPool(StartSite site, SourceIndex index, BlockingCode blocking) => blocking.Waits(Bodies.Of(site.Body, index), hasConnection: false);
}
