using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>Every case of the corpus leaves the same trace, however it is woven and run.</summary>
public class CorpusTests
{
    public static TheoryData<string, OptimizationLevel> Cases
    {
        get
        {
            var data = new TheoryData<string, OptimizationLevel>();
            foreach (string name in CorpusCases.Names)
            {
                data.Add(name, OptimizationLevel.Debug);
                data.Add(name, OptimizationLevel.Release);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Unwoven_on_a_green_thread_leaves_the_same_trace(string name, OptimizationLevel level) =>
        AssertSameTrace(name, new Variant(level, Weaving.None, Mode.Green, 1));

    [Theory, MemberData(nameof(Cases))]
    public void Woven_on_a_plain_thread_leaves_the_same_trace(string name, OptimizationLevel level)
    {
        CaseResult result = AssertSameTrace(name, new Variant(level, Weaving.Woven, Mode.Plain, 1));
        Assert.True(result.Suspensions == 0 || name.StartsWith("GreenThreadsInside.") || name.Contains("Locks."), "A plain thread suspended.");
    }

    [Theory, MemberData(nameof(Cases))]
    public void Woven_on_a_green_thread_suspends_and_leaves_the_same_trace(string name, OptimizationLevel level)
    {
        CaseResult result = AssertSameTrace(name, new Variant(level, Weaving.Woven, Mode.Green, 1));
        AssertSuspends(name, result);
    }

    [Theory, MemberData(nameof(Cases))]
    public void With_suspensions_forced_everywhere_it_leaves_the_same_trace(string name, OptimizationLevel level)
    {
        CaseResult result = AssertSameTrace(name, new Variant(level, Weaving.Chaos, Mode.Green, 1));
        AssertSuspends(name, result);
    }

    [Theory, MemberData(nameof(Cases))]
    public void With_suspensions_forced_and_moving_between_carriers_it_leaves_the_same_trace(string name, OptimizationLevel level) =>
        AssertSameTrace(name, new Variant(level, Weaving.Chaos, Mode.Concurrent, 3));

    private static CaseResult AssertSameTrace(string name, Variant variant)
    {
        CaseResult expected = CorpusRun.Results(new Variant(variant.Level, Weaving.None, Mode.Plain, 1))[name];
        Assert.True(expected.Event == "end", $"The unwoven case itself ended with {expected.Event}:\n{string.Join('\n', expected.Lines)}");
        CaseResult actual = CorpusRun.Results(variant)[name];
        if (actual.Event == "end" && actual.Lines.SequenceEqual(expected.Lines)) return actual;
        Assert.Fail($"{name} in {variant.Name}: {actual.Event}\n{TraceDifference.Describe(expected.Lines, actual.Lines)}");
        return actual;
    }

    private static void AssertSuspends(string name, CaseResult result)
    {
        if (CorpusCases.MayPin(name) is not null) return;
        Assert.True(result.PinnedWaits == 0, $"{result.PinnedWaits} waits were pinned, {result.Suspensions} suspended.\n{result.PinnedStacks}");
        Assert.True(result.Suspensions > 0, "Nothing suspended.");
    }
}
