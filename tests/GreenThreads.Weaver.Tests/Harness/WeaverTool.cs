namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>Runs the weaver's command line.</summary>
internal static class WeaverTool
{
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(3) * Toolchain.Patience;

    /// <summary>Weaves one assembly.</summary>
    public static (int ExitCode, string Output) Weave(string input, string output, IEnumerable<string> references, params string[] options) =>
        Weave(input, output, references, new Dictionary<string, string>(), options);

    /// <summary>The same, with variables of the environment.</summary>
    public static (int ExitCode, string Output) Weave(
        string input, string output, IEnumerable<string> references, IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        string arguments = Path.Combine(Toolchain.Work, Path.GetRandomFileName() + ".rsp");
        string[] lines = [input, "--output", output, .. references.SelectMany(r => new[] { "--reference", r }), .. options];
        File.WriteAllLines(arguments, lines);
        return Toolchain.Run(Toolchain.Weaver, ["weave", "@" + arguments], s_bound, environment);
    }

    /// <summary>Weaves the library and the corpus of a compiled folder into another one.</summary>
    /// <exception cref="InvalidOperationException">The weaver reported an error.</exception>
    public static string WeaveCorpus(string unwoven, string woven, bool chaos)
    {
        Directory.CreateDirectory(woven);
        string[] options = chaos ? ["--chaos"] : [];
        string library = Path.Combine(woven, "GreenThreads.Corpus.Library.dll");
        string[] references = [.. Toolchain.FrameworkReferences, Toolchain.Runtime];
        WeaveOne("GreenThreads.Corpus.Library", references);
        WeaveOne("GreenThreads.Corpus", [.. references, library]);
        return woven;

        void WeaveOne(string name, string[] usedReferences)
        {
            string output = Path.Combine(woven, name + ".dll");
            (int exitCode, string text) = Weave(
                Path.Combine(unwoven, name + ".dll"), output, usedReferences, [.. options, "--report", Path.Combine(woven, name + ".weave.txt")]);
            File.WriteAllText(Path.Combine(woven, name + ".weave.log"), text);
            if (exitCode != 0 || !File.Exists(output)) throw new InvalidOperationException($"The weaver failed on {name} ({exitCode}):\n{text}");
        }
    }
}
