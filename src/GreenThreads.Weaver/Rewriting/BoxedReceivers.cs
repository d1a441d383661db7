using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// A struct's method gets <c>this</c> by reference, which no frame can hold. When it is called on a box, through an interface
/// or a method of object, the box can: a static method takes the box and calls the struct's method on its inside. That one
/// is woven like any other, and the stub of the struct's method goes through it.
/// </summary>
internal static class BoxedReceivers
{
    /// <summary>Adds the static method for each suspendable struct method that can be called on a box.</summary>
    /// <returns>The new methods, by those that they call.</returns>
    public static Dictionary<MethodDefinition, MethodDefinition> Add(IEnumerable<MethodDefinition> methods, Suspendability analysis, RuntimeTypes runtime)
    {
        var added = new Dictionary<MethodDefinition, MethodDefinition>();
        foreach (MethodDefinition method in methods)
        {
            if (!method.HasThis || method.IsConstructor || !method.DeclaringType.IsValueType || method.DeclaringType.AsSelf().IsByRefLike()) continue;
            if (!analysis.IsSuspendable(method) || analysis.Slots.SlotsOf(method).Count == 0) continue;
            added.Add(method, Create(method, runtime));
        }
        foreach ((MethodDefinition method, MethodDefinition boxed) in added)
        {
            method.DeclaringType.Methods.Add(boxed);
            analysis.IncludeForwarder(boxed, method);
        }
        return added;
    }

    private static MethodDefinition Create(MethodDefinition method, RuntimeTypes runtime)
    {
        TypeReference self = method.DeclaringType.AsSelf();
        var boxed = new MethodDefinition(WovenNames.OnBox(method), MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig, method.ReturnType);
        GenericParameters.Copy(method, boxed);
        IReadOnlyList<TypeReference> arguments = [.. boxed.GenericParameters];
        boxed.ReturnType = method.ReturnType.Substitute([.. method.DeclaringType.GenericParameters], arguments);
        boxed.Parameters.Add(new ParameterDefinition("<>box", ParameterAttributes.None, method.Module.TypeSystem.Object));
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            boxed.Parameters.Add(new ParameterDefinition(
                parameter.Name, ParameterAttributes.None, parameter.ParameterType.Substitute([.. method.DeclaringType.GenericParameters], arguments)));
        }
        boxed.CustomAttributes.Add(new CustomAttribute(runtime.StackTraceHidden));
        WovenAssemblyMarks.AddCompilerGenerated(boxed, method.Module);
        ILProcessor il = boxed.Body.GetILProcessor();
        il.Emit(OpCodes.Ldarg, boxed.Parameters[0]);
        il.Emit(OpCodes.Unbox, self);
        foreach (ParameterDefinition parameter in boxed.Parameters.Skip(1)) il.Emit(OpCodes.Ldarg, parameter);
        MethodReference callee = SlotTable.On(method, self);
        il.Emit(OpCodes.Call, boxed.HasGenericParameters ? callee.Of(boxed.GenericParameters) : callee);
        il.Emit(OpCodes.Ret);
        return boxed;
    }
}
