using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Which local or argument an instruction names. Argument 0 of an instance method is <c>this</c>.</summary>
internal static class Variables
{
    /// <summary>The number of arguments with <c>this</c>.</summary>
    public static int ArgumentCount(MethodDefinition method) => method.Parameters.Count + (method.HasThis ? 1 : 0);

    /// <summary>The type of an argument; <c>this</c> of a struct is a reference.</summary>
    public static TypeReference ArgumentType(MethodDefinition method, int index)
    {
        if (!method.HasThis) return method.Parameters[index].ParameterType;
        if (index > 0) return method.Parameters[index - 1].ParameterType;
        TypeReference self = method.DeclaringType.AsSelf();
        return method.DeclaringType.IsValueType ? new ByReferenceType(self) : self;
    }

    /// <summary>The argument that a ldarg, ldarga or starg instruction names.</summary>
    public static int ArgumentIndex(Instruction instruction, MethodDefinition method)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Ldarg_0: return 0;
            case Code.Ldarg_1: return 1;
            case Code.Ldarg_2: return 2;
            case Code.Ldarg_3: return 3;
        }
        var parameter = (ParameterDefinition)instruction.Operand;
        if (parameter == method.Body.ThisParameter) return 0;
        return parameter.Index + (method.HasThis ? 1 : 0);
    }

    /// <summary>The local that a ldloc, ldloca or stloc instruction names.</summary>
    public static int LocalIndex(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Ldloc_0 or Code.Stloc_0 => 0,
        Code.Ldloc_1 or Code.Stloc_1 => 1,
        Code.Ldloc_2 or Code.Stloc_2 => 2,
        Code.Ldloc_3 or Code.Stloc_3 => 3,
        _ => ((VariableDefinition)instruction.Operand).Index,
    };
}
