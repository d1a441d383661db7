using System.Collections.Immutable;
using GreenThreads.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers.Tests;

/// <summary>Servers as people write them: those with an OS thread per connection are found, the others are left alone.</summary>
public class CorpusTests
{
    public static TheoryData<string> Flagged => [.. CorpusProgram.Names("Flagged")];

    public static TheoryData<string> Fine => [.. CorpusProgram.Names("Fine")];

    [Theory]
    [MemberData(nameof(Flagged))]
    public async Task A_thread_per_connection_is_reported_where_it_is_made(string name)
    {
        CorpusProgram program = CorpusProgram.Load("Flagged", name);
        Assert.NotEmpty(program.Expected);
        ImmutableArray<Diagnostic> diagnostics = await CorpusProgram.AnalyzeAsync(program.Compile(), new ThreadPerConnectionAnalyzer());
        Assert.Equal(program.Expected, CorpusProgram.Places(diagnostics));
    }

    [Theory]
    [MemberData(nameof(Fine))]
    public async Task Threads_whose_number_is_bounded_are_left_alone(string name)
    {
        CorpusProgram program = CorpusProgram.Load("Fine", name);
        ImmutableArray<Diagnostic> diagnostics = await CorpusProgram.AnalyzeAsync(program.Compile(), new ThreadPerConnectionAnalyzer());
        Assert.Empty(CorpusProgram.Places(diagnostics));
    }

    [Fact]
    public void The_corpus_has_at_least_forty_programs_half_of_them_fine()
    {
        Assert.True(Flagged.Count >= 20 && Fine.Count >= 20, $"{Flagged.Count} flagged, {Fine.Count} fine.");
    }
}
