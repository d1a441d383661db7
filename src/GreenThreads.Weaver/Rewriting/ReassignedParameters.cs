using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// Gives parameters of reference or span type that the method assigns (<c>span = span.Slice(n)</c>) a local, so that the
/// parameter keeps what the caller handed in: from that the local's value is made again after a wait. And <c>this</c>, which no
/// C# assigns but IL can: a frame keeps what the method was called on.
/// </summary>
internal static class ReassignedParameters
{
    /// <summary>Changes the method in place; without such parameters does nothing.</summary>
    public static void MoveToLocals(MethodDefinition method, RefStructs refStructs)
    {
        if (method.HasThis && IsAssigned(method, 0) && !StartsWithCopy(method, method.Body.ThisParameter)) Move(method, method.Body.ThisParameter, 0);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            if (!parameter.ParameterType.IsByRefLike()) continue;
            int argument = parameter.Index + (method.HasThis ? 1 : 0);
            // a ref struct changes in place: its values are this activation's
            if (refStructs.LeavesOf(parameter.ParameterType) is not null && !StartsWithCopy(method, parameter)) Move(method, parameter, argument);
            else if (IsAssigned(method, argument)) Move(method, parameter, argument);
        }
    }

    private static bool IsAssigned(MethodDefinition method, int argument) =>
        method.Body.Instructions.Any(i => i.OpCode.Code is Code.Starg or Code.Starg_S && Variables.ArgumentIndex(i, method) == argument);

    private static bool StartsWithCopy(MethodDefinition method, ParameterDefinition parameter)
    {
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.Offset >= 0) return false;
            if (instruction.OpCode.Code == Code.Ldarg && instruction.Operand == parameter) return true;
        }
        return false;
    }

    private static void Move(MethodDefinition method, ParameterDefinition parameter, int argument)
    {
        var local = new VariableDefinition(parameter.ParameterType);
        method.Body.Variables.Add(local);
        foreach (Instruction instruction in method.Body.Instructions)
        {
            OpCode? replacement = instruction.OpCode.Code switch
            {
                Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg or Code.Ldarg_S => OpCodes.Ldloc,
                Code.Ldarga or Code.Ldarga_S => OpCodes.Ldloca,
                Code.Starg or Code.Starg_S => OpCodes.Stloc,
                _ => null,
            };
            if (replacement is null || Variables.ArgumentIndex(instruction, method) != argument) continue;
            instruction.OpCode = replacement.Value;
            instruction.Operand = local;
        }
        // offset -1: no sequence point may take the copy for the method's first instruction
        Instruction load = Instruction.Create(OpCodes.Ldarg, parameter);
        load.Offset = -1;
        Instruction store = Instruction.Create(OpCodes.Stloc, local);
        store.Offset = -1;
        method.Body.Instructions.Insert(0, load);
        method.Body.Instructions.Insert(1, store);
    }
}
