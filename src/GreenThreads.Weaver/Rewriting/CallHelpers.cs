using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

// Woven code calls a slot of woven code, or a delegate, through a method that knows how:
//
//   static R M(C callee, A a, Continuation g)                    static R <D>(D callee, A a, Continuation g)
//   {                                                            {
//       if (FindBody(callee, slot, g) is not 0 and var body)         if (FindBodyOf(callee) is not 0 and var body)
//           return body(callee, a, g);                                   return body(TargetOf(callee), a, g);
//       return callee.M(a); // FindBody has made the offer           if (OfferDelegate(callee, g)) return callee(a);
//   }                                                                return All(callee, a, g); // its targets
//                                                                }
//
// They save nothing: what they call suspends their caller. One for each slot and type of delegate makes calls of them as small as
// direct ones.

/// <summary>Adds the methods through which woven code calls virtual and interface methods and delegates.</summary>
internal sealed class CallHelpers(WeaveContext context)
{
    private const string HolderName = "<GreenThreads>Calls";
    private const string SharedName = "Shared";

    private readonly Dictionary<string, MethodReference?> _helpers = [];

    // Those of the runtime library, for Action, Func and the like, by the type of the delegate; none in one that is not woven itself,
    // as where a solution that has it is reviewed.
    private readonly Lazy<Dictionary<string, MethodDefinition>> _shared = new(() =>
        context.Runtime.Runtime.GetType(HolderName) is { } holder
            ? holder.Methods.Where(m => m.Name == SharedName).ToDictionary(m => m.Parameters[0].ParameterType.GetElementType().FullName)
            : []);
    private readonly Dictionary<TypeDefinition, TypeDefinition> _nestedHolders = [];
    private TypeDefinition? _holder;

    /// <summary>What a call goes through; null where it is made at its place.</summary>
    /// <param name="callee">What is called.</param>
    /// <param name="point">The suspension point.</param>
    public MethodReference? For(MethodReference callee, SuspensionPoint point)
    {
        CallTarget target = point.Target;
        if (target.IsSubstituted || point.Constrained is not null || point.IsExplicitTail || target.Kind is not (CallKind.Slot or CallKind.Delegate)) return null;
        if (target.Kind == CallKind.Delegate && _shared.Value.TryGetValue(callee.DeclaringType.GetElementType().FullName, out MethodDefinition? shared)) return At(shared, callee.DeclaringType);
        if (_helpers.TryGetValue(callee.FullName, out MethodReference? helper)) return helper;
        helper = HolderFor(callee, target) is { } holder ? Create(callee, target, holder) : null;
        _helpers.Add(callee.FullName, helper);
        return helper;
    }

    /// <summary>In the runtime library: adds the methods for the delegate types of which it calls all targets.</summary>
    public void AddShared()
    {
        foreach (MethodDefinition all in context.Runtime.Multicast.Values)
        {
            MethodDefinition helper = Define(SharedName, HolderOfModule());
            foreach (GenericParameter parameter in all.GenericParameters) helper.GenericParameters.Add(new GenericParameter(helper) { Name = parameter.Name });
            IReadOnlyList<TypeReference> own = [.. helper.GenericParameters];
            helper.ReturnType = all.ReturnType.Substitute([], own);
            foreach (ParameterDefinition parameter in all.Parameters) Add(helper, parameter.ParameterType.Substitute([], own));
            TypeReference type = helper.Parameters[0].ParameterType;
            MethodReference invoke = context.Module.ImportReference(type.Resolve().Methods.Single(m => m.Name == "Invoke"));
            EmitDelegate(helper, SlotTable.On(invoke, type), context.BodyOf(own.Count == 0 ? all : all.Of(own), all));
        }
    }

    private MethodReference? At(MethodDefinition shared, TypeReference type)
    {
        if (shared.Module != context.Module) context.CalledAssemblies.Add(shared.Module.Assembly.Name.Name);
        MethodReference imported = context.Module.ImportReference(shared);
        if (type is not GenericInstanceType instance) return imported;
        return instance.GenericArguments.Any(a => a.IsByRefLike()) ? null : imported.Of(instance.GenericArguments);
    }

    // Where a method can call it. Null where none can, or the call does not say all that there is to know.
    private TypeDefinition? HolderFor(MethodReference callee, CallTarget target)
    {
        if (callee is GenericInstanceMethod || callee.DeclaringType.ContainsGenericParameter || target.Definition is not { } definition) return null;
        if (target.Kind == CallKind.Slot && (!target.IsOwnSlot || target.Contract?.Resolve().IsVariant() == true)) return null;
        bool isOwn = definition.Module == context.Module;
        if (definition.IsPublic || isOwn && (definition.IsAssembly || definition.IsFamilyOrAssembly))
        {
            if (isOwn || definition.DeclaringType.IsPublic || definition.DeclaringType.IsNestedPublic)
            {
                if (callee.DeclaringType.IsVisibleInModule()) return HolderOfModule();
            }
        }
        return isOwn && callee.DeclaringType is TypeDefinition ? HolderIn(definition.DeclaringType) : null;
    }

    private TypeDefinition HolderOfModule()
    {
        if (_holder is not null) return _holder;
        _holder = WovenAssemblyMarks.AddHolder(HolderName, context.Module);
        _holder.CustomAttributes.Add(new CustomAttribute(context.Runtime.StackTraceHidden));
        return _holder;
    }

    // For what only the type itself can call.
    private TypeDefinition HolderIn(TypeDefinition type)
    {
        if (_nestedHolders.TryGetValue(type, out TypeDefinition? holder)) return holder;
        holder = new TypeDefinition("", HolderName,
            TypeAttributes.NestedAssembly | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, context.Module.TypeSystem.Object);
        WovenAssemblyMarks.AddCompilerGenerated(holder, context.Module);
        holder.CustomAttributes.Add(new CustomAttribute(context.Runtime.StackTraceHidden));
        type.NestedTypes.Add(holder);
        _nestedHolders.Add(type, holder);
        return holder;
    }

    private MethodDefinition Create(MethodReference callee, CallTarget target, TypeDefinition holder)
    {
        MethodDefinition helper = Define(callee.Name, holder);
        helper.ReturnType = callee.ReturnType.Through(callee);
        Add(helper, callee.DeclaringType);
        foreach (ParameterDefinition parameter in callee.Parameters) Add(helper, parameter.ParameterType.Through(callee));
        if (target.Kind == CallKind.Slot) EmitSlot(helper, callee, target);
        else EmitDelegate(helper, callee, context.MulticastOf(callee));
        return helper;
    }

    private MethodDefinition Define(string name, TypeDefinition holder)
    {
        var helper = new MethodDefinition(name, MethodAttributes.Assembly | MethodAttributes.Static | MethodAttributes.HideBySig, context.Module.TypeSystem.Void)
        {
            ImplAttributes = MethodImplAttributes.AggressiveInlining,
        };
        holder.Methods.Add(helper);
        return helper;
    }

    // without a name it takes no room
    private static void Add(MethodDefinition helper, TypeReference parameter) =>
        helper.Parameters.Add(new ParameterDefinition(null, ParameterAttributes.None, parameter.Bare()));

    private void EmitSlot(MethodDefinition helper, MethodReference callee, CallTarget target)
    {
        ParameterDefinition continuation = AddContinuation(helper);
        ILProcessor il = helper.Body.GetILProcessor();
        Instruction isUnknown = Instruction.Create(OpCodes.Pop);
        foreach (ParameterDefinition parameter in helper.Parameters) il.Emit(OpCodes.Ldarg, parameter);
        il.Emit(OpCodes.Ldarg_0);
        foreach (Instruction instruction in CallEmitter.KeyOf(target, context.Runtime)) il.Append(instruction);
        il.Emit(OpCodes.Ldarg, continuation);
        il.Emit(OpCodes.Call, context.Runtime.FindBody);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Brfalse, isUnknown);
        il.Emit(OpCodes.Calli, SiteOf(helper, helper.Parameters[0].ParameterType));
        il.Emit(OpCodes.Ret);
        il.Append(isUnknown);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Callvirt, callee);
        il.Emit(OpCodes.Ret);
        ShortForms.Apply(helper.Body);
    }

    private void EmitDelegate(MethodDefinition helper, MethodReference invoke, MethodReference? all)
    {
        List<ParameterDefinition> arguments = [.. helper.Parameters.Skip(1)];
        ParameterDefinition continuation = AddContinuation(helper);
        var body = new VariableDefinition(context.Module.TypeSystem.IntPtr);
        helper.Body.Variables.Add(body);
        ILProcessor il = helper.Body.GetILProcessor();
        Instruction isUnknown = Instruction.Create(OpCodes.Ldarg_0);
        Instruction isMulticast = Instruction.Create(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, context.Runtime.FindBodyOf);
        il.Emit(OpCodes.Stloc, body);
        il.Emit(OpCodes.Ldloc, body);
        il.Emit(OpCodes.Brfalse, isUnknown);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, context.Runtime.TargetOf);
        EmitArguments();
        il.Emit(OpCodes.Ldarg, continuation);
        il.Emit(OpCodes.Ldloc, body);
        il.Emit(OpCodes.Calli, SiteOf(helper, context.Module.TypeSystem.Object));
        il.Emit(OpCodes.Ret);
        il.Append(isUnknown);
        il.Emit(OpCodes.Ldarg, continuation);
        il.Emit(OpCodes.Call, context.Runtime.OfferDelegate);
        if (all is null) il.Emit(OpCodes.Pop);
        else il.Emit(OpCodes.Brfalse, isMulticast);
        il.Emit(OpCodes.Ldarg_0);
        EmitArguments();
        il.Emit(OpCodes.Callvirt, invoke);
        il.Emit(OpCodes.Ret);
        if (all is not null)
        {
            il.Append(isMulticast);
            EmitArguments();
            il.Emit(OpCodes.Ldarg, continuation);
            il.Emit(OpCodes.Call, all);
            il.Emit(OpCodes.Ret);
        }
        ShortForms.Apply(helper.Body);

        void EmitArguments()
        {
            foreach (ParameterDefinition parameter in arguments) il.Emit(OpCodes.Ldarg, parameter);
        }
    }

    private ParameterDefinition AddContinuation(MethodDefinition helper)
    {
        Add(helper, context.Runtime.Continuation);
        return helper.Parameters[^1];
    }

    // A woven body is a static method, which takes the receiver first and the thread last.
    private static CallSite SiteOf(MethodDefinition helper, TypeReference receiver)
    {
        var site = new CallSite(helper.ReturnType.Bare());
        site.Parameters.Add(new ParameterDefinition(receiver));
        foreach (ParameterDefinition parameter in helper.Parameters.Skip(1)) site.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
        return site;
    }
}
