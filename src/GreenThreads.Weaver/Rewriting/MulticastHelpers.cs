using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

// Before the analysis, for each delegate type without a result that the module invokes and the runtime library has no method for:
//
//   static void <D>(D callee, A a)
//   {
//       Delegate[] targets = callee.GetInvocationList();
//       for (int i = 0; i < targets.Length; i++) ((D)targets[i]).Invoke(a);
//   }
//
// Those with a result hardly ever have several targets: they pin if they do.

/// <summary>Adds methods that call all targets of a delegate one after the other, which is what events do.</summary>
internal static class MulticastHelpers
{
    private const string HolderName = "<GreenThreads>Delegates";

    /// <summary>Adds the methods.</summary>
    /// <returns>Them, by the delegates' types.</returns>
    public static Dictionary<string, MethodDefinition> Add(ModuleDefinition module, RuntimeTypes runtime)
    {
        var added = new Dictionary<string, MethodDefinition>();
        if (module == runtime.Runtime) return added;
        var seen = new HashSet<string>();
        TypeDefinition? holder = null;
        foreach (MethodDefinition method in module.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods).Where(m => m.HasBody).ToArray())
        {
            if (Eligibility.IsExcluded(method)) continue;
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (instruction.OpCode.Code != Code.Callvirt || instruction.Operand is not MethodReference { Name: "Invoke" } callee) continue;
                if (callee.DeclaringType is TypeSpecification || !seen.Add(callee.DeclaringType.FullName) || !IsWanted(callee, module, runtime)) continue;
                holder ??= WovenAssemblyMarks.AddHolder(HolderName, module);
                added.Add(callee.DeclaringType.FullName, Create(callee, holder, module, runtime));
            }
        }
        return added;
    }

    private static bool IsWanted(MethodReference invoke, ModuleDefinition module, RuntimeTypes runtime)
    {
        if (invoke.ReturnType.MetadataType != MetadataType.Void || runtime.Multicast.ContainsKey(invoke.DeclaringType.FullName)) return false;
        if (invoke.DeclaringType.Resolve() is not { } type || !type.IsDelegate() || type.HasGenericParameters) return false;
        if (invoke.Parameters.Any(p => p.ParameterType.IsByRefLike() || p.ParameterType.IsPointer())) return false;
        return type.Module == module ? type.IsVisibleInModule() : type.IsPublic;
    }

    private static MethodDefinition Create(MethodReference invoke, TypeDefinition holder, ModuleDefinition module, RuntimeTypes runtime)
    {
        TypeSystem system = module.TypeSystem;
        var helper = new MethodDefinition($"<{invoke.DeclaringType.Name}>{holder.Methods.Count}",
            MethodAttributes.Assembly | MethodAttributes.Static | MethodAttributes.HideBySig, system.Void);
        helper.CustomAttributes.Add(new CustomAttribute(runtime.StackTraceHidden));
        helper.Parameters.Add(new ParameterDefinition("callee", ParameterAttributes.None, invoke.DeclaringType));
        foreach (ParameterDefinition parameter in invoke.Parameters) helper.Parameters.Add(new ParameterDefinition(parameter.Name, ParameterAttributes.None, parameter.ParameterType));
        holder.Methods.Add(helper);

        var single = new TypeReference("System", "Delegate", module, system.CoreLibrary);
        var targets = new VariableDefinition(new ArrayType(single));
        var index = new VariableDefinition(system.Int32);
        helper.Body.InitLocals = true;
        helper.Body.Variables.Add(targets);
        helper.Body.Variables.Add(index);
        ILProcessor il = helper.Body.GetILProcessor();
        Instruction next = il.Create(OpCodes.Ldloc_0);
        Instruction test = il.Create(OpCodes.Ldloc_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Callvirt, new MethodReference("GetInvocationList", new ArrayType(single), single) { HasThis = true });
        il.Emit(OpCodes.Stloc_0);
        il.Emit(OpCodes.Br, test);
        il.Append(next);
        il.Emit(OpCodes.Ldloc_1);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Castclass, invoke.DeclaringType);
        foreach (ParameterDefinition parameter in helper.Parameters.Skip(1)) il.Emit(OpCodes.Ldarg, parameter);
        il.Emit(OpCodes.Callvirt, invoke);
        il.Emit(OpCodes.Ldloc_1);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc_1);
        il.Append(test);
        il.Emit(OpCodes.Ldloc_0);
        il.Emit(OpCodes.Ldlen);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Blt, next);
        il.Emit(OpCodes.Ret);
        return helper;
    }
}
