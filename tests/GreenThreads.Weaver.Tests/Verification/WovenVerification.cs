using System.Text.RegularExpressions;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>What a woven assembly may show that the verifier reports, and why.</summary>
internal static partial class WovenVerification
{
    /// <summary>Fails if a woven assembly has a finding that its original has not and that weaving does not explain.</summary>
    /// <param name="original">The compiler's output; null if there is none to compare with.</param>
    /// <param name="woven">The woven assembly.</param>
    /// <param name="references">What it refers to.</param>
    public static void AssertValid(string? original, string woven, IReadOnlyCollection<string> references)
    {
        string[] findings = Unexplained(original, woven, references, out int verified);
        Assert.True(verified > 50, $"Only {verified} methods.");
        Assert.True(findings.Length == 0, $"{findings.Length} of {verified} methods of {woven}:\n{string.Join('\n', findings.Take(40))}");
    }

    /// <summary>The findings of a woven assembly that its original has not and that weaving does not explain.</summary>
    public static string[] Unexplained(string? original, string woven, IReadOnlyCollection<string> references, out int verified)
    {
        HashSet<string> known = original is null ? [] : [.. AssemblyVerifier.Verify(original, references, out _).Select(f => Key(f))];
        return [.. AssemblyVerifier.Verify(woven, references, out verified).Where(f => !IsExplained(f) && !known.Contains(Key(f))).Select(f => f.ToString())];
    }

    /// <summary>Whether the compiler writes such code: unsafe code of the source, and its helpers for inline arrays.</summary>
    public static bool IsCompilers(Finding finding) =>
        finding.Rule == Rule.Pointer || finding.Method.Contains("<PrivateImplementationDetails>::InlineArray", StringComparison.Ordinal) && finding.Text.StartsWith("ldind.u1", StringComparison.Ordinal);

    // What the design asks for, and the runtime allows, though the rules for verifiable code do not:
    private static bool IsExplained(Finding finding) => IsCompilers(finding) || finding switch
    {
        // a constructor's body is a method of its own in the frame class, which calls the base constructor and sets
        // read-only fields; the constructor only hands over to it
        { Rule: Rule.UninitializedThis } => finding.Method.Contains("::.ctor(", StringComparison.Ordinal),
        { Rule: Rule.ConstructorCall or Rule.ReadOnly } when InFrameOfConstructor().IsMatch(finding.Method) => true,
        // a ref struct that is made again gets its fields one by one, read-only ones too
        { Rule: Rule.ReadOnly } => FieldSetter().IsMatch(finding.Method),
        // base.M() from a frame class, on the object whose method was moved there
        { Rule: Rule.Placement } => InFrame().IsMatch(finding.Method) && finding.Text.Contains("is called without looking at the class", StringComparison.Ordinal),
        // a frame enters the body with null for references that the caller makes again before they are used
        { Rule: Rule.Assignment } when InFrame().IsMatch(finding.Method) && (finding.Method.Contains("::Resume(", StringComparison.Ordinal) || finding.Method.Contains("::Reenter(", StringComparison.Ordinal)) =>
            finding.Text.StartsWith("call: NativeInt is not a ", StringComparison.Ordinal) && finding.Text.Contains("& (", StringComparison.Ordinal),
        // distances in constant data, whose type is the compiler's own, are measured in bytes
        { Rule: Rule.Assignment } => finding.Text.EndsWith("& is not a System.Byte& (argument 0 of Offset)", StringComparison.Ordinal) || finding.Text.EndsWith("& is not a System.Byte& (argument 0 of At)", StringComparison.Ordinal),
        _ => false,
    };

    [GeneratedRegex(@"/<[^/]*>f__\d+(`\d+)?::")]
    private static partial Regex InFrame();

    [GeneratedRegex(@"/<-ctor>f__\d+(`\d+)?::ctor\(")]
    private static partial Regex InFrameOfConstructor();

    [GeneratedRegex(@"::<\w+>g__Set\(")]
    private static partial Regex FieldSetter();

    private static string Key(Finding finding) => $"{finding.Rule} {finding.Text}";
}
