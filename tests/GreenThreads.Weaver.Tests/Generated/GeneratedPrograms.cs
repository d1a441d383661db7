using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>A program and the failure that it shows.</summary>
internal sealed record GeneratedFailure(string Name, Node Program, string Difference);

/// <summary>Compiles, weaves and runs a batch of generated programs, and shrinks what fails.</summary>
internal static class GeneratedPrograms
{
    private const int MaxCandidates = 80;
    private const int MaxRounds = 25;
    private static int s_batches;

    /// <summary>The programs whose traces differ.</summary>
    public static List<GeneratedFailure> Run(IReadOnlyList<(string Name, Node Program)> programs, Variant variant)
    {
        string source = string.Join('\n', programs.Select(p => p.Program.ToString()).Prepend(ProgramGenerator.Prelude));
        var compiled = new SmallProgram($"generated-{Interlocked.Increment(ref s_batches)}", source, variant.Level);
        if (compiled.ExitCode != 0) return [new GeneratedFailure(programs[0].Name, programs[0].Program, compiled.Log)];
        string[] cases = [.. programs.Select(p => p.Name + ".Run")];
        (Dictionary<string, CaseResult> expected, Dictionary<string, CaseResult> actual) = compiled.RunAll(cases, variant);
        compiled.Delete();
        var failures = new List<GeneratedFailure>();
        foreach ((string name, Node program) in programs)
        {
            CaseResult before = expected[name + ".Run"], after = actual[name + ".Run"];
            if (before.Event == "end" && after.Event == "end" && before.Lines.SequenceEqual(after.Lines)) continue;
            failures.Add(new GeneratedFailure(name, program, $"{after.Event} (not woven: {before.Event})\n{TraceDifference.Describe(before.Lines, after.Lines)}"));
        }
        return failures;
    }

    /// <summary>Takes statements away for as long as the program still fails.</summary>
    public static GeneratedFailure Shrink(GeneratedFailure failure, Variant variant)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            (string Name, Node Program)[] candidates = [.. Candidates(failure)];
            if (candidates.Length == 0) break;
            GeneratedFailure? smaller = Run(candidates, variant).MinBy(f => f.Program.ToString().Length);
            if (smaller is null) break;
            failure = new GeneratedFailure(failure.Name, Renamed(smaller.Program, failure.Name), smaller.Difference);
        }
        return failure;
    }

    private static IEnumerable<(string Name, Node Program)> Candidates(GeneratedFailure failure)
    {
        int number = 0;
        foreach (Node smaller in failure.Program.Smaller().Take(MaxCandidates))
        {
            string name = $"{failure.Name}_{number++}";
            Node program = Renamed(smaller, name);
            if (CorpusCompiler.Compiles([("/_/shrink.cs", ProgramGenerator.Prelude + "\n" + program)])) yield return (name, program);
        }
    }

    private static Node Renamed(Node program, string name) =>
        new($"public static class {name}", program.Tail, program.Children) { CanGo = false };
}
