using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>Input that cannot be woven: a message that names the cure, an exit code, and never a half-written file.</summary>
public class BadInputTests
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Toolchain.Work, Path.GetRandomFileName())).FullName;

    private static string[] References => [.. Toolchain.FrameworkReferences, Toolchain.Runtime];

    [Fact]
    public void An_assembly_that_is_woven_already_is_refused()
    {
        string woven = Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.Woven), "GreenThreads.Corpus.Library.dll");
        AssertRefused(woven, References, "GT1100");
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_refused()
    {
        string file = Path.Combine(_folder, "text.dll");
        File.WriteAllText(file, "this is not an assembly");
        AssertRefused(file, References, "GT1101");
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        string file = Path.Combine(_folder, "empty.dll");
        File.WriteAllBytes(file, []);
        AssertRefused(file, References, "GT1101");
    }

    [Fact]
    public void A_truncated_assembly_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Library);
        foreach (int length in new[] { 100, 600, whole.Length / 2 })
        {
            string file = Path.Combine(_folder, $"truncated{length}.dll");
            File.WriteAllBytes(file, whole[..length]);
            AssertRefused(file, References, "GT110");
        }
    }

    [Fact]
    public void A_missing_file_is_refused() => AssertRefused(Path.Combine(_folder, "missing.dll"), References, "GT1101");

    [Fact]
    public void A_missing_reference_is_named()
    {
        string corpus = Path.Combine(_folder, "GreenThreads.Corpus.dll"); // away from the library, which would be found beside it
        File.Copy(Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.None), "GreenThreads.Corpus.dll"), corpus);
        (int exitCode, string output) = WeaverTool.Weave(corpus, Path.Combine(_folder, "woven.dll"), References);
        Assert.True(exitCode == 0, output);
        Assert.Contains("warning GT1102: GreenThreads.Corpus.Library ", output);
    }

    [Fact]
    public void A_project_that_does_not_reference_the_runtime_gets_a_message()
    {
        string file = Path.Combine(_folder, "Alone.dll");
        CorpusCompiler.Compile([("/_/Alone.cs", "public static class Alone { public static int One() => 1; }")], file, OptimizationLevel.Release, []);
        (int exitCode, string output) = WeaverTool.Weave(file, Path.Combine(_folder, "out", "Alone.dll"), Toolchain.FrameworkReferences);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error GT1103", output);
    }

    [Fact]
    public void A_runtime_of_another_version_gets_a_message()
    {
        string runtime = Path.Combine(_folder, "GreenThreads.dll");
        CorpusCompiler.Compile([("/_/Other.cs", "namespace GreenThreads.Continuations { public class Continuation { } }")], runtime, OptimizationLevel.Release, []);
        (int exitCode, string output) = WeaverTool.Weave(Library, Path.Combine(_folder, "out.dll"), [.. Toolchain.FrameworkReferences, runtime]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error GT1103", output);
        Assert.Contains(runtime, output);
        Assert.Contains("another version", output);
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_an_error()
    {
        string blocked = Path.Combine(_folder, "blocked");
        File.WriteAllText(blocked, "a file where a folder is needed");
        (int exitCode, string output) = WeaverTool.Weave(Library, Path.Combine(blocked, "out.dll"), References);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error GT1106", output);
    }

    [Fact]
    public void A_failed_weave_leaves_an_earlier_output_as_it_was()
    {
        string output = Path.Combine(_folder, "out.dll");
        File.WriteAllText(output, "earlier");
        string bad = Path.Combine(_folder, "bad.dll");
        File.WriteAllText(bad, "bad");
        WeaverTool.Weave(bad, output, References);
        Assert.Equal("earlier", File.ReadAllText(output));
    }

    [Fact]
    public void An_assembly_without_symbols_is_woven()
    {
        string file = Path.Combine(_folder, "GreenThreads.Corpus.Library.dll");
        File.Copy(Library, file);
        string output = Path.Combine(_folder, "out", "GreenThreads.Corpus.Library.dll");
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        (int exitCode, string text) = WeaverTool.Weave(file, output, References);
        Assert.True(exitCode == 0, text);
        Assert.True(File.Exists(output));
    }

    [Theory]
    [InlineData("a branch into an instruction", 0x2B, 0x01, 0x20)] // br.s +1; ldc.i4 …
    [InlineData("no instruction", 0x24, 0x24, 0x24)]
    [InlineData("a local that is not there", 0x11, 0xFE, 0x26)] // ldloc.s 254; pop
    [InlineData("a token of nothing", 0x28, 0xFF, 0xFF)] // call 0x2020FFFF
    public void Code_that_cannot_be_read_is_an_error_that_names_its_method(string what, byte first, byte second, byte third)
    {
        string file = Path.Combine(_folder, "Broken.dll");
        CorpusCompiler.Compile(
            [("/_/Broken.cs", "public static class Broken { public static int Good() => 1; public static int Junk(int n) => n + 0x20202020; }")],
            file, OptimizationLevel.Release, [Toolchain.Runtime]);
        byte[] bytes = File.ReadAllBytes(file);
        int at = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0x20, 0x20, 0x20, 0x20, 0x20, 0x58, 0x2A]); // ldarg.0; ldc.i4; add; ret
        Assert.True(at > 0, what);
        (bytes[at], bytes[at + 1], bytes[at + 2]) = (first, second, third);
        File.WriteAllBytes(file, bytes);
        string output = Path.Combine(_folder, "out.dll");
        File.WriteAllText(output, "earlier");
        (int exitCode, string text) = WeaverTool.Weave(file, output, References);
        Assert.True(exitCode != 0, text);
        Assert.Contains("error GT1104: the weaver failed on System.Int32 Broken::Junk(System.Int32)", text);
        Assert.Equal("earlier", File.ReadAllText(output));
    }

    private static string Library => Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.None), "GreenThreads.Corpus.Library.dll");

    private void AssertRefused(string input, IEnumerable<string> references, string id)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;
        (int exitCode, string output) = WeaverTool.Weave(input, Path.Combine(folder, "out.dll"), references);
        Assert.True(exitCode != 0, output);
        Assert.Contains("error " + id, output);
        Assert.DoesNotContain("Unhandled exception", output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }
}
