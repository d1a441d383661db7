using System.Text.RegularExpressions;
using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>What is wrong with a program in one variant.</summary>
internal sealed record GeneratedFailure(GeneratedProgram Program, Variant Variant, string Difference);

/// <summary>
/// Many programs in one assembly: compiled once, woven with and without the hooks that force suspensions, and run in each
/// variant by one process. Programs that do not compile are left out and counted.
/// </summary>
internal sealed partial class GeneratedBatch : IDisposable
{
    private static int s_batches;
    private readonly OptimizationLevel _level;
    private readonly string _folder;
    private readonly HashSet<string> _reported = [];
    private Dictionary<string, CaseResult>? _expected;

    public GeneratedBatch(IReadOnlyList<GeneratedProgram> programs, OptimizationLevel level)
    {
        _level = level;
        _folder = Path.Combine(Toolchain.Work, $"generated-{Interlocked.Increment(ref s_batches)}");
        bool[] compiles = CorpusCompiler.Compile([.. programs.Select(p => ($"/_/{p.Name}.cs", p.Text))]);
        Programs = [.. programs.Where((_, i) => compiles[i])];
        Rejected = [.. programs.Where((_, i) => !compiles[i])];
        if (Programs.Length == 0) return;
        string unwoven = Prepare(Weaving.None);
        CorpusCompiler.Compile(
            Programs.Select(p => ($"/_/{p.Name}.cs", p.Text)),
            Path.Combine(unwoven, "GreenThreads.Corpus.dll"),
            level,
            [Toolchain.Runtime, Path.Combine(unwoven, "GreenThreads.Corpus.Library.dll")]);
        Weave(Weaving.Woven);
        Weave(Weaving.Chaos);
    }

    /// <summary>The programs that compile.</summary>
    public GeneratedProgram[] Programs { get; }

    /// <summary>Those that do not.</summary>
    public GeneratedProgram[] Rejected { get; }

    /// <summary>Those that did not end when they were not woven, in time or before the memory did: they are not run again.</summary>
    public GeneratedProgram[] Endless { get; private set; } = [];

    /// <summary>Suspensions in all runs so far.</summary>
    public long Suspensions { get; private set; }

    /// <summary>Pinned waits in all runs so far.</summary>
    public long PinnedWaits { get; private set; }

    /// <summary>Programs that pinned somewhere, which was reported, although they only have what should not pin.</summary>
    public HashSet<string> PinnedCalm { get; } = [];

    /// <summary>Why waits of the programs pin, as the weaver's report says, and where that is in calm programs.</summary>
    public List<string> PinReasons { get; } = [];

    /// <summary>The woven assembly.</summary>
    public string WovenFile(Weaving weaving) => Path.Combine(Folder(weaving), "GreenThreads.Corpus.dll");

    /// <summary>The programs that leave another trace in a variant than not woven, or that pin although nobody said so.</summary>
    public List<GeneratedFailure> Run(Variant variant)
    {
        var failures = new List<GeneratedFailure>();
        if (Programs.Length == 0) return failures;
        _expected ??= CaseProcess.Run(Folder(Weaving.None), [.. Programs.Select(p => p.Case)], new Variant(_level, Weaving.None, Mode.Plain, 1) { SkipsPlainWaits = true });
        // those that run for minutes, or on a machine too busy to say, or collect without end: there is nothing to compare with
        Endless = [.. Programs.Where(p => _expected[p.Case] is { Event: "hang" } or { Event: "crash", Lines: [_, "Out of memory.", ..] })];
        GeneratedProgram[] programs = [.. Programs.Except(Endless)];
        Dictionary<string, CaseResult> results = CaseProcess.Run(Folder(variant.Weaving), [.. programs.Select(p => p.Case)], variant);
        foreach (GeneratedProgram program in programs)
        {
            CaseResult before = _expected[program.Case], after = results[program.Case];
            if (before.Event != "end") failures.Add(new GeneratedFailure(program, variant, $"not woven: {before.Event}\n{string.Join('\n', before.Lines)}"));
            else if (after.Event != "end" || !before.Lines.SequenceEqual(after.Lines)) failures.Add(new GeneratedFailure(program, variant, $"{after.Event}\n{TraceDifference.Describe(before.Lines, after.Lines)}"));
            if (variant.Mode != Mode.Green) continue; // elsewhere the counters are those of several cases
            Suspensions += after.Suspensions;
            PinnedWaits += after.PinnedWaits;
            if (after.PinnedWaits == 0) continue;
            if (program.IsCalm) PinnedCalm.Add(program.Name);
            if (program.Pins.Length == 0 && !_reported.Contains(program.Name)) failures.Add(new GeneratedFailure(program, variant, $"{after.PinnedWaits} waits pinned, {after.Suspensions} suspended, and nothing is reported:\n{after.PinnedStacks}"));
        }
        return failures;
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private string Folder(Weaving weaving) => Path.Combine(_folder, weaving.ToString());

    private string Prepare(Weaving weaving)
    {
        string folder = Directory.CreateDirectory(Folder(weaving)).FullName;
        foreach (string file in new[] { "GreenThreads.Corpus.Library.dll", "GreenThreads.Corpus.Library.pdb" })
            File.Copy(Path.Combine(CorpusRun.Folder(_level, weaving), file), Path.Combine(folder, file), overwrite: true);
        return folder;
    }

    private void Weave(Weaving weaving)
    {
        string folder = Prepare(weaving);
        string report = Path.Combine(folder, "weave.txt");
        string[] options = weaving == Weaving.Chaos ? ["--chaos", "--report", report] : ["--report", report];
        (int exitCode, string log) = WeaverTool.Weave(
            Path.Combine(Folder(Weaving.None), "GreenThreads.Corpus.dll"),
            WovenFile(weaving),
            [.. Toolchain.FrameworkReferences, Toolchain.Runtime, Path.Combine(folder, "GreenThreads.Corpus.Library.dll")],
            options);
        if (exitCode != 0) throw new InvalidOperationException($"The weaver failed on {_folder} ({exitCode}):\n{log}");
        foreach (string line in File.ReadLines(report))
        {
            if (!line.StartsWith("pins\t", StringComparison.Ordinal) || ProgramName().Match(line) is not { Success: true } match) continue;
            _reported.Add(match.Value);
            if (weaving == Weaving.Woven && Programs.First(p => p.Name == match.Value).IsCalm) PinReasons.Add(line);
        }
    }

    [GeneratedRegex(@"\bP\d+(_\d+)?\b")]
    private static partial Regex ProgramName();
}
