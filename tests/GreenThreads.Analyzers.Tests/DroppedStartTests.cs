using System.Collections.Immutable;
using GreenThreads.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers.Tests;

/// <summary>The compiler's CS4014 is taken back for starts of green threads, and for nothing else.</summary>
public class DroppedStartTests
{
    private const string Source = """
        using GreenThreads;

        static class Server
        {
            static async Task Run(GreenScope scope, GreenWaitGroup group)
            {
                GreenThread.Start(() => { });
                GreenThread.Start(() => 1);
                GreenThread.Start(() => { }, new GreenThreadStartOptions { Name = "client" });
                scope.Start(() => { });
                group.Start(() => { });
                Other(); // CS4014
                Task.Run(() => { }); // CS4014
                Started(); // CS4014
                await Task.Yield();
            }

            static async Task Other() => await Task.Yield();

            // whoever gets the thread answers for it
            static GreenThread Started() => GreenThread.Start(() => { });
        }
        """;

    [Fact]
    public async Task A_start_in_an_async_method_gives_no_warning_of_the_compiler_and_other_calls_do()
    {
        CSharpCompilation compilation = CorpusProgram.Compile("Dropped", Source);
        Assert.Equal(8, compilation.GetDiagnostics(TestContext.Current.CancellationToken).Count(d => d.Id == "CS4014"));
        ImmutableArray<Diagnostic> all = await compilation
            .WithAnalyzers([new DroppedStartSuppressor()], new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false))
            .GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        int[] expected = [.. Source.Split('\n').Index().Where(l => l.Item.Contains("// CS4014")).Select(l => l.Index + 1)];
        Assert.Equal(expected, all.Where(d => d.Id == "CS4014" && !d.IsSuppressed).Select(d => d.Location.GetLineSpan().StartLinePosition.Line + 1).Order());
    }

    [Fact]
    public async Task What_is_taken_back_is_still_suggested_by_GT2007()
    {
        const string source = """
            using GreenThreads;
            GreenThread.Start(() => { }); // GT2007
            _ = GreenThread.Start(() => { });
            await Task.Yield();
            """;
        ImmutableArray<Diagnostic> found = await CorpusProgram.AnalyzeAsync(CorpusProgram.Compile("Top", source), new GreenThreadLifetimeAnalyzer());
        Assert.Equal(["2: GT2007"], CorpusProgram.Places(found));
    }
}
