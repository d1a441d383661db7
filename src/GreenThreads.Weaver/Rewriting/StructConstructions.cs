using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// <c>newobj</c> of a struct hands the constructor a reference to a place on the evaluation stack. Where the constructor
/// waits it becomes a local that is constructed in place: a reference to that can be made again after the wait.
/// </summary>
internal static class StructConstructions
{
    /// <summary>Changes the method in place; without such constructors does nothing.</summary>
    public static void Lower(MethodDefinition method, Suspendability analysis)
    {
        bool simplified = false;
        foreach (Instruction instruction in method.Body.Instructions.ToArray())
        {
            if (instruction.OpCode.Code != Code.Newobj || analysis.Classify(instruction).Kind != CallKind.NewStruct) continue;
            if (!simplified) method.Body.SimplifyMacros();
            simplified = true;
            Lower(method, instruction, (MethodReference)instruction.Operand);
        }
    }

    private static void Lower(MethodDefinition method, Instruction instruction, MethodReference constructor)
    {
        MethodBody body = method.Body;
        VariableDefinition made = Add(constructor.DeclaringType);
        VariableDefinition[] arguments = [.. constructor.Parameters.Select(p => Add(p.ParameterType.Through(constructor).Bare()))];
        var code = new List<Instruction>();
        foreach (VariableDefinition argument in arguments.Reverse()) code.Add(Instruction.Create(OpCodes.Stloc, argument));
        code.Add(Instruction.Create(OpCodes.Ldloca, made));
        code.Add(Instruction.Create(OpCodes.Initobj, made.VariableType));
        code.Add(Instruction.Create(OpCodes.Ldloca, made));
        foreach (VariableDefinition argument in arguments) code.Add(Instruction.Create(OpCodes.Ldloc, argument));
        code.Add(Instruction.Create(OpCodes.Call, constructor));
        code.Add(Instruction.Create(OpCodes.Ldloc, made));
        // branches to the newobj must find the whole sequence: its own instruction becomes the first
        (instruction.OpCode, instruction.Operand) = (code[0].OpCode, code[0].Operand);
        int position = body.Instructions.IndexOf(instruction);
        foreach (Instruction next in code.Skip(1))
        {
            next.Offset = -1; // no sequence point of its own
            body.Instructions.Insert(++position, next);
        }

        VariableDefinition Add(TypeReference type)
        {
            var local = new VariableDefinition(type);
            body.Variables.Add(local);
            body.InitLocals = true;
            return local;
        }
    }
}
