using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests;

/// <summary>
/// IL as obfuscators and assembler programmers write it: valid, but in forms that no compiler of C# uses. Woven right, or left
/// alone with a diagnostic.
/// </summary>
public class HandWrittenILTests
{
    // The methods whose name begins with Patched get their IL below.
    private const string Source = """
        namespace GreenThreads.Corpus;

        public static class Odd
        {
            public static void AReferenceIsDuplicatedAndKept(Trace t) => t.Add(PatchedDuplicate(5));
            private static int PatchedDuplicate(int n) => throw null!;

            public static void AHandlerLiesBeforeItsTryBlock(Trace t)
            {
                for (int i = 0; i < 2; i++) t.Add(PatchedBefore(i));
            }
            private static int PatchedBefore(int n) => throw null!;

            public static void AHandlerLiesFarBehindItsTryBlock(Trace t)
            {
                for (int i = 0; i < 2; i++) t.Add(PatchedFar(i));
            }
            private static int PatchedFar(int n) => throw null!;

            public static void TwoClausesOfOneTryBlock(Trace t)
            {
                for (int i = 0; i < 3; i++) t.Add(PatchedClauses(i));
            }
            private static int PatchedClauses(int n) => throw null!;

            public static void AFilterThatIsEnteredTwice(Trace t) => t.Add(PatchedFilter(t, 3));
            private static int PatchedFilter(Trace t, int n) => throw null!;
            private static int Asked(Trace t, System.Exception e)
            {
                t.Log("asked");
                return e.Message == "1" ? 1 : 0;
            }

            public static void ASwitchOfThousands(Trace t)
            {
                foreach (int n in new[] { 0, 1, 2999, 3000, -1 }) t.Add(PatchedSwitch(n));
            }
            private static int PatchedSwitch(int n) => throw null!;

            public static void LocalsWithoutInitialValues(Trace t) => t.Add(PatchedUninitialized(6));
            private static int PatchedUninitialized(int n) => throw null!;

            public static void MergesOfDifferentReferences(Trace t)
            {
                for (int i = 0; i < 2; i++) t.Add(PatchedMerge(i));
            }
            private static object PatchedMerge(int n) => throw null!;

            public static void MergesOfNativeAndOtherNumbers(Trace t)
            {
                for (int i = 0; i < 2; i++) t.Add(PatchedNumbers(i));
            }
            private static long PatchedNumbers(int n) => throw null!;

            public static void AnIndirectCall(Trace t) => t.Add(PatchedIndirect(4));
            private static int PatchedIndirect(int n) => throw null!;

            public static void StackMemory(Trace t) => t.Add(PatchedMemory(4));
            private static int PatchedMemory(int n) => throw null!;

            public static void ReferencesIntoArraysOfManyDimensions(Trace t)
            {
                int[,] items = { { 1, 2 }, { 3, 4 } };
                t.Add(PatchedAddress(items));
                t.Add(items[1, 0]);
            }
            private static int PatchedAddress(int[,] items) => throw null!;

            public static void AReferenceIntoABox(Trace t)
            {
                object box = 5;
                t.Add(PatchedUnbox(box));
                t.Add(box);
            }
            private static int PatchedUnbox(object box) => throw null!;

            private sealed class Self(string name)
            {
                public string PatchedSelf(Self other) => throw null!;
                public string Name => W.Id(name);
            }
            public static void TheReceiverIsReplaced(Trace t) => t.Add(new Self("first").PatchedSelf(new Self("second")));

            public static void LeaveOutsideOfTryEmptiesTheStack(Trace t) => t.Add(PatchedEmptied(7));
            private static int PatchedEmptied(int n) => throw null!;

            public static void AnEndlessLoopThatThrows(Trace t)
            {
                try
                {
                    PatchedEndless(3);
                }
                catch (System.DivideByZeroException)
                {
                    t.Log("divided");
                }
            }
            private static void PatchedEndless(int n) => throw null!;

            public static void SixtyValuesOnTheStack(Trace t) => t.Add(PatchedDeep(1));
            private static int PatchedDeep(int n) => throw null!;

            public static void OverloadsByResultOnly(Trace t) => t.Add(PatchedOverloads(8));
            private static long PatchedOverloads(int n) => throw null!;
            private static int Same1(int n) => W.Id(n);
            private static long Same2(int n) => W.Id(n + 1L);

            public static void NamesThatNobodyCanWrite(Trace t) => t.Add(Renamed(2) + new Strange().Renamed(3));
            private static int Renamed(int n) => W.Id(n);
            private sealed class Strange { public int Renamed(int n) => W.Id(n) * 10; }

            public static void AFaultBlockInAFinallyBlock(Trace t)
            {
                for (int i = 0; i < 2; i++)
                {
                    try
                    {
                        PatchedFaultInFinally(t, i);
                    }
                    catch (CorpusException e)
                    {
                        t.Caught(e);
                    }
                }
            }
            private static void PatchedFaultInFinally(Trace t, int n) => throw null!;
            private static void FailIf(int n)
            {
                W.Wait();
                if (n != 0) W.Fail("fault");
            }
            private static void Say(Trace t, string s) => t.Log(W.Id(s));

            public static void ConstantsThroughTokens(Trace t) => t.Add(PatchedTokens(3));
            private static string PatchedTokens(int n) => throw null!;
        }
        """;

    private static readonly string[] s_cases =
    [
        "AReferenceIsDuplicatedAndKept", "AHandlerLiesBeforeItsTryBlock", "AHandlerLiesFarBehindItsTryBlock", "TwoClausesOfOneTryBlock", "AFilterThatIsEnteredTwice",
        "ASwitchOfThousands", "LocalsWithoutInitialValues", "MergesOfDifferentReferences", "MergesOfNativeAndOtherNumbers", "AnIndirectCall", "StackMemory",
        "ReferencesIntoArraysOfManyDimensions", "AReferenceIntoABox", "TheReceiverIsReplaced", "LeaveOutsideOfTryEmptiesTheStack", "AnEndlessLoopThatThrows",
        "SixtyValuesOnTheStack", "OverloadsByResultOnly", "NamesThatNobodyCanWrite", "AFaultBlockInAFinallyBlock", "ConstantsThroughTokens",
    ];

    private static readonly Lazy<(SmallProgram Program, Dictionary<string, CaseResult> Expected, Dictionary<string, CaseResult> Actual)> s_run = new(() =>
    {
        var program = new SmallProgram("handwritten", Source, OptimizationLevel.Release, odd => new HandWrittenIL(odd).Apply());
        if (program.ExitCode != 0) return (program, [], []);
        (Dictionary<string, CaseResult> expected, Dictionary<string, CaseResult> actual) =
            program.RunAll([.. s_cases.Select(c => "Odd." + c)], new Variant(OptimizationLevel.Release, Weaving.Chaos, Mode.Green, 1));
        return (program, expected, actual);
    });

    public static TheoryData<string> Cases() => [.. s_cases];

    [Theory, MemberData(nameof(Cases))]
    public void It_leaves_the_same_trace(string name)
    {
        (SmallProgram program, Dictionary<string, CaseResult> all, Dictionary<string, CaseResult> woven) = s_run.Value;
        Assert.True(program.ExitCode == 0, program.Log);
        (CaseResult expected, CaseResult actual) = (all["Odd." + name], woven["Odd." + name]);
        Assert.True(expected.Event == "end" && !expected.Lines.Any(l => l.Contains("escaped") || l.Contains("InvalidProgram")), "The unwoven case itself failed: " + string.Join('\n', expected.Lines));
        Assert.True(actual.Event == "end" && expected.Lines.SequenceEqual(actual.Lines), $"{actual.Event}\n{TraceDifference.Describe(expected.Lines, actual.Lines)}\n{program.Log}");
        Assert.True(actual.Suspensions + actual.PinnedWaits > 0, "Nothing waited.");
    }

    [Theory]
    [InlineData("PatchedIndirect", "GT1006")]
    [InlineData("PatchedMemory", "GT1005")]
    [InlineData("PatchedNumbers", "GT1004")]
    public void What_pins_is_reported(string method, string id) =>
        Assert.Contains(s_run.Value.Program.Report.Split('\n'), l => l.StartsWith("pins\t") && l.Contains(method) && l.Contains(id));
}
