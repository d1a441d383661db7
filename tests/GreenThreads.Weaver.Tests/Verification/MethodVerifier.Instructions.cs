using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>What each instruction takes and leaves.</summary>
internal sealed partial class MethodVerifier
{
    private TypeReference? _constrained;
    private bool _isReadOnlyPrefix;

    // Returns whether the next instruction follows.
    private bool Step(Instruction instruction)
    {
        Code code = instruction.OpCode.Code;
        if (code == Code.Constrained)
        {
            _constrained = Checked((TypeReference)instruction.Operand);
            return StepPrefixed(instruction);
        }
        if (instruction.OpCode.OpCodeType == OpCodeType.Prefix)
        {
            if (code != Code.Readonly) return true;
            _isReadOnlyPrefix = true;
            return StepPrefixed(instruction);
        }
        return Execute(instruction);
    }

    // The prefix and what it is for are one step: nothing may branch between them.
    private bool StepPrefixed(Instruction instruction)
    {
        Instruction next = instruction.Next;
        (Instruction prefix, _at) = (_at, next);
        bool falls = next.OpCode.OpCodeType == OpCodeType.Prefix ? Step(next) : Execute(next);
        int index = _index[_at];
        (_constrained, _isReadOnlyPrefix) = (null, false);
        if (falls) Go(index, index + 1);
        _at = prefix;
        return false;
    }

    private bool Execute(Instruction i)
    {
        switch (i.OpCode.Code)
        {
            case Code.Nop or Code.Break: return true;
            case Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg or Code.Ldarg_S: LoadArgument(ArgumentOf(i)); return true;
            case Code.Ldarga or Code.Ldarga_S: Push(new StackType(StackKind.Reference, TypeOf(ArgumentOf(i)).Stripped()) { IsLocal = true }); return true;
            case Code.Starg or Code.Starg_S: PopTo(TypeOf(ArgumentOf(i)), "argument"); return true;
            case Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc or Code.Ldloc_S: Push(VariableOf(i).VariableType); return true;
            case Code.Ldloca or Code.Ldloca_S: Push(new StackType(StackKind.Reference, VariableOf(i).VariableType.Stripped()) { IsLocal = true }); return true;
            case Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc or Code.Stloc_S: StoreLocal(VariableOf(i).VariableType); return true;
            case Code.Ldnull: Push(StackType.Null); return true;
            case Code.Ldc_I8: Push(StackType.Int64); return true;
            case Code.Ldc_R4 or Code.Ldc_R8: Push(StackType.Float); return true;
            case >= Code.Ldc_I4_M1 and <= Code.Ldc_I4: Push(StackType.Int32); return true;
            case Code.Dup: StackType top = Pop(); Push(top); Push(top); return true;
            case Code.Pop: Pop(); return true;
            case Code.Ldstr: Push(_system.String); return true;
            case Code.Ldtoken: Push(HandleOf(i.Operand)); return true;
            case Code.Arglist: Report(Rule.Pointer, "varargs"); Push(StackType.NativeInt); return true;
            case Code.Jmp: Report(Rule.Pointer, "jmp"); return false;
            case Code.Call or Code.Callvirt or Code.Newobj or Code.Calli or Code.Ldftn or Code.Ldvirtftn: Call(i); return true;
            case Code.Ret: Return(); return false;
            case Code.Br or Code.Br_S: Branch(i.Operand); return false;
            case Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S: Truth(Pop()); Branch(i.Operand); return true;
            case >= Code.Beq_S and <= Code.Blt_Un_S or >= Code.Beq and <= Code.Blt_Un: Compare(i.OpCode.Code is Code.Beq or Code.Beq_S or Code.Bne_Un or Code.Bne_Un_S); Branch(i.Operand); return true;
            case Code.Ceq: Compare(true); Push(StackType.Int32); return true;
            case Code.Cgt_Un: Compare(true); Push(StackType.Int32); return true;
            case Code.Cgt or Code.Clt or Code.Clt_Un: Compare(false); Push(StackType.Int32); return true;
            case Code.Switch: PopInt("switch"); Branch(i.Operand); return true;
            case Code.Leave or Code.Leave_S: Leave((Instruction)i.Operand); return false;
            case Code.Endfinally: End(IsInsideHandler(ExceptionHandlerType.Finally) || IsInsideHandler(ExceptionHandlerType.Fault)); return false;
            case Code.Endfilter: PopInt("filter"); End(_regions.Around(_index[_at]).FirstOrDefault(p => !p.IsTry) is { IsFilter: true }); return false;
            case Code.Throw: PopTo(_system.Object, "exception"); return false;
            case Code.Rethrow: if (!IsInsideHandler(ExceptionHandlerType.Catch) && !IsInsideHandler(ExceptionHandlerType.Filter)) Report(Rule.Placement, "rethrow is in no catch block"); return false;
            case Code.Neg or Code.Not: Unary(i.OpCode.Code == Code.Neg); return true;
            case Code.Shl or Code.Shr or Code.Shr_Un: PopInt("shift"); Unary(false); return true;
            case Code.Add or Code.Sub or Code.Mul or Code.Div or Code.Rem: Binary(allowsFloat: true, i.OpCode.Code); return true;
            case Code.Div_Un or Code.Rem_Un or Code.And or Code.Or or Code.Xor or (>= Code.Add_Ovf and <= Code.Sub_Ovf_Un): Binary(allowsFloat: false, i.OpCode.Code); return true;
            case Code.Ckfinite: if (Pop().Kind != StackKind.Float) Report(Rule.Operand, "not a float"); Push(StackType.Float); return true;
            case Code.Localloc: PopInt("size"); Report(Rule.Pointer, "stack memory"); Push(StackType.NativeInt); return true;
            case Code.Cpblk or Code.Initblk: Pop(); Pop(); Pop(); Report(Rule.Pointer, "block operation"); return true;
            case Code.Sizeof: Checked((TypeReference)i.Operand); Push(StackType.Int32); return true;
        }
        if (Conversion(i.OpCode.Code) is { } converted)
        {
            StackType from = Pop();
            if (from.Kind is StackKind.Object or StackKind.Value || from.Kind == StackKind.Reference && converted.Kind is not (StackKind.NativeInt or StackKind.Int64))
                Report(Rule.Operand, $"{from} is not a number");
            else if (from.Kind == StackKind.Reference) Report(Rule.Pointer, "an address becomes a number");
            Push(converted);
            return true;
        }
        Memory(i);
        return true;
    }

    private static StackType? Conversion(Code code) => code switch
    {
        Code.Conv_I8 or Code.Conv_U8 or Code.Conv_Ovf_I8 or Code.Conv_Ovf_U8 or Code.Conv_Ovf_I8_Un or Code.Conv_Ovf_U8_Un => StackType.Int64,
        Code.Conv_I or Code.Conv_U or Code.Conv_Ovf_I or Code.Conv_Ovf_U or Code.Conv_Ovf_I_Un or Code.Conv_Ovf_U_Un => StackType.NativeInt,
        Code.Conv_R4 or Code.Conv_R8 or Code.Conv_R_Un => StackType.Float,
        Code.Conv_I1 or Code.Conv_I2 or Code.Conv_I4 or Code.Conv_U1 or Code.Conv_U2 or Code.Conv_U4
            or Code.Conv_Ovf_I1 or Code.Conv_Ovf_I2 or Code.Conv_Ovf_I4 or Code.Conv_Ovf_U1 or Code.Conv_Ovf_U2 or Code.Conv_Ovf_U4
            or Code.Conv_Ovf_I1_Un or Code.Conv_Ovf_I2_Un or Code.Conv_Ovf_I4_Un or Code.Conv_Ovf_U1_Un or Code.Conv_Ovf_U2_Un or Code.Conv_Ovf_U4_Un => StackType.Int32,
        _ => null,
    };

    private void LoadArgument(int argument)
    {
        StackType type = StackType.Of(TypeOf(argument));
        if (argument == 0 && _method.HasThis && _tracksThis && !_thisReady) type = type with { IsUninitialized = true };
        Push(type);
    }

    private void StoreLocal(TypeReference type)
    {
        // a read-only reference may be kept in a local: what is written through it is checked where that is known
        StackType value = _stack.Count > 0 ? _stack[^1] : StackType.Null;
        if (value is { Kind: StackKind.Reference, IsReadOnly: true }) _stack[^1] = value with { IsReadOnly = false };
        if (value.IsInteger && type is PinnedType { ElementType: ByReferenceType })
        {
            Report(Rule.Pointer, "a number is pinned"); // how a fixed statement ends
            Pop();
            return;
        }
        PopTo(type, "local");
    }

    private void Return()
    {
        if (_regions.Around(_index[_at]).Length > 0) Report(Rule.Placement, $"ret is in a {Regions.NameOf(_regions.Around(_index[_at])[0])}");
        TypeReference type = _method.ReturnType;
        if (type.Stripped().MetadataType != MetadataType.Void)
        {
            StackType value = _stack.Count > 0 ? _stack[^1] : StackType.Null;
            if (value is { Kind: StackKind.Reference, IsLocal: true }) Report(Rule.EscapingReference, "a reference to a variable of the method is returned");
            if (value is { Kind: StackKind.Reference, IsReadOnly: true }) _stack[^1] = value with { IsReadOnly = false };
            PopTo(type, "result");
        }
        if (_stack.Count > 0) Report(Rule.StackDepth, $"{_stack.Count} values are left on the stack");
        if (_tracksThis && !_thisReady && _method.DeclaringType.BaseType is not null) Report(Rule.UninitializedThis, "the constructor returns without having called another one");
    }

    private void Leave(Instruction target)
    {
        _stack.Clear();
        int from = _index[_at], to = _index[target];
        if (_regions.WhyNotLeave(from, to) is { } why) Report(Rule.Branch, $"it {why}");
        Enter(to, [], _thisReady);
    }

    private void End(bool isInPlace)
    {
        if (!isInPlace) Report(Rule.Placement, "it is not in such a block");
        if (_stack.Count > 0) Report(Rule.StackDepth, $"{_stack.Count} values are left on the stack");
    }

    private void Truth(StackType value)
    {
        if (value.Kind is StackKind.Float or StackKind.Value) Report(Rule.Operand, $"{value} is not true or false");
    }

    private void Compare(bool isEquality)
    {
        StackType b = Pop(), a = Pop();
        bool fits = a.Kind == b.Kind && a.Kind switch
        {
            StackKind.Object => isEquality,
            StackKind.Value => false,
            _ => true,
        } || a.IsInteger && b.IsInteger;
        if (!fits && (a.Kind == StackKind.Reference && b.IsInteger || b.Kind == StackKind.Reference && a.IsInteger)) Report(Rule.Pointer, "an address is compared with a number");
        else if (!fits) Report(Rule.Operand, $"{a} is compared with {b}");
    }

    private void Unary(bool allowsFloat)
    {
        StackType value = Pop();
        if (!value.IsInteger && value.Kind != StackKind.Int64 && !(allowsFloat && value.Kind == StackKind.Float)) Report(Rule.Operand, $"not defined for {value}");
        Push(value with { Function = null });
    }

    private void Binary(bool allowsFloat, Code code)
    {
        StackType b = Pop(), a = Pop();
        if (a.Kind == StackKind.Reference || b.Kind == StackKind.Reference)
        {
            Report(Rule.Pointer, "arithmetic with an address");
            Push(a.Kind == b.Kind ? StackType.NativeInt : a.Kind == StackKind.Reference ? a : b);
            return;
        }
        bool fits = a.IsInteger && b.IsInteger || a.Kind == b.Kind && (a.Kind == StackKind.Int64 || allowsFloat && a.Kind == StackKind.Float);
        if (!fits) Report(Rule.Operand, $"{code} of {a} and {b}");
        Push(a.IsInteger && b.Kind == StackKind.NativeInt ? StackType.NativeInt : a with { Function = null });
    }

    private int ArgumentOf(Instruction i) => i.OpCode.Code switch
    {
        Code.Ldarg_0 => 0,
        Code.Ldarg_1 => 1,
        Code.Ldarg_2 => 2,
        Code.Ldarg_3 => 3,
        _ => i.Operand is ParameterDefinition parameter && parameter != _body.ThisParameter ? parameter.Index + (_method.HasThis ? 1 : 0) : 0,
    };

    private TypeReference TypeOf(int argument)
    {
        if (!_method.HasThis) return _method.Parameters[argument].ParameterType;
        if (argument > 0) return _method.Parameters[argument - 1].ParameterType;
        TypeReference self = _method.DeclaringType.Self();
        return _method.DeclaringType.IsValueType ? new ByReferenceType(self) : self;
    }

    private VariableDefinition VariableOf(Instruction i) => i.OpCode.Code switch
    {
        Code.Ldloc_0 or Code.Stloc_0 => _body.Variables[0],
        Code.Ldloc_1 or Code.Stloc_1 => _body.Variables[1],
        Code.Ldloc_2 or Code.Stloc_2 => _body.Variables[2],
        Code.Ldloc_3 or Code.Stloc_3 => _body.Variables[3],
        _ => (VariableDefinition)i.Operand,
    };

    private StackType HandleOf(object token)
    {
        if (token is TypeReference type) Checked(type);
        string name = token switch { TypeReference => "RuntimeTypeHandle", MethodReference => "RuntimeMethodHandle", _ => "RuntimeFieldHandle" };
        return new StackType(StackKind.Value, new TypeReference("System", name, _system.Object.Module, _system.CoreLibrary, valueType: true));
    }

    private TypeReference Checked(TypeReference type)
    {
        if (!_access.IsVisible(type, _method.DeclaringType)) Report(Rule.Visibility, $"{type} is not visible");
        CheckConstraints(type);
        return type;
    }

    private void CheckConstraints(TypeReference type)
    {
        if (type is not GenericInstanceType instance || instance.ElementType.Resolve() is not { } definition) return;
        if (Access.Violation(definition, [.. instance.GenericArguments], [.. instance.GenericArguments], []) is { } violation) Report(Rule.Constraint, $"{type}: {violation}");
    }
}
