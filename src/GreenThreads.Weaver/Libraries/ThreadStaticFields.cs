using GreenThreads.Weaver.Metadata;
using GreenThreads.Weaver.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Libraries;

// [ThreadStatic] static int s_depth;       class <>ThreadStatics { int s_depth; }     nested in the field's type
//
// ldsfld s_depth      ThreadStatics.Of<<>ThreadStatics>(); ldfld s_depth
// ldsflda s_depth     ThreadStatics.Of<<>ThreadStatics>(); ldflda s_depth
// stsfld s_depth      stloc x; ThreadStatics.Of<<>ThreadStatics>(); ldloc x; stfld s_depth

/// <summary>
/// Moves a library's [ThreadStatic] fields to objects that belong to the green thread. Left as they are, they would belong
/// to the carrier: threads that take turns on it would see each other's values, and after a wait a thread sees another's.
/// </summary>
/// <remarks>Fields that other assemblies can name stay: those would still use the field itself.</remarks>
internal sealed class ThreadStaticFields
{
    private const string Attribute = "System.ThreadStaticAttribute";
    private const string HolderName = "<>ThreadStatics";

    private readonly ModuleDefinition _module;
    private readonly RuntimeTypes _runtime;
    private readonly Dictionary<TypeDefinition, TypeDefinition> _holders = [];
    private readonly Dictionary<FieldDefinition, FieldDefinition> _moved = [];

    private ThreadStaticFields(ModuleDefinition module, RuntimeTypes runtime) => (_module, _runtime) = (module, runtime);

    /// <summary>Changes the module in place, before it is analysed.</summary>
    public static void Move(ModuleDefinition module, RuntimeTypes runtime)
    {
        var fields = new ThreadStaticFields(module, runtime);
        TypeDefinition[] types = [.. module.Types.SelectMany(TypeExtensions.WithNested)];
        bool isShared = module.Assembly.Has("System.Runtime.CompilerServices.InternalsVisibleToAttribute");
        foreach (TypeDefinition type in types)
        {
            foreach (FieldDefinition field in type.Fields.ToArray())
            {
                if (field.IsStatic && field.Has(Attribute) && (field.IsPrivate || !isShared && (field.IsAssembly || IsHidden(type)))) fields.Add(field);
            }
        }
        if (fields._moved.Count == 0) return;
        foreach (MethodDefinition method in types.SelectMany(t => t.Methods))
        {
            if (method.HasBody && method.Body.Instructions.Any(i => fields.IsMoved(i))) fields.Rewrite(method);
        }
    }

    private static bool IsHidden(TypeDefinition type) => type.IsNotPublic || type.IsNestedPrivate || type.IsNestedAssembly || type.DeclaringType is { } outer && IsHidden(outer);

    private void Add(FieldDefinition field)
    {
        TypeDefinition holder = HolderOf(field.DeclaringType);
        var moved = new FieldDefinition(field.Name, FieldAttributes.Public, field.FieldType.Substitute([.. holder.GenericParameters], []));
        holder.Fields.Add(moved);
        _moved.Add(field, moved);
    }

    private TypeDefinition HolderOf(TypeDefinition type)
    {
        if (_holders.TryGetValue(type, out TypeDefinition? holder)) return holder;
        holder = new TypeDefinition("", HolderName, TypeAttributes.NestedAssembly | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, _module.TypeSystem.Object);
        foreach (GenericParameter parameter in type.GenericParameters)
            holder.GenericParameters.Add(new GenericParameter(parameter.Name, holder) { Attributes = parameter.Attributes & ~GenericParameterAttributes.VarianceMask });
        for (int i = 0; i < type.GenericParameters.Count; i++)
            GenericParameters.CopyConstraints(type.GenericParameters[i], holder.GenericParameters[i], t => t.Substitute([.. holder.GenericParameters], []));
        WovenAssemblyMarks.AddCompilerGenerated(holder, _module);
        var constructor = new MethodDefinition(".ctor",
            MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName, _module.TypeSystem.Void);
        ILProcessor il = constructor.Body.GetILProcessor();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, new MethodReference(".ctor", _module.TypeSystem.Void, _module.TypeSystem.Object) { HasThis = true });
        il.Emit(OpCodes.Ret);
        holder.Methods.Add(constructor);
        type.NestedTypes.Add(holder);
        _holders.Add(type, holder);
        return holder;
    }

    private bool IsMoved(Instruction instruction) => Find(instruction) is not null;

    private FieldDefinition? Find(Instruction instruction)
    {
        if (instruction.OpCode.Code is not (Code.Ldsfld or Code.Ldsflda or Code.Stsfld)) return null;
        var named = (FieldReference)instruction.Operand;
        FieldDefinition? field = named as FieldDefinition ?? (named.DeclaringType.GetElementType() is TypeDefinition ? named.Resolve() : null);
        return field is null ? null : _moved.GetValueOrDefault(field);
    }

    private void Rewrite(MethodDefinition method)
    {
        // short branches might not reach over what is inserted; only what is woven gets short forms again
        method.Body.SimplifyMacros();
        ILProcessor il = method.Body.GetILProcessor();
        foreach (Instruction instruction in method.Body.Instructions.ToArray())
        {
            if (Find(instruction) is not { } moved) continue;
            if (instruction.Previous?.OpCode.Code == Code.Volatile) (instruction.Previous.OpCode, instruction.Previous.Operand) = (OpCodes.Nop, null);
            var named = (FieldReference)instruction.Operand;
            TypeReference holder = moved.DeclaringType;
            if (named.DeclaringType is GenericInstanceType instance)
            {
                var closed = new GenericInstanceType(holder);
                foreach (TypeReference argument in instance.GenericArguments) closed.GenericArguments.Add(argument);
                holder = closed;
            }
            FieldReference field = holder is GenericInstanceType ? new FieldReference(moved.Name, moved.FieldType, holder) : moved;
            MethodReference of = _runtime.ThreadStaticsOf.Of(holder);
            // branches to the access must find all of it: its own instruction becomes the first
            switch (instruction.OpCode.Code)
            {
                case Code.Stsfld:
                    var value = new VariableDefinition(named.FieldType.Through(named));
                    method.Body.Variables.Add(value);
                    (instruction.OpCode, instruction.Operand) = (OpCodes.Stloc, value);
                    Insert(il, instruction, Instruction.Create(OpCodes.Call, of), Instruction.Create(OpCodes.Ldloc, value), Instruction.Create(OpCodes.Stfld, field));
                    break;
                default:
                    OpCode access = instruction.OpCode.Code == Code.Ldsfld ? OpCodes.Ldfld : OpCodes.Ldflda;
                    (instruction.OpCode, instruction.Operand) = (OpCodes.Call, of);
                    Insert(il, instruction, Instruction.Create(access, field));
                    break;
            }
        }
    }

    // Offset -1: they have no sequence point of their own.
    private static void Insert(ILProcessor il, Instruction after, params Instruction[] instructions)
    {
        foreach (Instruction instruction in instructions)
        {
            instruction.Offset = -1;
            il.InsertAfter(after, instruction);
            after = instruction;
        }
    }
}
