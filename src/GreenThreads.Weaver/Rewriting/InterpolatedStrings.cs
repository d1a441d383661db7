using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// Interpolated strings that may wait in a hole: gives their handler, a ref struct that no frame can hold, the type of
/// the runtime library that does the same on the heap.
/// </summary>
internal static class InterpolatedStrings
{
    private const string Original = "System.Runtime.CompilerServices.DefaultInterpolatedStringHandler";

    /// <summary>Changes the method in place where a handler is in use around a call that may wait.</summary>
    public static void Retarget(MethodDefinition method, Suspendability analysis, RuntimeTypes runtime)
    {
        foreach (VariableDefinition local in method.Body.Variables)
        {
            if (local.VariableType.FullName != Original) continue;
            if (Uses(method, local) is not { } calls || !Waits(method, analysis, calls)) continue;
            var replacements = new List<(Instruction, MethodReference)>();
            foreach (Instruction call in calls)
            {
                if (Counterpart((MethodReference)call.Operand, runtime) is { } counterpart) replacements.Add((call, counterpart));
            }
            if (replacements.Count != calls.Count) continue; // a method that the heap's handler lacks: left to pin
            local.VariableType = runtime.StringHandler;
            foreach ((Instruction call, MethodReference counterpart) in replacements) call.Operand = counterpart;
        }
    }

    // The calls on the handler; null when it is used in any other way than as their receiver.
    private static List<Instruction>? Uses(MethodDefinition method, VariableDefinition local)
    {
        var stacks = new StackAnalysis(new FlowGraph(method));
        var calls = new List<Instruction>();
        var consumed = new HashSet<Instruction>();
        Instruction[] instructions = [.. method.Body.Instructions];
        for (int i = 0; i < instructions.Length; i++)
        {
            // in a try block the compiler makes it with newobj and stores it
            bool isStore = instructions[i].OpCode.Code is >= Code.Stloc_0 and <= Code.Stloc_3 or Code.Stloc or Code.Stloc_S;
            if (isStore && Variables.LocalIndex(instructions[i]) == local.Index && stacks.Before(i)?[^1].Producer is { OpCode.Code: Code.Newobj } made)
            {
                calls.Add(made);
                consumed.Add(instructions[i]);
                continue;
            }
            if (IsCreate(instructions[i]) && stacks.Before(i)?[^1] is { Origin: OriginKind.LocalAddress, Producer: { } handed } created && created.Index == local.Index)
            {
                calls.Add(instructions[i]);
                consumed.Add(handed);
                continue;
            }
            if (instructions[i].OpCode.Code != Code.Call || instructions[i].Operand is not MethodReference { HasThis: true } callee) continue;
            if (callee.DeclaringType.FullName != Original || stacks.Before(i) is not { } stack) continue;
            StackValue receiver = stack[^(callee.Parameters.Count + 1)];
            if (receiver.Origin != OriginKind.LocalAddress || receiver.Index != local.Index || receiver.Producer is null) continue;
            consumed.Add(receiver.Producer);
            calls.Add(instructions[i]);
        }
        foreach (Instruction instruction in instructions)
        {
            bool isAddress = instruction.OpCode.Code is Code.Ldloca or Code.Ldloca_S;
            bool isAccess = isAddress || instruction.OpCode.Code is >= Code.Ldloc_0 and <= Code.Stloc_3 or Code.Ldloc or Code.Ldloc_S or Code.Stloc or Code.Stloc_S;
            if (isAccess && Variables.LocalIndex(instruction) == local.Index && !consumed.Contains(instruction)) return null;
        }
        return calls;
    }

    // string.Create(provider, ref handler)
    private static bool IsCreate(Instruction instruction) =>
        instruction.OpCode.Code == Code.Call && instruction.Operand is MethodReference { Name: "Create", Parameters.Count: 2 } callee
        && callee.DeclaringType.FullName == "System.String" && callee.Parameters[1].ParameterType is ByReferenceType { ElementType.FullName: Original };

    private static bool Waits(MethodDefinition method, Suspendability analysis, List<Instruction> calls)
    {
        if (calls.Count < 2) return false;
        bool within = false;
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction == calls[0]) within = true;
            else if (instruction == calls[^1]) return false;
            else if (within && instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj && analysis.Classify(instruction).CanSuspend) return true;
        }
        return false;
    }

    private static MethodReference? Counterpart(MethodReference callee, RuntimeTypes runtime)
    {
        if (callee.DeclaringType.FullName == "System.String") return runtime.StringHandlerMethods.Single(m => m.Name == "Create");
        string signature = Signatures.Of(callee.GetElementMethod(), []);
        return runtime.StringHandlerMethods.FirstOrDefault(m => Signatures.Of(m, []) == signature)?.WithArgumentsOf(callee);
    }
}
