using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

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
        var program = new SmallProgram("handwritten", Source, OptimizationLevel.Release, odd => new Patches(odd).Apply());
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

    private sealed class Patches(TypeDefinition odd)
    {
        private readonly ModuleDefinition _module = odd.Module;
        private MethodReference _id = null!, _wait = null!;

        public void Apply()
        {
            _id = Called("Same1", "Id");
            _wait = Called("FailIf", "Wait");
            Duplicate();
            Before();
            Far();
            Clauses();
            Filter();
            Switch();
            Uninitialized();
            Merge();
            Numbers();
            Indirect();
            Memory();
            Address();
            Unbox();
            Self();
            Emptied();
            Endless();
            Deep();
            Overloads();
            FaultInFinally();
            Tokens();
            Names();
        }

        // ldarga; dup; dup; ldind; Id; stind; ldind: the address is on the stack twice across the wait
        private void Duplicate() => Emit("PatchedDuplicate", il =>
        {
            il.Emit(OpCodes.Ldarga, il.Body.Method.Parameters[0]);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldind_I4);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ldc_I4_3);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stind_I4);
            il.Emit(OpCodes.Ldind_I4);
            il.Emit(OpCodes.Ret);
        });

        // br TRY; HANDLER: pop; Id(40); stloc; leave END; TRY: n / Id(n) …; leave END; END: ldloc; ret
        private void Before() => Emit("PatchedBefore", il =>
        {
            VariableDefinition result = Local(il, _module.TypeSystem.Int32);
            Instruction start = il.Create(OpCodes.Ldc_I4_6), handler = il.Create(OpCodes.Pop), end = il.Create(OpCodes.Ldloc, result);
            il.Emit(OpCodes.Br, start);
            il.Append(handler);
            il.Emit(OpCodes.Ldc_I4, 40);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Leave, end);
            Divide(il, start, result, end);
            il.Append(end);
            il.Emit(OpCodes.Ret);
            Catch(il, start, end, handler, start);
        });

        // try …; leave END; END: …; ret; HANDLER: pop; …; leave BACK; BACK: ldc; ret
        private void Far() => Emit("PatchedFar", il =>
        {
            VariableDefinition result = Local(il, _module.TypeSystem.Int32);
            Instruction start = il.Create(OpCodes.Ldc_I4_6), handler = il.Create(OpCodes.Pop), end = il.Create(OpCodes.Ldloc, result), back = il.Create(OpCodes.Ldc_I4, 50);
            Divide(il, start, result, end);
            il.Append(end);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ret);
            il.Append(handler);
            il.Emit(OpCodes.Call, _wait);
            il.Emit(OpCodes.Leave, back);
            il.Append(back);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ret);
            Catch(il, start, end, handler, back);
        });

        // two catch clauses, with code between the handlers that neither falls into
        private void Clauses() => Emit("PatchedClauses", il =>
        {
            VariableDefinition result = Local(il, _module.TypeSystem.Int32);
            Instruction start = il.Create(OpCodes.Ldc_I4_6), first = il.Create(OpCodes.Pop), between = il.Create(OpCodes.Ldc_I4, 1000), second = il.Create(OpCodes.Pop), end = il.Create(OpCodes.Ldloc, result);
            il.Append(start);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Div);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4_2);
            Instruction fine = il.Create(OpCodes.Leave, end);
            il.Emit(OpCodes.Bne_Un, fine);
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Ldlen);
            il.Emit(OpCodes.Pop);
            il.Append(fine);
            il.Append(first);
            il.Emit(OpCodes.Ldc_I4, 100);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Leave, between);
            il.Append(between);
            il.Emit(OpCodes.Ldloc, result);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ret);
            il.Append(second);
            il.Emit(OpCodes.Ldc_I4, 200);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Leave, end);
            il.Append(end);
            il.Emit(OpCodes.Ret);
            Catch(il, start, first, first, between, typeof(DivideByZeroException));
            Catch(il, start, first, second, end);
        });

        // a loop around: the filter is asked again for the next exception, and says no, then yes
        private void Filter() => Emit("PatchedFilter", il =>
        {
            Instruction start = il.Create(OpCodes.Ldarg_1), filter = il.Create(OpCodes.Castclass, Import(typeof(Exception))), handler = il.Create(OpCodes.Pop),
                outer = il.Create(OpCodes.Pop), again = il.Create(OpCodes.Ldarg_1), end = il.Create(OpCodes.Ldc_I4, 77);
            VariableDefinition exception = Local(il, Import(typeof(Exception)));
            il.Append(start);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Pop);
            il.Emit(OpCodes.Ldarga, il.Body.Method.Parameters[1]);
            il.Emit(OpCodes.Call, Method(typeof(int), "ToString", typeof(string), true));
            il.Emit(OpCodes.Newobj, Method(typeof(Exception), ".ctor", typeof(void), true, typeof(string)));
            il.Emit(OpCodes.Throw);
            il.Append(filter);
            il.Emit(OpCodes.Stloc, exception);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldloc, exception);
            il.Emit(OpCodes.Call, odd.Methods.Single(m => m.Name == "Asked"));
            il.Emit(OpCodes.Endfilter);
            il.Append(handler);
            il.Emit(OpCodes.Call, _wait);
            il.Emit(OpCodes.Leave, end);
            il.Append(outer);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Starg, il.Body.Method.Parameters[1]);
            il.Emit(OpCodes.Leave, again);
            il.Append(again);
            il.Emit(OpCodes.Brtrue, start);
            il.Append(end);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ret);
            il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Filter) { TryStart = start, TryEnd = filter, FilterStart = filter, HandlerStart = handler, HandlerEnd = outer });
            Catch(il, start, outer, outer, again);
        });

        private void Switch() => Emit("PatchedSwitch", il =>
        {
            Instruction join = il.Create(OpCodes.Call, _id);
            Instruction[] targets = [.. Enumerable.Range(0, 3000).Select(i => il.Create(OpCodes.Ldc_I4, i * 2))];
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Switch, targets);
            il.Emit(OpCodes.Ldc_I4_M1);
            il.Emit(OpCodes.Br, join);
            foreach (Instruction target in targets)
            {
                il.Append(target);
                il.Emit(OpCodes.Br, join);
            }
            il.Append(join);
            il.Emit(OpCodes.Ret);
        });

        private void Uninitialized() => Emit("PatchedUninitialized", il =>
        {
            VariableDefinition kept = Local(il, _module.TypeSystem.Int64), late = Local(il, _module.TypeSystem.Int32);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Conv_I8);
            il.Emit(OpCodes.Stloc, kept);
            il.Emit(OpCodes.Call, _wait);
            il.Emit(OpCodes.Ldloc, kept);
            il.Emit(OpCodes.Conv_I4);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Stloc, late);
            il.Emit(OpCodes.Ldloc, late);
            il.Emit(OpCodes.Ldc_I4_2);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ret);
            il.Body.InitLocals = false;
        });

        private void Merge() => Emit("PatchedMerge", il =>
        {
            Instruction text = il.Create(OpCodes.Ldstr, "text"), join = il.Create(OpCodes.Call, _wait);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Brtrue, text);
            il.Emit(OpCodes.Ldc_I4_5);
            il.Emit(OpCodes.Newarr, _module.TypeSystem.Int32);
            il.Emit(OpCodes.Br, join);
            il.Append(text);
            il.Append(join); // an array or a string is on the stack
            il.Emit(OpCodes.Ret);
        });

        private void Numbers() => Emit("PatchedNumbers", il =>
        {
            Instruction small = il.Create(OpCodes.Ldc_I4_7), join = il.Create(OpCodes.Call, _wait);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Brtrue, small);
            il.Emit(OpCodes.Ldc_I4_3);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Br, join);
            il.Append(small);
            il.Append(join); // a native integer or a plain one is on the stack
            il.Emit(OpCodes.Conv_I8);
            il.Emit(OpCodes.Ret);
        });

        private void Indirect() => Emit("PatchedIndirect", il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldftn, odd.Methods.Single(m => m.Name == "Same1"));
            il.Emit(OpCodes.Calli, new CallSite(_module.TypeSystem.Int32) { Parameters = { new ParameterDefinition(_module.TypeSystem.Int32) } });
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ret);
        });

        // localloc; dup; Id(n); stind across a wait
        private void Memory() => Emit("PatchedMemory", il =>
        {
            il.Emit(OpCodes.Ldc_I4_8);
            il.Emit(OpCodes.Conv_U);
            il.Emit(OpCodes.Localloc);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Volatile);
            il.Emit(OpCodes.Stind_I4);
            il.Emit(OpCodes.Ldind_I4);
            il.Emit(OpCodes.Ret);
            il.Body.InitLocals = false;
        });

        private void Address() => Emit("PatchedAddress", il =>
        {
            var array = (ArrayType)il.Body.Method.Parameters[0].ParameterType;
            var address = new MethodReference("Address", new ByReferenceType(_module.TypeSystem.Int32), array) { HasThis = true };
            address.Parameters.Add(new ParameterDefinition(_module.TypeSystem.Int32));
            address.Parameters.Add(new ParameterDefinition(_module.TypeSystem.Int32));
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Call, address);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, 30);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Stind_I4);
            il.Emit(OpCodes.Ldind_I4);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ret);
        });

        private void Unbox() => Emit("PatchedUnbox", il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Unbox, _module.TypeSystem.Int32);
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, 60);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Stind_I4);
            il.Emit(OpCodes.Ldind_I4);
            il.Emit(OpCodes.Ret);
        });

        private void Self()
        {
            TypeDefinition self = odd.NestedTypes.Single(t => t.Name == "Self");
            MethodDefinition name = self.Methods.Single(m => m.Name == "get_Name");
            Emit(self.Methods.Single(m => m.Name == "PatchedSelf"), il =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Call, name);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Starg, il.Body.ThisParameter);
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Callvirt, name);
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Call, name);
                il.Emit(OpCodes.Call, Method(typeof(string), "Concat", typeof(string), false, typeof(string), typeof(string), typeof(string)));
                il.Emit(OpCodes.Ret);
            });
        }

        private void Emptied() => Emit("PatchedEmptied", il =>
        {
            Instruction behind = il.Create(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Ldc_I4_2);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Leave, behind);
            il.Append(behind);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Ret);
        });

        // while (true) { 10 / Id(n); n-- }, and there is no way to the end
        private void Endless() => Emit("PatchedEndless", il =>
        {
            Instruction again = il.Create(OpCodes.Ldc_I4, 10);
            il.Append(again);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Div);
            il.Emit(OpCodes.Pop);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Starg, il.Body.Method.Parameters[0]);
            il.Emit(OpCodes.Br, again);
        });

        private void Deep() => Emit("PatchedDeep", il =>
        {
            for (int i = 0; i < 60; i++)
            {
                il.Emit(OpCodes.Ldarg_0);
                if (i % 7 == 0) il.Emit(OpCodes.Call, _id);
            }
            for (int i = 0; i < 59; i++) il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ret);
        });

        private void Overloads()
        {
            MethodDefinition first = odd.Methods.Single(m => m.Name == "Same1"), second = odd.Methods.Single(m => m.Name == "Same2");
            Emit("PatchedOverloads", il =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Call, first);
                il.Emit(OpCodes.Call, second);
                il.Emit(OpCodes.Ret);
            });
        }

        // last: the names are found no more
        private void Names()
        {
            MethodDefinition first = odd.Methods.Single(m => m.Name == "Same1"), second = odd.Methods.Single(m => m.Name == "Same2");
            first.Name = second.Name = "same";
            odd.Methods.Single(m => m.Name == "Renamed").Name = "‮a b.<c>`1+/\\,&*[]";
            TypeDefinition strange = odd.NestedTypes.Single(t => t.Name == "Strange");
            strange.Name = " ";
            strange.Methods.Single(m => m.Name == "Renamed").Name = "ctor";
        }

        private void FaultInFinally() => Emit("PatchedFaultInFinally", il =>
        {
            MethodDefinition say = odd.Methods.Single(m => m.Name == "Say");
            Instruction start = il.Create(OpCodes.Ldarg_0), inner = il.Create(OpCodes.Ldarg_1), fault = il.Create(OpCodes.Ldarg_0), after = il.Create(OpCodes.Ldarg_0), end = il.Create(OpCodes.Ret);
            il.Append(start);
            il.Emit(OpCodes.Ldstr, "body");
            il.Emit(OpCodes.Call, say);
            il.Emit(OpCodes.Leave, end);
            il.Append(inner); // the finally block, which begins with a try block
            il.Emit(OpCodes.Call, odd.Methods.Single(m => m.Name == "FailIf"));
            il.Emit(OpCodes.Leave, after);
            il.Append(fault);
            il.Emit(OpCodes.Ldstr, "fault block");
            il.Emit(OpCodes.Call, say);
            il.Emit(OpCodes.Endfinally);
            il.Append(after);
            il.Emit(OpCodes.Ldstr, "end of finally");
            il.Emit(OpCodes.Call, say);
            il.Emit(OpCodes.Endfinally);
            il.Append(end);
            il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Fault) { TryStart = inner, TryEnd = fault, HandlerStart = fault, HandlerEnd = after });
            il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally) { TryStart = start, TryEnd = inner, HandlerStart = inner, HandlerEnd = end });
        });

        private void Tokens() => Emit("PatchedTokens", il =>
        {
            il.Emit(OpCodes.Ldtoken, odd.Methods.Single(m => m.Name == "PatchedTokens"));
            il.Emit(OpCodes.Call, Method(typeof(System.Reflection.MethodBase), "GetMethodFromHandle", typeof(System.Reflection.MethodBase), false, typeof(RuntimeMethodHandle)));
            il.Emit(OpCodes.Call, _wait);
            il.Emit(OpCodes.Callvirt, Method(typeof(System.Reflection.MemberInfo), "get_Name", typeof(string), true));
            il.Emit(OpCodes.Ret);
        });

        // 6 / Id(n) into the result, and out
        private void Divide(ILProcessor il, Instruction start, VariableDefinition result, Instruction end)
        {
            il.Append(start);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, _id);
            il.Emit(OpCodes.Div);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Leave, end);
        }

        private void Catch(ILProcessor il, Instruction start, Instruction end, Instruction handler, Instruction handlerEnd, Type? type = null) =>
            il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Catch)
            {
                CatchType = Import(type ?? typeof(object)),
                TryStart = start,
                TryEnd = end,
                HandlerStart = handler,
                HandlerEnd = handlerEnd,
            });

        // As the compiler names what is in the framework, not as this process does.
        private TypeReference Import(Type type) => Type.GetTypeCode(type) switch
        {
            TypeCode.String => _module.TypeSystem.String,
            TypeCode.Int32 => _module.TypeSystem.Int32,
            _ when type == typeof(void) => _module.TypeSystem.Void,
            _ when type == typeof(object) => _module.TypeSystem.Object,
            _ => new TypeReference(type.Namespace, type.Name, _module, _module.TypeSystem.CoreLibrary, type.IsValueType),
        };

        private MethodReference Method(Type type, string name, Type result, bool hasThis, params Type[] parameters)
        {
            var method = new MethodReference(name, Import(result), Import(type)) { HasThis = hasThis };
            foreach (Type parameter in parameters) method.Parameters.Add(new ParameterDefinition(Import(parameter)));
            return method;
        }

        private static VariableDefinition Local(ILProcessor il, TypeReference type)
        {
            var local = new VariableDefinition(type);
            il.Body.Variables.Add(local);
            return local;
        }

        private void Emit(string name, Action<ILProcessor> emit) => Emit(odd.Methods.Single(m => m.Name == name), emit);

        private static void Emit(MethodDefinition method, Action<ILProcessor> emit)
        {
            method.Body = new MethodBody(method) { InitLocals = true };
            method.DebugInformation.SequencePoints.Clear();
            method.DebugInformation.Scope = null;
            ILProcessor il = method.Body.GetILProcessor();
            emit(il);
            method.Body.OptimizeMacros();
        }

        private MethodReference Called(string by, string name) =>
            odd.Methods.Single(m => m.Name == by).Body.Instructions.Select(i => i.Operand).OfType<MethodReference>().First(m => m.Name == name);
    }
}
