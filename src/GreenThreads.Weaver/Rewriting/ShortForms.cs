using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Gives instructions their short encodings. In one pass: Cecil's own computes all offsets anew for each branch.</summary>
internal static class ShortForms
{
    private const int LongBranchSize = 5;

    /// <summary>Changes the body in place; its branches must be in their long forms.</summary>
    public static void Apply(MethodBody body)
    {
        if (!body.Method.Module.HasSymbols) RemoveMarks(body);
        foreach (Instruction instruction in body.Instructions) Shorten(instruction, body);
        ShortenBranches(body);
    }

    // Marks of branch targets are no-ops; with symbols a debugger may stop at some. One before or at the edge of a region stays: a
    // leave to it must not become one to the first instruction of the region that it leaves.
    private static void RemoveMarks(MethodBody body)
    {
        var edges = new HashSet<Instruction>();
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            foreach (Instruction? edge in (Instruction?[])[handler.TryStart, handler.TryEnd, handler.HandlerStart, handler.HandlerEnd, handler.FilterStart])
            {
                if (edge is not null) edges.Add(edge);
            }
        }
        Instruction[] instructions = [.. body.Instructions];
        var next = new Dictionary<Instruction, Instruction>();
        for (int i = instructions.Length - 2; i >= 0; i--)
        {
            Instruction mark = instructions[i];
            if (mark.OpCode.Code != Code.Nop || edges.Contains(mark) || edges.Contains(instructions[i + 1])) continue;
            next.Add(mark, next.GetValueOrDefault(instructions[i + 1], instructions[i + 1]));
        }
        if (next.Count == 0) return;
        body.Instructions.Clear();
        foreach (Instruction instruction in instructions)
        {
            if (next.ContainsKey(instruction)) continue;
            if (instruction.Operand is Instruction target)
            {
                instruction.Operand = next.GetValueOrDefault(target, target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                for (int i = 0; i < targets.Length; i++) targets[i] = next.GetValueOrDefault(targets[i], targets[i]);
            }
            body.Instructions.Add(instruction);
        }
    }

    private static void Shorten(Instruction instruction, MethodBody body)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Ldarg:
                int argument = Argument(instruction, body);
                if (argument < 4) Set(instruction, argument switch { 0 => OpCodes.Ldarg_0, 1 => OpCodes.Ldarg_1, 2 => OpCodes.Ldarg_2, _ => OpCodes.Ldarg_3 }, null);
                else if (argument < 256) instruction.OpCode = OpCodes.Ldarg_S;
                break;
            case Code.Ldloc:
                int loaded = ((VariableDefinition)instruction.Operand).Index;
                if (loaded < 4) Set(instruction, loaded switch { 0 => OpCodes.Ldloc_0, 1 => OpCodes.Ldloc_1, 2 => OpCodes.Ldloc_2, _ => OpCodes.Ldloc_3 }, null);
                else if (loaded < 256) instruction.OpCode = OpCodes.Ldloc_S;
                break;
            case Code.Stloc:
                int stored = ((VariableDefinition)instruction.Operand).Index;
                if (stored < 4) Set(instruction, stored switch { 0 => OpCodes.Stloc_0, 1 => OpCodes.Stloc_1, 2 => OpCodes.Stloc_2, _ => OpCodes.Stloc_3 }, null);
                else if (stored < 256) instruction.OpCode = OpCodes.Stloc_S;
                break;
            case Code.Ldarga:
                if (Argument(instruction, body) < 256) instruction.OpCode = OpCodes.Ldarga_S;
                break;
            case Code.Starg:
                if (Argument(instruction, body) < 256) instruction.OpCode = OpCodes.Starg_S;
                break;
            case Code.Ldloca:
                if (((VariableDefinition)instruction.Operand).Index < 256) instruction.OpCode = OpCodes.Ldloca_S;
                break;
            case Code.Ldc_I4:
                int value = (int)instruction.Operand;
                if (value is >= -1 and <= 8) Set(instruction, Constant(value), null);
                else if (value is >= sbyte.MinValue and <= sbyte.MaxValue) Set(instruction, OpCodes.Ldc_I4_S, (sbyte)value);
                break;
        }
    }

    private static void Set(Instruction instruction, OpCode opCode, object? operand) => (instruction.OpCode, instruction.Operand) = (opCode, operand);

    private static int Argument(Instruction instruction, MethodBody body)
    {
        var parameter = (ParameterDefinition)instruction.Operand;
        return parameter == body.ThisParameter ? 0 : parameter.Index + (body.Method.HasThis ? 1 : 0);
    }

    private static OpCode Constant(int value) => value switch
    {
        -1 => OpCodes.Ldc_I4_M1,
        0 => OpCodes.Ldc_I4_0,
        1 => OpCodes.Ldc_I4_1,
        2 => OpCodes.Ldc_I4_2,
        3 => OpCodes.Ldc_I4_3,
        4 => OpCodes.Ldc_I4_4,
        5 => OpCodes.Ldc_I4_5,
        6 => OpCodes.Ldc_I4_6,
        7 => OpCodes.Ldc_I4_7,
        _ => OpCodes.Ldc_I4_8,
    };

    // Offsets of what lies behind are with long branches, of what lies before with those that have been shortened: both
    // ends of a branch forward move by the same, and what is shortened between them later only brings them closer.
    private static void ShortenBranches(MethodBody body)
    {
        int offset = 0;
        foreach (Instruction instruction in body.Instructions)
        {
            instruction.Offset = offset;
            offset += instruction.GetSize();
        }
        int saved = 0;
        foreach (Instruction instruction in body.Instructions)
        {
            int from = instruction.Offset + LongBranchSize;
            instruction.Offset -= saved;
            if (instruction.OpCode.OperandType != OperandType.InlineBrTarget) continue;
            var target = (Instruction)instruction.Operand;
            bool isForward = target.Offset >= from;
            int distance = isForward ? target.Offset - from : target.Offset - (instruction.Offset + LongBranchSize);
            if (distance is < sbyte.MinValue or > sbyte.MaxValue) continue;
            instruction.OpCode = Short(instruction.OpCode.Code);
            saved += LongBranchSize - instruction.OpCode.Size - 1;
        }
    }

    private static OpCode Short(Code code) => code switch
    {
        Code.Br => OpCodes.Br_S,
        Code.Brfalse => OpCodes.Brfalse_S,
        Code.Brtrue => OpCodes.Brtrue_S,
        Code.Beq => OpCodes.Beq_S,
        Code.Bge => OpCodes.Bge_S,
        Code.Bgt => OpCodes.Bgt_S,
        Code.Ble => OpCodes.Ble_S,
        Code.Blt => OpCodes.Blt_S,
        Code.Bne_Un => OpCodes.Bne_Un_S,
        Code.Bge_Un => OpCodes.Bge_Un_S,
        Code.Bgt_Un => OpCodes.Bgt_Un_S,
        Code.Ble_Un => OpCodes.Ble_Un_S,
        Code.Blt_Un => OpCodes.Blt_Un_S,
        Code.Leave => OpCodes.Leave_S,
        _ => throw new InvalidOperationException($"{code} is not a branch"),
    };
}
