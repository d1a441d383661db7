using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests;

/// <summary>IL that no C# compiler emits: woven or left alone with a diagnostic, and right in both cases.</summary>
public class OddILTests
{
    // The methods whose name begins with Patched get their IL below.
    private const string Source = """
        namespace GreenThreads.Corpus;

        public static class Odd
        {
            public static void Jump(Trace t) => t.Add(PatchedJump(W.Id(5)));
            private static int PatchedJump(int n) => throw null!;
            private static int Twice(int n) => W.Id(n) * 2;

            public static void TailCall(Trace t) => t.Add(PatchedTailCall(W.Id(6)));
            private static int PatchedTailCall(int n) => throw null!;

            public static void ValuesLeftOnTheStack(Trace t)
            {
                t.Add(PatchedLeave(1));
                t.Add(PatchedLeave(0));
            }
            private static int PatchedLeave(int n) => throw null!;

            public static void Fault(Trace t)
            {
                try
                {
                    PatchedFault(t, W.Id(1));
                }
                catch (CorpusException e)
                {
                    t.Caught(e);
                }
                PatchedFault(t, 0);
            }
            private static void PatchedFault(Trace t, int n) => throw null!;
            private static void FailIf(int n)
            {
                W.Wait();
                if (n != 0) W.Fail("fault");
            }

            public static void BranchesWithAStack(Trace t)
            {
                for (int i = 0; i < 4; i++) t.Add(PatchedStack("a", i));
            }
            private static string PatchedStack(string s, int n) => throw null!;
            private static string Join(string a, int b, string c, int d) => W.Id(a) + b + W.Id(c) + d;

            public static void LoopWithAStack(Trace t) => t.Add(PatchedLoop(4));
            private static int PatchedLoop(int n) => throw null!;

            public static void LeaveCatchIntoTry(Trace t) => t.Add(PatchedRetry(t));
            private static int PatchedRetry(Trace t) => throw null!;
            private static int s_attempts;
            private static void Attempt(Trace t)
            {
                W.Wait();
                t.Log("attempt " + ++s_attempts);
                if (s_attempts < 3) W.Fail("again");
            }

            public static void ArgumentList(Trace t) => t.Add(W.Id(1));
            public static int Variable(int n, __arglist) => W.Id(n) + new System.ArgIterator(__arglist).GetRemainingCount();

            public static void TypedReferences(Trace t)
            {
                int n = W.Id(3);
                System.TypedReference r = __makeref(n);
                __refvalue(r, int) += 4;
                W.Wait();
                t.Add(n);
            }

            public static void DeadCode(Trace t) => t.Add(PatchedDead(W.Id(2)));
            private static int PatchedDead(int n) => throw null!;

            public static void SwitchWithAStack(Trace t)
            {
                for (int i = 0; i < 4; i++) t.Add(PatchedSwitch(i));
            }
            private static int PatchedSwitch(int n) => throw null!;
        }
        """;

    private static readonly Dictionary<OptimizationLevel, Lazy<SmallProgram>> s_programs = new[] { OptimizationLevel.Debug, OptimizationLevel.Release }
        .ToDictionary(level => level, level => new Lazy<SmallProgram>(() => new SmallProgram($"odd-{level}", Source, level, Patch)));

    public static TheoryData<string, OptimizationLevel> Cases
    {
        get
        {
            var data = new TheoryData<string, OptimizationLevel>();
            foreach (string name in new[]
            {
                "Jump", "TailCall", "ValuesLeftOnTheStack", "Fault", "BranchesWithAStack", "LoopWithAStack", "LeaveCatchIntoTry", "ArgumentList",
                "TypedReferences", "DeadCode", "SwitchWithAStack",
            })
            {
                data.Add(name, OptimizationLevel.Debug);
                data.Add(name, OptimizationLevel.Release);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Odd_IL_leaves_the_same_trace(string name, OptimizationLevel level)
    {
        SmallProgram program = s_programs[level].Value;
        Assert.True(program.ExitCode == 0, program.Log);
        (CaseResult expected, CaseResult actual) = program.Run("Odd." + name);
        Assert.True(expected.Event == "end" && !expected.Lines.Contains("escaped"), "The unwoven case itself failed: " + string.Join('\n', expected.Lines));
        Assert.True(
            actual.Event == "end" && expected.Lines.SequenceEqual(actual.Lines),
            $"{actual.Event}\n{TraceDifference.Describe(expected.Lines, actual.Lines)}\n{program.Log}");
    }

    [Theory]
    [InlineData("PatchedJump")]
    [InlineData("Variable")]
    public void A_method_that_cannot_be_woven_is_named_in_a_warning(string method)
    {
        string log = s_programs[OptimizationLevel.Release].Value.Log;
        Assert.Contains(log.Split('\n'), line => line.Contains("warning GT100") && line.Contains(method));
    }

    private static void Patch(TypeDefinition odd)
    {
        MethodReference wait = PatchedIL.Called(odd, "Attempt", "Wait");
        MethodReference id = PatchedIL.Called(odd, "Twice", "Id");
        PatchedIL.Emit(odd, "PatchedJump", il => il.Emit(OpCodes.Jmp, PatchedIL.Find(odd, "Twice")));
        PatchedIL.Emit(odd, "PatchedTailCall", il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Tail);
            il.Emit(OpCodes.Call, id);
            il.Emit(OpCodes.Ret);
        });
        PatchLeave(odd, id);
        PatchFault(odd, wait);
        PatchStack(odd, id);
        PatchLoop(odd, id);
        PatchRetry(odd, wait);
        PatchedIL.Emit(odd, "PatchedDead", il =>
        {
            Instruction end = il.Create(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Br, end);
            il.Emit(OpCodes.Pop); // cannot be reached, and takes from an empty stack
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Throw);
            il.Append(end);
            il.Emit(OpCodes.Call, id);
            il.Emit(OpCodes.Ret);
        });
        PatchSwitch(odd, id);
    }

    // try { push 7; push Id(n); if it is zero leave to the first end, else to the second } with both values still pushed
    private static void PatchLeave(TypeDefinition odd, MethodReference id) => PatchedIL.Emit(odd, "PatchedLeave", il =>
    {
        Instruction first = il.Create(OpCodes.Ldc_I4, 100), second = il.Create(OpCodes.Ldc_I4, 200);
        Instruction start = il.Create(OpCodes.Ldc_I4_7), zero = il.Create(OpCodes.Leave, first), handler = il.Create(OpCodes.Call, PatchedIL.Called(odd, "Attempt", "Wait"));
        il.Append(start);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, id);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Brfalse, zero);
        il.Emit(OpCodes.Leave, second);
        il.Append(zero);
        il.Append(handler);
        il.Emit(OpCodes.Endfinally);
        il.Append(first);
        il.Emit(OpCodes.Ret);
        il.Append(second);
        il.Emit(OpCodes.Ret);
        il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally)
        {
            TryStart = start,
            TryEnd = handler,
            HandlerStart = handler,
            HandlerEnd = first,
        });
    });

    private static void PatchFault(TypeDefinition odd, MethodReference wait) => PatchedIL.Emit(odd, "PatchedFault", il =>
    {
        Instruction end = il.Create(OpCodes.Ret), start = il.Create(OpCodes.Ldarg_1), handler = il.Create(OpCodes.Ldarg_0);
        il.Append(start);
        il.Emit(OpCodes.Call, PatchedIL.Find(odd, "FailIf"));
        il.Emit(OpCodes.Leave, end);
        il.Append(handler);
        il.Emit(OpCodes.Ldstr, "fault block");
        il.Emit(OpCodes.Callvirt, PatchedIL.Called(odd, "Attempt", "Log"));
        il.Emit(OpCodes.Call, wait);
        il.Emit(OpCodes.Endfinally);
        il.Append(end);
        il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Fault)
        {
            TryStart = start,
            TryEnd = handler,
            HandlerStart = handler,
            HandlerEnd = end,
        });
    });

    // Join(s, 5, n odd ? "odd" : Id-ed n + "…", n > 1 ? Id(n) : 9) with everything before still on the stack at each branch
    private static void PatchStack(TypeDefinition odd, MethodReference id) => PatchedIL.Emit(odd, "PatchedStack", il =>
    {
        Instruction even = il.Create(OpCodes.Ldstr, "even"), join = il.Create(OpCodes.Ldarg_1), small = il.Create(OpCodes.Ldc_I4, 9),
            call = il.Create(OpCodes.Call, PatchedIL.Find(odd, "Join"));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_5);
        il.Emit(OpCodes.Call, id);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Brfalse, even);
        il.Emit(OpCodes.Ldstr, "odd");
        il.Emit(OpCodes.Br, join);
        il.Append(even);
        il.Append(join);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Ble, small);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, id);
        il.Emit(OpCodes.Br, call);
        il.Append(small);
        il.Append(call);
        il.Emit(OpCodes.Ret);
    });

    // the running sum stays on the stack across the backward branch
    private static void PatchLoop(TypeDefinition odd, MethodReference id) => PatchedIL.Emit(odd, "PatchedLoop", il =>
    {
        Instruction again = il.Create(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Append(again);
        il.Emit(OpCodes.Call, id);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Starg, il.Body.Method.Parameters[0]);
        il.Emit(OpCodes.Brtrue, again);
        il.Emit(OpCodes.Ret);
    });

    // catch { leave to the start of its own try }
    private static void PatchRetry(TypeDefinition odd, MethodReference wait) => PatchedIL.Emit(odd, "PatchedRetry", il =>
    {
        Instruction start = il.Create(OpCodes.Ldarg_0), handler = il.Create(OpCodes.Pop), end = il.Create(OpCodes.Ldsfld, odd.Fields.Single(f => f.Name == "s_attempts"));
        il.Append(start);
        il.Emit(OpCodes.Call, PatchedIL.Find(odd, "Attempt"));
        il.Emit(OpCodes.Leave, end);
        il.Append(handler);
        il.Emit(OpCodes.Call, wait);
        il.Emit(OpCodes.Leave, start);
        il.Append(end);
        il.Emit(OpCodes.Ret);
        il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Catch)
        {
            CatchType = odd.Module.ImportReference(PatchedIL.Find(odd, "Fault").Body.ExceptionHandlers[0].CatchType),
            TryStart = start,
            TryEnd = handler,
            HandlerStart = handler,
            HandlerEnd = end,
        });
    });

    private static void PatchSwitch(TypeDefinition odd, MethodReference id) => PatchedIL.Emit(odd, "PatchedSwitch", il =>
    {
        Instruction zero = il.Create(OpCodes.Ldc_I4, 10), one = il.Create(OpCodes.Ldc_I4, 20), add = il.Create(OpCodes.Add);
        il.Emit(OpCodes.Ldc_I4, 1000);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, id);
        il.Emit(OpCodes.Switch, [zero, one]);
        il.Emit(OpCodes.Ldc_I4, 30);
        il.Emit(OpCodes.Br, add);
        il.Append(zero);
        il.Emit(OpCodes.Call, id);
        il.Emit(OpCodes.Br, add);
        il.Append(one);
        il.Append(add);
        il.Emit(OpCodes.Ret);
    });
}
