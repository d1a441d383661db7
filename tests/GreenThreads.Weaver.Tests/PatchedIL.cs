using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Tests;

/// <summary>Gives compiled methods other IL.</summary>
internal static class PatchedIL
{
    /// <summary>Replaces the body of the only method of that name.</summary>
    internal static void Emit(TypeDefinition type, string name, Action<ILProcessor> emit)
    {
        MethodDefinition method = Find(type, name);
        method.Body = new MethodBody(method) { InitLocals = true };
        method.DebugInformation.SequencePoints.Clear();
        method.DebugInformation.Scope = null;
        emit(method.Body.GetILProcessor());
        method.Body.OptimizeMacros();
    }

    /// <summary>The only method of that name.</summary>
    internal static MethodDefinition Find(TypeDefinition type, string name) => type.Methods.Single(m => m.Name == name);

    /// <summary>A method that another one calls, by its name.</summary>
    internal static MethodReference Called(TypeDefinition type, string by, string name) =>
        Find(type, by).Body.Instructions.Select(i => i.Operand).OfType<MethodReference>().First(m => m.Name == name);
}
