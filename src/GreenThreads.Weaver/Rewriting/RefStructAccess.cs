using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// Reads and writes the leaves of ref structs, by static methods that it adds to them: their fields are mostly private, and
/// the code that saves them lies in another type.
/// </summary>
internal sealed class RefStructAccess(ModuleDefinition module, RefStructs refStructs)
{
    private readonly Dictionary<(FieldDefinition Field, bool Writes), MethodDefinition> _methods = [];

    public RefStructs RefStructs => refStructs;

    /// <summary>Replaces the address of a ref struct on the stack by the value of a leaf.</summary>
    public void EmitLoad(CodeBuffer code, TypeReference type, RefStructLeaf leaf)
    {
        TypeReference holder = EmitPath(code, type, leaf);
        code.Emit(OpCodes.Call, SlotTable.On(Get(leaf.Path[^1], writes: false), holder));
        if (leaf.Kind != LeafKind.Reference) code.Emit(OpCodes.Ldobj, leaf.Type);
    }

    /// <summary>Stores into a leaf of the ref struct whose address is on the stack.</summary>
    /// <param name="code">Where to emit.</param>
    /// <param name="type">The ref struct.</param>
    /// <param name="leaf">Which of its leaves.</param>
    /// <param name="value">Pushes the value.</param>
    public void EmitStore(CodeBuffer code, TypeReference type, RefStructLeaf leaf, Action value)
    {
        TypeReference holder = EmitPath(code, type, leaf);
        if (leaf.Kind == LeafKind.Reference)
        {
            value();
            code.Emit(OpCodes.Call, SlotTable.On(Get(leaf.Path[^1], writes: true), holder));
            return;
        }
        code.Emit(OpCodes.Call, SlotTable.On(Get(leaf.Path[^1], writes: false), holder));
        value();
        code.Emit(OpCodes.Stobj, leaf.Type);
    }

    // Goes from the address of the ref struct to that of the struct that has the leaf as a field.
    private TypeReference EmitPath(CodeBuffer code, TypeReference type, RefStructLeaf leaf)
    {
        TypeReference holder = type.Bare();
        foreach (FieldDefinition field in leaf.Path.SkipLast(1))
        {
            code.Emit(OpCodes.Call, SlotTable.On(Get(field, writes: false), holder));
            IReadOnlyList<TypeReference> arguments = holder is GenericInstanceType instance ? [.. instance.GenericArguments] : [];
            holder = field.FieldType.Substitute(arguments, []).Bare();
        }
        return holder;
    }

    // static ref F At(ref R r) => ref r.field; of a reference: static ref T At(ref R r) => ref *r.field, static void Set(ref R r, ref T v)
    private MethodDefinition Get(FieldDefinition field, bool writes)
    {
        if (_methods.TryGetValue((field, writes), out MethodDefinition? method)) return method;
        TypeReference self = field.DeclaringType.AsSelf();
        bool isReference = field.FieldType.Bare() is ByReferenceType;
        TypeReference result = writes ? module.TypeSystem.Void : isReference ? field.FieldType.Bare() : new ByReferenceType(field.FieldType);
        method = new MethodDefinition($"<{field.Name}>g__{(writes ? "Set" : "At")}", MethodAttributes.Assembly | MethodAttributes.Static | MethodAttributes.HideBySig, result);
        method.Parameters.Add(new ParameterDefinition("value", ParameterAttributes.None, new ByReferenceType(self)));
        if (writes) method.Parameters.Add(new ParameterDefinition("reference", ParameterAttributes.None, field.FieldType.Bare()));
        WovenAssemblyMarks.AddCompilerGenerated(method, module);
        var own = new FieldReference(field.Name, field.FieldType, self);
        ILProcessor il = method.Body.GetILProcessor();
        il.Emit(OpCodes.Ldarg_0);
        if (writes) il.Emit(OpCodes.Ldarg_1);
        il.Emit(writes ? OpCodes.Stfld : isReference ? OpCodes.Ldfld : OpCodes.Ldflda, own);
        il.Emit(OpCodes.Ret);
        field.DeclaringType.Methods.Add(method);
        _methods.Add((field, writes), method);
        return method;
    }
}
