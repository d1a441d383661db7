using System.Diagnostics;
using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>
/// Differential testing: random programs leave the same trace woven, on a plain and on a green thread, with suspensions
/// forced at random, as not woven; and no wait pins without a report. GREENTHREADS_SOAK sets how many methods (default
/// 560), GREENTHREADS_SEED the first seed, GREENTHREADS_PROGRAM the file of one program with a class P0 to run instead. A failure prints the program, shrunk, ready to become a file of the corpus.
/// </summary>
public class GeneratedProgramTests
{
    private const int CiMethods = 560;
    private const int CiBatch = 32;
    private const int SoakBatch = 80;

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    [Fact]
    public void Generated_programs_leave_the_same_trace()
    {
        int wanted = Setting("GREENTHREADS_SOAK", 0);
        bool isSoak = wanted > 0;
        int seed = Setting("GREENTHREADS_SEED", 1);
        var soak = new GeneratedSoak(isSoak ? Console.Error : TextWriter.Null, isSoak ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(90));
        if (Environment.GetEnvironmentVariable("GREENTHREADS_PROGRAM") is { } file)
        {
            // one program that somebody has at hand: a class P0
            soak = new GeneratedSoak(Console.Error, TimeSpan.FromMinutes(5));
            foreach (OptimizationLevel level in new[] { OptimizationLevel.Release, OptimizationLevel.Debug }) soak.RunBatch([new GeneratedProgram("P0", File.ReadAllText(file), 1, IsCalm: true, [])], seed, level);
            Assert.True(soak.Failures.Count == 0, string.Join("\n", soak.Failures));
            return;
        }
        for (int batch = 0; soak.Methods < (isSoak ? wanted : CiMethods); batch++)
        {
            int size = isSoak ? SoakBatch : CiBatch;
            soak.RunBatch(seed, size, batch % 2 == 0 ? OptimizationLevel.Release : OptimizationLevel.Debug);
            seed += size;
            if (!isSoak && soak.Failures.Count > 0) break;
        }
        TestContext.Current.SendDiagnosticMessage(soak.Summary);
        if (isSoak) Console.Error.WriteLine(soak.Summary + "\n" + soak.Reasons);
        Assert.True(soak.Failures.Count == 0, soak.Summary + "\n" + string.Join("\n", soak.Failures));
        Assert.True(soak.Suspensions > soak.Methods, "Hardly anything suspended: " + soak.Summary);
        Assert.True(soak.Rejected * 50 <= soak.Programs, "The generator makes programs that do not compile: " + soak.Summary);
    }
}
