using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// What a method asks the runtime about itself stays true in its woven body, which is another method of another class:
/// <c>MethodBase.GetCurrentMethod()</c>, and that a static constructor runs before the first call.
/// </summary>
internal static class CurrentMethod
{
    private const string MethodBase = "System.Reflection.MethodBase";

    /// <summary>Has the method name itself instead of asking who runs. In place, before it is analysed.</summary>
    public static void Name(MethodDefinition method)
    {
        for (int i = 0; i < method.Body.Instructions.Count; i++)
        {
            Instruction call = method.Body.Instructions[i];
            if (call.OpCode.Code != Code.Call || call.Operand is not MethodReference { Name: "GetCurrentMethod", HasParameters: false } asked
                || asked.DeclaringType.FullName != MethodBase)
            {
                continue;
            }
            ModuleDefinition module = method.Module;
            var byHandle = new MethodReference("GetMethodFromHandle", asked.DeclaringType, asked.DeclaringType);
            byHandle.Parameters.Add(new ParameterDefinition(Handle("RuntimeMethodHandle", module)));
            byHandle.Parameters.Add(new ParameterDefinition(Handle("RuntimeTypeHandle", module)));
            // branches to the call must find the whole sequence: its own instruction becomes the first
            (call.OpCode, call.Operand) = (OpCodes.Ldtoken, method);
            Instruction type = Instruction.Create(OpCodes.Ldtoken, method.DeclaringType);
            Instruction find = Instruction.Create(OpCodes.Call, byHandle);
            type.Offset = find.Offset = -1; // no sequence point is theirs
            method.Body.Instructions.Insert(++i, type);
            method.Body.Instructions.Insert(++i, find);
        }
    }

    /// <summary>
    /// Has the woven body run the static constructor, where the call of the method itself would have: with an explicit one it
    /// runs before the first call of a static method, constructor or, of a struct, any method.
    /// </summary>
    public static void RunStaticConstructor(MethodDefinition method, MethodDefinition body)
    {
        TypeDefinition type = method.DeclaringType;
        if (type.IsBeforeFieldInit || !(method.IsStatic || method.IsConstructor || type.IsValueType)) return;
        if (!type.Methods.Any(m => m.IsConstructor && m.IsStatic)) return;
        ModuleDefinition module = method.Module;
        Instruction first = body.Body.Instructions[0];
        ILProcessor il = body.Body.GetILProcessor();
        FieldDefinition? field = type.Fields.FirstOrDefault(f => f.IsStatic && !f.IsLiteral && !f.HasCustomAttributes);
        if (field is not null)
        {
            // once the constructor has run, the JIT drops this
            il.InsertBefore(first, il.Create(OpCodes.Ldsfld, new FieldReference(field.Name, field.FieldType, type.AsSelf())));
            il.InsertBefore(first, il.Create(OpCodes.Pop));
            return;
        }
        var helpers = new TypeReference("System.Runtime.CompilerServices", "RuntimeHelpers", module, module.TypeSystem.CoreLibrary);
        var run = new MethodReference("RunClassConstructor", module.TypeSystem.Void, helpers);
        run.Parameters.Add(new ParameterDefinition(Handle("RuntimeTypeHandle", module)));
        il.InsertBefore(first, il.Create(OpCodes.Ldtoken, type.AsSelf()));
        il.InsertBefore(first, il.Create(OpCodes.Call, run));
    }

    private static TypeReference Handle(string name, ModuleDefinition module) => new("System", name, module, module.TypeSystem.CoreLibrary, valueType: true);
}
