using System.Diagnostics;
using System.Text.RegularExpressions;
using GreenThreads.Weaver.Tests.Harness;
using GreenThreads.Weaver.Tests.Verification;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>Runs batches of generated programs in all variants and keeps the score.</summary>
/// <param name="progress">Gets a line for each batch, and failures as they are found.</param>
/// <param name="shrinkBound">How long the first failure of a batch may be shrunk.</param>
internal sealed class GeneratedSoak(TextWriter progress, TimeSpan shrinkBound)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public int Methods { get; private set; }

    public int Programs { get; private set; }

    /// <summary>Programs that did not compile.</summary>
    public int Rejected { get; private set; }

    public long Suspensions { get; private set; }

    private long PinnedWaits { get; set; }

    private int PinnedCalm { get; set; }

    private int Calm { get; set; }

    // Reason to number of places and an example, in programs that should not pin.
    private readonly SortedDictionary<string, (int Count, string Example)> _reasons = new(StringComparer.Ordinal);

    /// <summary>The failures, shrunk: one for each batch and kind.</summary>
    public List<string> Failures { get; } = [];

    public string Summary =>
        $"{Methods} methods in {Programs} programs ({Rejected} more did not compile), {Suspensions} suspensions; {PinnedWaits} pinned waits; {PinnedCalm} of {Calm} programs that should not pin did; "
        + $"{Failures.Count} failures, {Stopwatch.GetElapsedTime(_start).TotalSeconds:0} s";

    private void CheckIL(GeneratedBatch batch, Weaving weaving, OptimizationLevel level)
    {
        if (batch.Programs.Length == 0) return;
        string folder = Path.GetDirectoryName(batch.WovenFile(weaving))!;
        string[] findings = WovenVerification.Unexplained(
            batch.WovenFile(Weaving.None), batch.WovenFile(weaving), [.. Toolchain.FrameworkReferences, Toolchain.Runtime, Path.Combine(folder, "GreenThreads.Corpus.Library.dll")], out int verified);
        progress.WriteLine($"{level} {weaving}: IL of {verified} methods verified");
        foreach (string finding in findings.Take(10)) progress.WriteLine(finding);
        if (findings.Length > 0) Failures.Add($"invalid IL in {findings.Length} places: {string.Join("\n", findings.Take(10))}");
    }

    /// <summary>Why programs pin that should not.</summary>
    public string Reasons => string.Join('\n', _reasons.OrderByDescending(r => r.Value.Count).Select(r => $"{r.Value.Count,6} {r.Key}, as in {r.Value.Example}"));

    /// <summary>Runs the programs of some seeds, compiled at one level, in all variants.</summary>
    public void RunBatch(int firstSeed, int count, OptimizationLevel level) =>
        RunBatch([.. Enumerable.Range(firstSeed, count).Select(seed => ProgramGenerator.Generate(seed, $"P{seed}"))], firstSeed, level);

    /// <summary>Runs programs, compiled at one level, in all variants.</summary>
    public void RunBatch(GeneratedProgram[] programs, int firstSeed, OptimizationLevel level)
    {
        using var batch = new GeneratedBatch(programs, level);
        progress.WriteLine($"compiled and woven: {Stopwatch.GetElapsedTime(_start).TotalSeconds:0.0} s since the start");
        foreach (GeneratedProgram rejected in batch.Rejected) progress.WriteLine($"{rejected.Name} does not compile: {CorpusCompiler.Errors(rejected.Text).FirstOrDefault()}");
        Variant[] variants =
        [
            new(level, Weaving.Woven, Mode.Plain, 1) { SkipsPlainWaits = true },
            new(level, Weaving.Woven, Mode.Green, 1),
            new(level, Weaving.Chaos, Mode.Green, 1) { ChaosSeed = firstSeed },
            new(level, Weaving.Chaos, Mode.Concurrent, 3) { ChaosSeed = firstSeed + 1 },
        ];
        var failed = new HashSet<string>();
        CheckIL(batch, Weaving.Woven, level);
        CheckIL(batch, Weaving.Chaos, level);
        foreach (Variant variant in variants)
        {
            long start = Stopwatch.GetTimestamp();
            GeneratedFailure[] failures = [.. batch.Run(variant).Where(f => failed.Add(f.Program.Name))];
            progress.WriteLine($"{variant.Name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
            foreach (GeneratedFailure failure in failures)
                progress.WriteLine($"seed {failure.Program.Name[1..]} in {variant.Name} fails: {failure.Difference}"); // shrinking takes a while
            if (failures.Length == 0) continue;
            GeneratedFailure shrunk = Shrinker.Shrink(failures.MinBy(f => f.Program.Text.Length)!, shrinkBound);
            string text = $"{failures.Length} of {batch.Programs.Length} programs in {variant.Name}, shrunk from {failures.MinBy(f => f.Program.Text.Length)!.Program.Name}: {shrunk.Difference}\n{shrunk.Program.Text}";
            progress.WriteLine(text);
            Failures.Add(text);
        }
        foreach (GeneratedProgram endless in batch.Endless) progress.WriteLine($"{endless.Name} does not end in time, or before the memory does, not woven either: not compared");
        Programs += batch.Programs.Length - batch.Endless.Length;
        Methods += batch.Programs.Except(batch.Endless).Sum(p => p.Methods);
        Rejected += batch.Rejected.Length;
        Suspensions += batch.Suspensions;
        PinnedWaits += batch.PinnedWaits;
        PinnedCalm += batch.PinnedCalm.Count;
        Calm += batch.Programs.Count(p => p.IsCalm);
        foreach (string line in batch.PinReasons)
        {
            string reason = Regex.Replace(line[(line.LastIndexOf("): ", StringComparison.Ordinal) + 3)..], "'[a-z]+\\d+'", "a local");
            _reasons[reason] = (_reasons.GetValueOrDefault(reason).Count + 1, line);
        }
        progress.WriteLine($"up to seed {firstSeed + programs.Length - 1}: {Summary}");
    }
}
