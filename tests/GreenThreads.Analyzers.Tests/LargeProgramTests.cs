using System.Collections.Immutable;
using System.Text;
using GreenThreads.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers.Tests;

/// <summary>Programs whose calls have very many ways, or very long ones, are analyzed as others are.</summary>
public class LargeProgramTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_layers_that_all_call_each_other_each_method_is_looked_at_once(bool accepts)
    {
        const int layers = 40; // 2 to the power of 40 ways
        var source = new StringBuilder("using System.Net.Sockets;\nstatic class Layers\n{\n    static void A0() => new Thread(Work).Start();\n    static void B0() => A0();\n    static void Work() { }\n");
        for (int i = 1; i <= layers; i++) source.AppendLine($"    static void A{i}() {{ A{i - 1}(); B{i - 1}(); }}\n    static void B{i}() {{ B{i - 1}(); A{i - 1}(); }}");
        source.AppendLine(accepts ? $"    static void Run(Socket listener) {{ while (true) {{ listener.Accept(); B{layers}(); }} }}\n}}" : "}");
        Assert.Equal(accepts ? ["4: GT2001"] : [], await PlacesAsync(source.ToString()));
    }

    [Fact]
    public async Task A_long_way_outwards_is_followed()
    {
        const int methods = 300;
        var source = new StringBuilder("using System.Net.Sockets;\nstatic class Chain\n{\n    static void M0() => new Thread(Work).Start();\n    static void Work() { }\n");
        for (int i = 1; i <= methods; i++) source.AppendLine($"    static void M{i}() => M{i - 1}();");
        source.AppendLine($"    static void Run(Socket listener) {{ while (true) {{ listener.Accept(); M{methods}(); }} }}\n}}");
        Assert.Equal(["4: GT2001"], await PlacesAsync(source.ToString()));
    }

    private static async Task<string[]> PlacesAsync(string source)
    {
        Task<ImmutableArray<Diagnostic>> analysis = Task.Run(() => CorpusProgram.AnalyzeAsync(CorpusProgram.Compile("Large", source), new ThreadPerConnectionAnalyzer()), TestContext.Current.CancellationToken);
        return CorpusProgram.Places(await analysis.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }
}
