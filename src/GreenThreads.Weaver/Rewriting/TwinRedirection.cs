using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Rewriting;

// Before the analysis: each call of a blocking member that has a twin goes to a method made for it, which is then woven
// like any other:
//
//   static R <Reader.ReadLine>(Reader self, A a)
//   {
//       if (!TwinCalls.IsWanted) return self.Read(a);                 // or !s_site.Applies(self), where both are virtual
//       TwinCalls.Begin();
//       try { task = self.ReadAsync(a, TwinCalls.Token); }
//       catch { TwinCalls.Abandon(); throw; }
//       return TwinCalls.Await(task);                                 // in tail position: no frame
//   }

/// <summary>Sends calls of blocking members to their asynchronous twins.</summary>
internal sealed class TwinRedirection(ModuleDefinition module, RuntimeTypes runtime, TwinTable table)
{
    private const string HolderName = "<GreenThreads>Twins";

    private readonly Dictionary<string, MethodDefinition> _helpers = [];

    // by reference: the module has one object for each method that its IL names
    private readonly Dictionary<MethodReference, MethodDefinition?> _targets = new(ReferenceEqualityComparer.Instance);
    private TypeDefinition? _holder;
    private TypeDefinition? _sites;
    private TwinMembers? _members;

    /// <summary>Redirects the calls of all methods of the module.</summary>
    public void Apply()
    {
        if (module == runtime.Runtime) return;
        List<MethodDefinition> methods = [.. module.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods).Where(m => m.HasBody)];
        foreach (MethodDefinition method in methods)
        {
            if (Eligibility.IsExcluded(method) || method.Has(WovenNames.HandWovenAttribute)) continue;
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt)) continue;
                if (instruction.Previous is { OpCode: { OpCodeType: OpCodeType.Prefix, Code: not Code.Tail } }) continue;
                var callee = (MethodReference)instruction.Operand;
                if (!_targets.TryGetValue(callee, out MethodDefinition? helper)) _targets.Add(callee, helper = HelperFor(callee));
                if (helper is null || instruction.OpCode.Code == Code.Call && IsVirtual(callee)) continue;
                instruction.OpCode = OpCodes.Call;
                instruction.Operand = helper;
            }
        }
    }

    // "base.Read()" means that very method
    private static bool IsVirtual(MethodReference callee) => callee.HasThis && callee.Resolve().IsVirtual;

    private MethodDefinition? HelperFor(MethodReference callee)
    {
        if (callee.DeclaringType is ArrayType || !TypeArguments(callee).All(TypeExtensions.IsVisibleInModule)) return null;
        if (callee.Resolve() is not { } definition || definition.Module == module) return null;
        if (table.Find(callee, definition) is not { } twin) return null;
        if (!_helpers.TryGetValue(callee.FullName, out MethodDefinition? helper))
            _helpers.Add(callee.FullName, helper = Create(callee, definition, twin));
        return helper;
    }

    private static IEnumerable<TypeReference> TypeArguments(MethodReference callee)
    {
        IEnumerable<TypeReference> ofType = callee.DeclaringType is GenericInstanceType type ? type.GenericArguments : [];
        return callee is GenericInstanceMethod method ? ofType.Concat(method.GenericArguments) : ofType;
    }

    private MethodDefinition Create(MethodReference callee, MethodDefinition definition, Twin twin)
    {
        _members ??= new TwinMembers(module, runtime.Runtime);
        _holder ??= WovenAssemblyMarks.AddHolder(HolderName, module);
        TypeReference result = callee.ReturnType.Through(callee);
        var helper = new MethodDefinition($"<{definition.DeclaringType.Name}.{definition.Name}>{_helpers.Count}",
            MethodAttributes.Assembly | MethodAttributes.Static | MethodAttributes.HideBySig, module.ImportReference(result));
        helper.CustomAttributes.Add(new CustomAttribute(runtime.StackTraceHidden));
        if (callee.HasThis) helper.Parameters.Add(new ParameterDefinition("self", ParameterAttributes.None, callee.DeclaringType));
        foreach (ParameterDefinition parameter in callee.Parameters)
            helper.Parameters.Add(new ParameterDefinition(parameter.Name, ParameterAttributes.None, module.ImportReference(parameter.ParameterType.Through(callee))));
        _holder.Methods.Add(helper);

        ILProcessor il = helper.Body.GetILProcessor();
        Instruction callTwin = il.Create(OpCodes.Nop);
        MethodReference asynchronous = TwinReference(callee, definition, twin);
        if (definition.IsOverridable())
        {
            il.Emit(OpCodes.Ldsfld, AddSite(callee, asynchronous));
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Callvirt, _members.Applies);
        }
        else
        {
            il.Emit(OpCodes.Call, _members.IsWanted);
        }
        il.Emit(OpCodes.Brtrue_S, callTwin);
        LoadArguments();
        il.Emit(callee.HasThis ? OpCodes.Callvirt : OpCodes.Call, callee);
        il.Emit(OpCodes.Ret);
        il.Append(callTwin);
        EmitCallOfTwin();
        il.Emit(OpCodes.Call, _members.Await(twin.Method.ReturnType, result));
        il.Emit(OpCodes.Ret);
        helper.Body.OptimizeMacros();
        return helper;

        // Leaves the task on the stack.
        void EmitCallOfTwin()
        {
            var task = new VariableDefinition(module.ImportReference(twin.Method.ReturnType.Through(asynchronous)));
            helper.Body.Variables.Add(task);
            helper.Body.InitLocals = true;
            Instruction start = il.Create(OpCodes.Nop);
            Instruction failed = il.Create(OpCodes.Pop);
            Instruction end = il.Create(OpCodes.Ldloc, task);
            il.Emit(OpCodes.Call, _members.Begin);
            il.Append(start);
            LoadArguments();
            if (twin.TakesToken) il.Emit(OpCodes.Call, _members.Token);
            il.Emit(callee.HasThis ? OpCodes.Callvirt : OpCodes.Call, asynchronous);
            il.Emit(OpCodes.Stloc, task);
            il.Emit(OpCodes.Leave, end);
            il.Append(failed);
            il.Emit(OpCodes.Call, _members.Abandon);
            il.Emit(OpCodes.Rethrow);
            il.Append(end);
            helper.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Catch)
            {
                TryStart = start, TryEnd = failed, HandlerStart = failed, HandlerEnd = end, CatchType = module.TypeSystem.Object,
            });
        }

        void LoadArguments()
        {
            foreach (ParameterDefinition parameter in helper.Parameters) il.Emit(OpCodes.Ldarg, parameter);
        }
    }

    private MethodReference TwinReference(MethodReference callee, MethodDefinition definition, Twin twin)
    {
        MethodReference reference = module.ImportReference(twin.Method);
        if (twin.Method.DeclaringType == definition.DeclaringType) reference.DeclaringType = callee.DeclaringType;
        return reference.WithArgumentsOf(callee);
    }

    private FieldDefinition AddSite(MethodReference callee, MethodReference twin)
    {
        TypeDefinition sites = _sites ??= AddSites();
        var field = new FieldDefinition($"Site{sites.Fields.Count}", FieldAttributes.Assembly | FieldAttributes.Static | FieldAttributes.InitOnly, _members!.Site);
        sites.Fields.Add(field);
        ILProcessor il = sites.Methods[0].Body.GetILProcessor();
        Instruction end = sites.Methods[0].Body.Instructions[^1];
        il.InsertBefore(end, il.Create(OpCodes.Ldtoken, callee));
        il.InsertBefore(end, il.Create(OpCodes.Ldtoken, twin));
        il.InsertBefore(end, il.Create(OpCodes.Newobj, _members.NewSite));
        il.InsertBefore(end, il.Create(OpCodes.Stsfld, field));
        return field;
    }

    // Apart from the methods: a class with a static constructor would make each call of them look whether it has run.
    private TypeDefinition AddSites()
    {
        var sites = new TypeDefinition("", "Sites",
            TypeAttributes.NestedAssembly | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, module.TypeSystem.Object);
        var initializer = new MethodDefinition(".cctor",
            MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName, module.TypeSystem.Void);
        initializer.Body.GetILProcessor().Emit(OpCodes.Ret);
        sites.Methods.Add(initializer);
        _holder!.NestedTypes.Add(sites);
        return sites;
    }
}
