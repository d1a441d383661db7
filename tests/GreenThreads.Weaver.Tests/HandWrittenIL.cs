using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests;

/// <summary>The IL of the methods of <see cref="HandWrittenILTests"/> whose names begin with Patched.</summary>
internal sealed class HandWrittenIL(TypeDefinition odd)
{
    private readonly ModuleDefinition _module = odd.Module;
    private MethodReference _id = null!, _wait = null!;

    public void Apply()
    {
        _id = PatchedIL.Called(odd, "Same1", "Id");
        _wait = PatchedIL.Called(odd, "FailIf", "Wait");
        Duplicate();
        Before();
        Far();
        Clauses();
        Filter();
        Switch();
        Uninitialized();
        Merge();
        Numbers();
        Indirect();
        Memory();
        Address();
        Unbox();
        Self();
        Emptied();
        Endless();
        Deep();
        Overloads();
        FaultInFinally();
        Tokens();
        Names();
    }

    // ldarga; dup; dup; ldind; Id; stind; ldind: the address is on the stack twice across the wait
    private void Duplicate() => Emit("PatchedDuplicate", il =>
    {
        il.Emit(OpCodes.Ldarga, il.Body.Method.Parameters[0]);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Ldind_I4);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ldc_I4_3);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Stind_I4);
        il.Emit(OpCodes.Ldind_I4);
        il.Emit(OpCodes.Ret);
    });

    // br TRY; HANDLER: pop; Id(40); stloc; leave END; TRY: n / Id(n) …; leave END; END: ldloc; ret
    private void Before() => Emit("PatchedBefore", il =>
    {
        VariableDefinition result = Local(il, _module.TypeSystem.Int32);
        Instruction start = il.Create(OpCodes.Ldc_I4_6), handler = il.Create(OpCodes.Pop), end = il.Create(OpCodes.Ldloc, result);
        il.Emit(OpCodes.Br, start);
        il.Append(handler);
        il.Emit(OpCodes.Ldc_I4, 40);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Leave, end);
        Divide(il, start, result, end);
        il.Append(end);
        il.Emit(OpCodes.Ret);
        Catch(il, start, end, handler, start);
    });

    // try …; leave END; END: …; ret; HANDLER: pop; …; leave BACK; BACK: ldc; ret
    private void Far() => Emit("PatchedFar", il =>
    {
        VariableDefinition result = Local(il, _module.TypeSystem.Int32);
        Instruction start = il.Create(OpCodes.Ldc_I4_6), handler = il.Create(OpCodes.Pop), end = il.Create(OpCodes.Ldloc, result), back = il.Create(OpCodes.Ldc_I4, 50);
        Divide(il, start, result, end);
        il.Append(end);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ret);
        il.Append(handler);
        il.Emit(OpCodes.Call, _wait);
        il.Emit(OpCodes.Leave, back);
        il.Append(back);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ret);
        Catch(il, start, end, handler, back);
    });

    // two catch clauses, with code between the handlers that neither falls into
    private void Clauses() => Emit("PatchedClauses", il =>
    {
        VariableDefinition result = Local(il, _module.TypeSystem.Int32);
        Instruction start = il.Create(OpCodes.Ldc_I4_6), first = il.Create(OpCodes.Pop), between = il.Create(OpCodes.Ldc_I4, 1000), second = il.Create(OpCodes.Pop), end = il.Create(OpCodes.Ldloc, result);
        il.Append(start);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Div);
        il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_2);
        Instruction fine = il.Create(OpCodes.Leave, end);
        il.Emit(OpCodes.Bne_Un, fine);
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Ldlen);
        il.Emit(OpCodes.Pop);
        il.Append(fine);
        il.Append(first);
        il.Emit(OpCodes.Ldc_I4, 100);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Leave, between);
        il.Append(between);
        il.Emit(OpCodes.Ldloc, result);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ret);
        il.Append(second);
        il.Emit(OpCodes.Ldc_I4, 200);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Leave, end);
        il.Append(end);
        il.Emit(OpCodes.Ret);
        Catch(il, start, first, first, between, typeof(DivideByZeroException));
        Catch(il, start, first, second, end);
    });

    // a loop around: the filter is asked again for the next exception, and says no, then yes
    private void Filter() => Emit("PatchedFilter", il =>
    {
        Instruction start = il.Create(OpCodes.Ldarg_1), filter = il.Create(OpCodes.Castclass, Import(typeof(Exception))), handler = il.Create(OpCodes.Pop),
            outer = il.Create(OpCodes.Pop), again = il.Create(OpCodes.Ldarg_1), end = il.Create(OpCodes.Ldc_I4, 77);
        VariableDefinition exception = Local(il, Import(typeof(Exception)));
        il.Append(start);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ldarga, il.Body.Method.Parameters[1]);
        il.Emit(OpCodes.Call, Method(typeof(int), "ToString", typeof(string), true));
        il.Emit(OpCodes.Newobj, Method(typeof(Exception), ".ctor", typeof(void), true, typeof(string)));
        il.Emit(OpCodes.Throw);
        il.Append(filter);
        il.Emit(OpCodes.Stloc, exception);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, exception);
        il.Emit(OpCodes.Call, odd.Methods.Single(m => m.Name == "Asked"));
        il.Emit(OpCodes.Endfilter);
        il.Append(handler);
        il.Emit(OpCodes.Call, _wait);
        il.Emit(OpCodes.Leave, end);
        il.Append(outer);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Starg, il.Body.Method.Parameters[1]);
        il.Emit(OpCodes.Leave, again);
        il.Append(again);
        il.Emit(OpCodes.Brtrue, start);
        il.Append(end);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ret);
        il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Filter) { TryStart = start, TryEnd = filter, FilterStart = filter, HandlerStart = handler, HandlerEnd = outer });
        Catch(il, start, outer, outer, again);
    });

    private void Switch() => Emit("PatchedSwitch", il =>
    {
        Instruction join = il.Create(OpCodes.Call, _id);
        Instruction[] targets = [.. Enumerable.Range(0, 3000).Select(i => il.Create(OpCodes.Ldc_I4, i * 2))];
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Switch, targets);
        il.Emit(OpCodes.Ldc_I4_M1);
        il.Emit(OpCodes.Br, join);
        foreach (Instruction target in targets)
        {
            il.Append(target);
            il.Emit(OpCodes.Br, join);
        }
        il.Append(join);
        il.Emit(OpCodes.Ret);
    });

    private void Uninitialized() => Emit("PatchedUninitialized", il =>
    {
        VariableDefinition kept = Local(il, _module.TypeSystem.Int64), late = Local(il, _module.TypeSystem.Int32);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Stloc, kept);
        il.Emit(OpCodes.Call, _wait);
        il.Emit(OpCodes.Ldloc, kept);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Stloc, late);
        il.Emit(OpCodes.Ldloc, late);
        il.Emit(OpCodes.Ldc_I4_2);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ret);
        il.Body.InitLocals = false;
    });

    private void Merge() => Emit("PatchedMerge", il =>
    {
        Instruction text = il.Create(OpCodes.Ldstr, "text"), join = il.Create(OpCodes.Call, _wait);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Brtrue, text);
        il.Emit(OpCodes.Ldc_I4_5);
        il.Emit(OpCodes.Newarr, _module.TypeSystem.Int32);
        il.Emit(OpCodes.Br, join);
        il.Append(text);
        il.Append(join); // an array or a string is on the stack
        il.Emit(OpCodes.Ret);
    });

    private void Numbers() => Emit("PatchedNumbers", il =>
    {
        Instruction small = il.Create(OpCodes.Ldc_I4_7), join = il.Create(OpCodes.Call, _wait);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Brtrue, small);
        il.Emit(OpCodes.Ldc_I4_3);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Br, join);
        il.Append(small);
        il.Append(join); // a native integer or a plain one is on the stack
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Ret);
    });

    private void Indirect() => Emit("PatchedIndirect", il =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldftn, odd.Methods.Single(m => m.Name == "Same1"));
        il.Emit(OpCodes.Calli, new CallSite(_module.TypeSystem.Int32) { Parameters = { new ParameterDefinition(_module.TypeSystem.Int32) } });
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ret);
    });

    // localloc; dup; Id(n); stind across a wait
    private void Memory() => Emit("PatchedMemory", il =>
    {
        il.Emit(OpCodes.Ldc_I4_8);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Volatile);
        il.Emit(OpCodes.Stind_I4);
        il.Emit(OpCodes.Ldind_I4);
        il.Emit(OpCodes.Ret);
        il.Body.InitLocals = false;
    });

    private void Address() => Emit("PatchedAddress", il =>
    {
        var array = (ArrayType)il.Body.Method.Parameters[0].ParameterType;
        var address = new MethodReference("Address", new ByReferenceType(_module.TypeSystem.Int32), array) { HasThis = true };
        address.Parameters.Add(new ParameterDefinition(_module.TypeSystem.Int32));
        address.Parameters.Add(new ParameterDefinition(_module.TypeSystem.Int32));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Call, address);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Ldc_I4, 30);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Stind_I4);
        il.Emit(OpCodes.Ldind_I4);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ret);
    });

    private void Unbox() => Emit("PatchedUnbox", il =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Unbox, _module.TypeSystem.Int32);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Ldc_I4, 60);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Stind_I4);
        il.Emit(OpCodes.Ldind_I4);
        il.Emit(OpCodes.Ret);
    });

    private void Self()
    {
        TypeDefinition self = odd.NestedTypes.Single(t => t.Name == "Self");
        MethodDefinition name = self.Methods.Single(m => m.Name == "get_Name");
        PatchedIL.Emit(self, "PatchedSelf", il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, name);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Starg, il.Body.ThisParameter);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Callvirt, name);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, name);
            il.Emit(OpCodes.Call, Method(typeof(string), "Concat", typeof(string), false, typeof(string), typeof(string), typeof(string)));
            il.Emit(OpCodes.Ret);
        });
    }

    private void Emptied() => Emit("PatchedEmptied", il =>
    {
        Instruction behind = il.Create(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Ldc_I4_2);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Leave, behind);
        il.Append(behind);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Ret);
    });

    // while (true) { 10 / Id(n); n-- }, and there is no way to the end
    private void Endless() => Emit("PatchedEndless", il =>
    {
        Instruction again = il.Create(OpCodes.Ldc_I4, 10);
        il.Append(again);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Div);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Starg, il.Body.Method.Parameters[0]);
        il.Emit(OpCodes.Br, again);
    });

    private void Deep() => Emit("PatchedDeep", il =>
    {
        for (int i = 0; i < 60; i++)
        {
            il.Emit(OpCodes.Ldarg_0);
            if (i % 7 == 0) il.Emit(OpCodes.Call, _id);
        }
        for (int i = 0; i < 59; i++) il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ret);
    });

    private void Overloads()
    {
        MethodDefinition first = odd.Methods.Single(m => m.Name == "Same1"), second = odd.Methods.Single(m => m.Name == "Same2");
        Emit("PatchedOverloads", il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, first);
            il.Emit(OpCodes.Call, second);
            il.Emit(OpCodes.Ret);
        });
    }

    // last: the names are found no more
    private void Names()
    {
        MethodDefinition first = odd.Methods.Single(m => m.Name == "Same1"), second = odd.Methods.Single(m => m.Name == "Same2");
        first.Name = second.Name = "same";
        odd.Methods.Single(m => m.Name == "Renamed").Name = "‮a b.<c>`1+/\\,&*[]";
        TypeDefinition strange = odd.NestedTypes.Single(t => t.Name == "Strange");
        strange.Name = " ";
        strange.Methods.Single(m => m.Name == "Renamed").Name = "ctor";
    }

    private void FaultInFinally() => Emit("PatchedFaultInFinally", il =>
    {
        MethodDefinition say = odd.Methods.Single(m => m.Name == "Say");
        Instruction start = il.Create(OpCodes.Ldarg_0), inner = il.Create(OpCodes.Ldarg_1), fault = il.Create(OpCodes.Ldarg_0), after = il.Create(OpCodes.Ldarg_0), end = il.Create(OpCodes.Ret);
        il.Append(start);
        il.Emit(OpCodes.Ldstr, "body");
        il.Emit(OpCodes.Call, say);
        il.Emit(OpCodes.Leave, end);
        il.Append(inner); // the finally block, which begins with a try block
        il.Emit(OpCodes.Call, odd.Methods.Single(m => m.Name == "FailIf"));
        il.Emit(OpCodes.Leave, after);
        il.Append(fault);
        il.Emit(OpCodes.Ldstr, "fault block");
        il.Emit(OpCodes.Call, say);
        il.Emit(OpCodes.Endfinally);
        il.Append(after);
        il.Emit(OpCodes.Ldstr, "end of finally");
        il.Emit(OpCodes.Call, say);
        il.Emit(OpCodes.Endfinally);
        il.Append(end);
        il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Fault) { TryStart = inner, TryEnd = fault, HandlerStart = fault, HandlerEnd = after });
        il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally) { TryStart = start, TryEnd = inner, HandlerStart = inner, HandlerEnd = end });
    });

    private void Tokens() => Emit("PatchedTokens", il =>
    {
        il.Emit(OpCodes.Ldtoken, odd.Methods.Single(m => m.Name == "PatchedTokens"));
        il.Emit(OpCodes.Call, Method(typeof(System.Reflection.MethodBase), "GetMethodFromHandle", typeof(System.Reflection.MethodBase), false, typeof(RuntimeMethodHandle)));
        il.Emit(OpCodes.Call, _wait);
        il.Emit(OpCodes.Callvirt, Method(typeof(System.Reflection.MemberInfo), "get_Name", typeof(string), true));
        il.Emit(OpCodes.Ret);
    });

    // 6 / Id(n) into the result, and out
    private void Divide(ILProcessor il, Instruction start, VariableDefinition result, Instruction end)
    {
        il.Append(start);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, _id);
        il.Emit(OpCodes.Div);
        il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Leave, end);
    }

    private void Catch(ILProcessor il, Instruction start, Instruction end, Instruction handler, Instruction handlerEnd, Type? type = null) =>
        il.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Catch)
        {
            CatchType = Import(type ?? typeof(object)),
            TryStart = start,
            TryEnd = end,
            HandlerStart = handler,
            HandlerEnd = handlerEnd,
        });

    // As the compiler names what is in the framework, not as this process does.
    private TypeReference Import(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => _module.TypeSystem.String,
        TypeCode.Int32 => _module.TypeSystem.Int32,
        _ when type == typeof(void) => _module.TypeSystem.Void,
        _ when type == typeof(object) => _module.TypeSystem.Object,
        _ => new TypeReference(type.Namespace, type.Name, _module, _module.TypeSystem.CoreLibrary, type.IsValueType),
    };

    private MethodReference Method(Type type, string name, Type result, bool hasThis, params Type[] parameters)
    {
        var method = new MethodReference(name, Import(result), Import(type)) { HasThis = hasThis };
        foreach (Type parameter in parameters) method.Parameters.Add(new ParameterDefinition(Import(parameter)));
        return method;
    }

    private static VariableDefinition Local(ILProcessor il, TypeReference type)
    {
        var local = new VariableDefinition(type);
        il.Body.Variables.Add(local);
        return local;
    }

    private void Emit(string name, Action<ILProcessor> emit) => PatchedIL.Emit(odd, name, emit);
}
