using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>What woven assemblies are as files: valid IL, the shape of the original, the same bytes each time.</summary>
public class WovenAssemblyTests
{
    [Theory]
    [InlineData(OptimizationLevel.Debug, false)]
    [InlineData(OptimizationLevel.Debug, true)]
    [InlineData(OptimizationLevel.Release, false)]
    [InlineData(OptimizationLevel.Release, true)]
    public void The_JIT_compiles_every_method(OptimizationLevel level, bool chaos)
    {
        (string[] failures, long compiled) = CorpusRun.Prepare(level, chaos ? Weaving.Chaos : Weaving.Woven);
        Assert.Empty(failures);
        Assert.True(compiled > 2000, $"Only {compiled} methods.");
    }

    [Theory]
    [InlineData(OptimizationLevel.Debug, "GreenThreads.Corpus.Library")]
    [InlineData(OptimizationLevel.Debug, "GreenThreads.Corpus")]
    [InlineData(OptimizationLevel.Release, "GreenThreads.Corpus.Library")]
    [InlineData(OptimizationLevel.Release, "GreenThreads.Corpus")]
    public void The_shape_of_the_types_is_unchanged(OptimizationLevel level, string assembly)
    {
        string[] before = AssemblyShape.Of(CorpusRun.Folder(level, Weaving.None), assembly);
        string[] after = AssemblyShape.Of(CorpusRun.Folder(level, Weaving.Woven), assembly);
        Assert.True(before.Length > 50, "The comparison looks at too little.");
        Assert.True(before.SequenceEqual(after), TraceDifference.Describe(before, after));
    }

    [Theory]
    [InlineData(OptimizationLevel.Debug)]
    [InlineData(OptimizationLevel.Release)]
    public void Weaving_twice_gives_the_same_bytes(OptimizationLevel level)
    {
        string first = CorpusRun.Folder(level, Weaving.Woven);
        string second = WeaverTool.WeaveCorpus(CorpusRun.Folder(level, Weaving.None), Path.Combine(Toolchain.Work, $"{level}-again"), chaos: false);
        foreach (string file in new[] { "GreenThreads.Corpus.Library.dll", "GreenThreads.Corpus.Library.pdb", "GreenThreads.Corpus.dll", "GreenThreads.Corpus.pdb" })
        {
            Assert.True(File.ReadAllBytes(Path.Combine(first, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(second, file))), file);
        }
    }

    [Fact]
    public void With_little_memory_the_bytes_are_the_same()
    {
        string unwoven = Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.None), "GreenThreads.Corpus.dll");
        string woven = CorpusRun.Folder(OptimizationLevel.Release, Weaving.Woven);
        string again = Path.Combine(Directory.CreateDirectory(Path.Combine(Toolchain.Work, "little-memory")).FullName, "GreenThreads.Corpus.dll");
        string[] references = [.. Toolchain.FrameworkReferences, Toolchain.Runtime, Path.Combine(woven, "GreenThreads.Corpus.Library.dll")];
        (int exitCode, string output) = WeaverTool.Weave(unwoven, again, references, new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0xA000000" }); // 160 MB
        Assert.True(exitCode == 0, output);
        Assert.True(File.ReadAllBytes(Path.Combine(woven, "GreenThreads.Corpus.dll")).AsSpan().SequenceEqual(File.ReadAllBytes(again)));
    }

    [Fact]
    public void The_report_lists_what_was_woven_and_what_pins()
    {
        string report = File.ReadAllText(Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.Woven), "GreenThreads.Corpus.weave.txt"));
        Assert.Contains("StaticCalls::Fib(", report);
        Assert.Contains("Spans.cs", report);
    }

    [Fact]
    public void A_wait_that_pins_is_a_warning_with_file_and_line()
    {
        string log = File.ReadAllText(Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.Woven), "GreenThreads.Corpus.weave.log"));
        Assert.Matches(@"tests/GreenThreads\.Corpus/Spans\.cs\(\d+,\d+\): warning GT10\d\d: ", log);
        Assert.DoesNotContain(": error ", log);
    }
}
