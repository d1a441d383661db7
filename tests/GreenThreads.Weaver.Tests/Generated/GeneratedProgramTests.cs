using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>
/// Differential testing: random programs leave the same trace woven, with suspensions forced at random, as not woven.
/// GREENTHREADS_SOAK sets how many programs (default 120; each has about six methods), GREENTHREADS_SEED the first seed.
/// A failure prints the program, shrunk, and its seed.
/// </summary>
public class GeneratedProgramTests
{
    private const int BatchSize = 60;

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    [Fact]
    public void Generated_programs_leave_the_same_trace()
    {
        int count = Setting("GREENTHREADS_SOAK", 120);
        int first = Setting("GREENTHREADS_SEED", 1);
        for (int done = 0, batch = 0; done < count; done += BatchSize, batch++)
        {
            (string Name, Node Program)[] programs =
                [.. Enumerable.Range(first + done, Math.Min(BatchSize, count - done)).Select(seed => ($"P{seed}", ProgramGenerator.Generate(seed, $"P{seed}")))];
            Variant variant = new(
                batch % 2 == 0 ? OptimizationLevel.Release : OptimizationLevel.Debug,
                Weaving.Chaos,
                batch % 4 < 2 ? Mode.Green : Mode.Concurrent,
                batch % 4 < 2 ? 1 : 3);
            List<GeneratedFailure> failures = GeneratedPrograms.Run(programs, variant);
            if (failures.Count == 0) continue;
            foreach (GeneratedFailure failure in failures)
                Console.Error.WriteLine($"{variant.Name}: seed {failure.Name[1..]} differs: {failure.Difference}"); // shrinking takes a while
            GeneratedFailure shrunk = GeneratedPrograms.Shrink(failures[0], variant);
            Assert.Fail($"{variant.Name}, {failures.Count} of {programs.Length} programs, the first with seed {shrunk.Name[1..]}: {shrunk.Difference}\n{shrunk.Program}");
        }
    }
}
