using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// A span that a method of the module makes of an object which only that method sees (the string in a field of a slice) has an
/// unknown origin in its caller, and pins. Such methods are small; put into their caller, they show the object.
/// </summary>
internal static class SpanInlining
{
    private const int MaxInstructions = 48;

    /// <summary>Puts the bodies of such methods in the place of their calls.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Apply(MethodDefinition method, Suspendability analysis, ReturnSummaries summaries)
    {
        bool any = false;
        foreach (Instruction call in method.Body.Instructions.ToArray())
        {
            if (call.OpCode.Code is not (Code.Call or Code.Callvirt) || call.Previous?.OpCode.OpCodeType == OpCodeType.Prefix) continue;
            var callee = (MethodReference)call.Operand;
            if (!IsSpan(callee.ReturnType) || callee is GenericInstanceMethod || callee.DeclaringType is GenericInstanceType) continue;
            if (callee.Resolve() is not { } definition || definition == method || !IsInlined(definition, method, analysis)) continue;
            if (summaries.Of(callee) is not null) continue;
            if (!any) method.Body.SimplifyMacros();
            any = true;
            Inline(method.Body, call, definition);
        }
        return any;
    }

    private static bool IsSpan(TypeReference type) => type.Bare().GetElementType().FullName is "System.Span`1" or "System.ReadOnlySpan`1";

    private static bool IsInlined(MethodDefinition callee, MethodDefinition caller, Suspendability analysis)
    {
        if (callee.Module != caller.Module || !callee.HasBody || callee.IsOverridable() || callee.IsConstructor) return false;
        if (callee.HasThis && !callee.DeclaringType.IsValueType || callee.NoInlining) return false; // a null receiver throws there
        if (callee.IsStatic && callee.DeclaringType.Methods.Any(m => m.IsConstructor && m.IsStatic)) return false;
        MethodBody body = callee.Body;
        if (body.HasExceptionHandlers || body.Instructions.Count > MaxInstructions) return false;
        return body.Instructions.All(i => i.OpCode.OpCodeType != OpCodeType.Prefix && i.OpCode.Code is not (Code.Localloc or Code.Jmp or Code.Calli)
            && IsAccessible(i.Operand as MemberReference, caller)
            && !(i.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj && analysis.Classify(i) is { CanSuspend: true } or { IsSubstituted: true }));
    }

    private static bool IsAccessible(MemberReference? member, MethodDefinition caller)
    {
        bool isVisible = member switch
        {
            null => true,
            FieldReference field => field.Resolve() is { } found && (found.IsPublic || found.Module == caller.Module && (found.IsAssembly || found.IsFamilyOrAssembly)),
            MethodReference method => method.Resolve() is { } found && (found.IsPublic || found.Module == caller.Module && (found.IsAssembly || found.IsFamilyOrAssembly)),
            _ => true,
        };
        for (TypeDefinition? type = (member as TypeReference ?? member?.DeclaringType)?.GetElementType().Resolve(); type is not null; type = type.DeclaringType)
            isVisible &= !type.IsNestedPrivate && !type.IsNestedFamily && !type.IsNestedFamilyAndAssembly;
        return isVisible;
    }

    private static void Inline(MethodBody body, Instruction call, MethodDefinition callee)
    {
        body.InitLocals = true;
        callee.Body.SimplifyMacros();
        int arguments = Variables.ArgumentCount(callee);
        var locals = new VariableDefinition[arguments];
        for (int i = 0; i < arguments; i++) locals[i] = Add(Variables.ArgumentType(callee, i));
        Dictionary<VariableDefinition, VariableDefinition> variables = callee.Body.Variables.ToDictionary(v => v, v => Add(v.VariableType));
        VariableDefinition result = Add(callee.ReturnType.Bare());
        Instruction end = Instruction.Create(OpCodes.Ldloc, result);

        var code = new List<Instruction>();
        for (int i = arguments - 1; i >= 0; i--) code.Add(Instruction.Create(OpCodes.Stloc, locals[i]));
        // the call may be in a loop; references are always assigned before they are used
        foreach (VariableDefinition variable in variables.Values.Where(v => v.VariableType.Bare() is not ByReferenceType)) Clear(variable);
        var copies = new Dictionary<Instruction, Instruction>();
        var branches = new List<(Instruction Branch, Instruction Original)>();
        foreach (Instruction original in callee.Body.Instructions)
        {
            if (original.OpCode.Code == Code.Ret)
            {
                copies.Add(original, Instruction.Create(OpCodes.Stloc, result));
                code.Add(copies[original]);
                code.Add(Instruction.Create(OpCodes.Br, end));
                continue;
            }
            Instruction copy = Instruction.Create(OpCodes.Nop);
            (copy.OpCode, copy.Operand) = original.OpCode.Code switch
            {
                Code.Ldarg => (OpCodes.Ldloc, locals[Variables.ArgumentIndex(original, callee)]),
                Code.Ldarga => (OpCodes.Ldloca, locals[Variables.ArgumentIndex(original, callee)]),
                Code.Starg => (OpCodes.Stloc, locals[Variables.ArgumentIndex(original, callee)]),
                _ => (original.OpCode, original.Operand is VariableDefinition variable ? variables[variable] : original.Operand),
            };
            if (original.Operand is Instruction or Instruction[]) branches.Add((copy, original));
            copies.Add(original, copy);
            code.Add(copy);
        }
        foreach ((Instruction branch, Instruction original) in branches)
            branch.Operand = original.Operand is Instruction target ? copies[target] : ((Instruction[])original.Operand).Select(t => copies[t]).ToArray();
        code.Add(end);
        callee.Body.OptimizeMacros();

        // branches to the call must find the whole: its own instruction becomes the first
        Instruction first = Instruction.Create(OpCodes.Nop);
        if (arguments > 0) first = code[0];
        (call.OpCode, call.Operand) = (first.OpCode, first.Operand);
        int position = body.Instructions.IndexOf(call);
        foreach (Instruction next in code.Skip(arguments > 0 ? 1 : 0))
        {
            next.Offset = -1; // no sequence point of its own
            body.Instructions.Insert(++position, next);
        }

        VariableDefinition Add(TypeReference type)
        {
            var local = new VariableDefinition(type);
            body.Variables.Add(local);
            return local;
        }

        void Clear(VariableDefinition variable)
        {
            if (ZeroValues.Of(variable.VariableType) is { } zero)
            {
                foreach (OpCode opCode in zero) code.Add(Instruction.Create(opCode));
                code.Add(Instruction.Create(OpCodes.Stloc, variable));
                return;
            }
            code.Add(Instruction.Create(OpCodes.Ldloca, variable));
            code.Add(Instruction.Create(OpCodes.Initobj, variable.VariableType));
        }
    }
}
