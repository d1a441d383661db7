using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>Compiles, weaves and runs the corpus once per variant and keeps the results for all tests.</summary>
internal static class CorpusRun
{
    private static readonly ConcurrentDictionary<OptimizationLevel, Lazy<string>> s_compiled = new();
    private static readonly ConcurrentDictionary<(OptimizationLevel, Weaving), Lazy<string>> s_woven = new();
    private static readonly ConcurrentDictionary<Variant, Lazy<Dictionary<string, CaseResult>>> s_results = new();

    /// <summary>The folder with a copy of the corpus.</summary>
    public static string Folder(OptimizationLevel level, Weaving weaving)
    {
        if (weaving == Weaving.None) return s_compiled.GetOrAdd(level, l => new Lazy<string>(() => CorpusCompiler.CompileCorpus(l))).Value;
        return s_woven.GetOrAdd((level, weaving), key => new Lazy<string>(() => WeaverTool.WeaveCorpus(
            Folder(key.Item1, Weaving.None),
            Path.Combine(Toolchain.Work, $"{key.Item1}-{key.Item2}"),
            key.Item2 == Weaving.Chaos))).Value;
    }

    /// <summary>The results of all cases.</summary>
    public static Dictionary<string, CaseResult> Results(Variant variant) =>
        s_results.GetOrAdd(variant, v => new Lazy<Dictionary<string, CaseResult>>(() => Run(v))).Value;

    /// <summary>The failures of the JIT on a copy, and how many methods it compiled.</summary>
    public static (string[] Failures, long Compiled) Prepare(OptimizationLevel level, Weaving weaving)
    {
        string folder = Folder(level, weaving);
        string file = Path.Combine(folder, "prepare.jsonl");
        (int exitCode, string output) = Toolchain.Run(Toolchain.Runner, [folder, "prepare", "-", file], CaseProcess.Bound);
        List<CaseResult> results = CaseProcess.Read(file);
        string[] failures = [.. results.Where(r => r.Event == "failed").Select(r => $"{r.Case}: {r.Lines[0]}")];
        if (results.All(r => r.Event != "end")) failures = [.. failures, $"ended early with {exitCode}: {output}"];
        return (failures, results.Where(r => r.Event == "end").Sum(r => r.Suspensions));
    }

    private static Dictionary<string, CaseResult> Run(Variant variant) =>
        CaseProcess.Run(Folder(variant.Level, variant.Weaving), CorpusCases.Names, variant);
}
