using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>Woven assemblies are as valid as the compiler's output.</summary>
public class VerificationTests
{
    private static readonly string s_framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    public static TheoryData<OptimizationLevel, string> Assemblies => new()
    {
        { OptimizationLevel.Debug, "GreenThreads.Corpus.Library" },
        { OptimizationLevel.Debug, "GreenThreads.Corpus" },
        { OptimizationLevel.Release, "GreenThreads.Corpus.Library" },
        { OptimizationLevel.Release, "GreenThreads.Corpus" },
    };

    [Theory, MemberData(nameof(Assemblies))]
    public void The_output_of_the_compiler_has_no_findings_but_unsafe_code(OptimizationLevel level, string assembly)
    {
        string folder = CorpusRun.Folder(level, Weaving.None);
        IReadOnlyList<Finding> findings = AssemblyVerifier.Verify(Path.Combine(folder, assembly + ".dll"), References(folder), out int verified);
        Assert.True(verified > 50, $"Only {verified} methods.");
        Finding[] unexplained = [.. findings.Where(f => !WovenVerification.IsCompilers(f))];
        Assert.True(unexplained.Length == 0, $"{unexplained.Length} of {verified} methods:\n{string.Join('\n', unexplained.Take(40))}");
    }

    [Theory, MemberData(nameof(Assemblies))]
    public void Weaving_adds_no_finding(OptimizationLevel level, string assembly)
    {
        foreach (Weaving weaving in new[] { Weaving.Woven, Weaving.Chaos })
        {
            string folder = CorpusRun.Folder(level, weaving);
            WovenVerification.AssertValid(
                Path.Combine(CorpusRun.Folder(level, Weaving.None), assembly + ".dll"), Path.Combine(folder, assembly + ".dll"), References(folder));
        }
    }

    [Fact]
    public void The_runtime_library_has_no_finding() =>
        WovenVerification.AssertValid(null, Toolchain.Runtime, Toolchain.FrameworkReferences);

    [Theory]
    [InlineData("System.Linq")]
    [InlineData("System.Collections")]
    [InlineData("System.Private.Uri")]
    public void Libraries_of_the_framework_have_no_findings_but_unsafe_code(string assembly)
    {
        string[] references = Directory.GetFiles(s_framework, "*.dll");
        IReadOnlyList<Finding> findings = AssemblyVerifier.Verify(Path.Combine(s_framework, assembly + ".dll"), references, out int verified);
        Assert.True(verified > 100, $"Only {verified} methods.");
        Finding[] unexplained = [.. findings.Where(f => !WovenVerification.IsCompilers(f))];
        Assert.True(unexplained.Length == 0, $"{unexplained.Length} of {verified} methods:\n{string.Join('\n', unexplained.Take(40))}");
    }

    private static string[] References(string folder) => [.. Toolchain.FrameworkReferences, Toolchain.Runtime, Path.Combine(folder, "GreenThreads.Corpus.Library.dll")];
}
