using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Computes, for every reachable instruction, the types on the evaluation stack before it (abstract interpretation,
/// ECMA-335 III.1.5; one pass in order of discovery, since compilers give a join the same stack from all sides; where
/// they differ in reference types only, the join is object).
/// </summary>
internal sealed class StackAnalysis
{
    private readonly FlowGraph _flow;
    private readonly TypeSystem _system;
    private readonly MethodDefinition _method;
    private readonly TypeReference _null;
    private readonly StackValue[]?[] _before;

    public StackAnalysis(FlowGraph flow)
    {
        _flow = flow;
        _method = flow.Method;
        _system = _method.Module.TypeSystem;
        _null = new TypeReference("", "<null>", _method.Module, _system.CoreLibrary, valueType: false);
        _before = new StackValue[flow.Instructions.Length][];
        Run();
    }

    /// <summary>The stack before the instruction, bottom first; null when no path leads to it.</summary>
    public StackValue[]? Before(int number) => _before[number];

    /// <summary>The type to store a stack value in.</summary>
    public TypeReference StorageType(StackValue value) => value.Type == _null ? _system.Object : value.Type;

    private void Run()
    {
        var pending = new Stack<int>();
        Enter(0, []);
        foreach (ExceptionHandler handler in _flow.Handlers)
        {
            StackValue[] entry = handler.HandlerType switch
            {
                ExceptionHandlerType.Catch => [new StackValue(handler.CatchType)],
                ExceptionHandlerType.Filter => [new StackValue(_system.Object)],
                _ => [],
            };
            Enter(_flow.Number(handler.HandlerStart), entry);
            if (handler.FilterStart is not null) Enter(_flow.Number(handler.FilterStart), entry);
        }
        var stack = new List<StackValue>();
        while (pending.TryPop(out int number))
        {
            stack.Clear();
            stack.AddRange(_before[number]!);
            Instruction instruction = _flow.Instructions[number];
            Step(instruction, number, stack);
            if (instruction.OpCode.Code is Code.Leave or Code.Leave_S) stack.Clear();
            foreach (int successor in _flow.Successors(number)) Enter(successor, stack);
        }

        void Enter(int number, IReadOnlyList<StackValue> stack)
        {
            if (_before[number] is not { } known)
            {
                _before[number] = [.. stack];
                pending.Push(number);
                return;
            }
            if (known.Length != stack.Count) throw new UnknownILException($"the stack is {known.Length} or {stack.Count} deep at one instruction");
            bool changed = false;
            for (int i = 0; i < known.Length; i++)
            {
                StackValue joined = Join(known[i], stack[i]);
                if (joined == known[i]) continue;
                known[i] = joined;
                changed = true;
            }
            if (changed) pending.Push(number);
        }
    }

    private StackValue Join(StackValue a, StackValue b)
    {
        if (ReferenceEquals(a, b)) return a;
        TypeReference type = a.Type;
        if (a.Type != b.Type && a.Type.FullName != b.Type.FullName)
        {
            if (a.Type == _null && !b.Type.IsValueType) type = b.Type;
            else if (b.Type == _null && !a.Type.IsValueType) type = a.Type;
            else if (a.Type.IsByRefLike() && b.Type.IsByRefLike()) type = a.Type;
            else if (a.Type.IsObjectReference() && b.Type.IsObjectReference()) type = _system.Object;
            else if (a.Type.IsPointer() || b.Type.IsPointer()) type = a.Type.IsPointer() ? a.Type : b.Type;
            else if (a.Type is GenericParameter || b.Type is GenericParameter) type = _system.Object;
            else throw new UnknownILException($"{a.Type.Name} or {b.Type.Name} on the stack at one instruction");
        }
        bool sameOrigin = a.Origin == b.Origin && a.Index == b.Index;
        bool sameProducer = a.Producer == b.Producer && a.Producer is not null;
        IReadOnlyList<Instruction>? producers = sameProducer ? null : Union(ProducersOf(a), ProducersOf(b));
        if (type == a.Type && sameOrigin && (sameProducer || producers?.Count == a.Producers?.Count)) return a;
        return sameOrigin
            ? new StackValue(type, a.Origin, a.Index, sameProducer ? a.Producer : null) { Producers = producers }
            : new StackValue(type) { Producers = producers };
    }

    // Null where one of the values has no known producer.
    private static IReadOnlyList<Instruction>? ProducersOf(StackValue value) => value.Producers ?? (value.Producer is { } only ? [only] : null);

    private static IReadOnlyList<Instruction>? Union(IReadOnlyList<Instruction>? a, IReadOnlyList<Instruction>? b) =>
        a is null || b is null ? null : [.. a, .. b.Where(p => !a.Contains(p))];

    private void Step(Instruction instruction, int number, List<StackValue> stack)
    {
        StackValue Pop()
        {
            if (stack.Count == 0) throw new UnknownILException($"the stack is empty at IL_{instruction.Offset:X4}");
            StackValue top = stack[^1];
            stack.RemoveAt(stack.Count - 1);
            return top;
        }

        void Drop(int count)
        {
            for (int i = 0; i < count; i++) Pop();
        }

        void Push(TypeReference type) => stack.Add(new StackValue(type.OnStack(_system), Producer: instruction));

        void PushOrigin(TypeReference type, OriginKind origin, int index) =>
            stack.Add(new StackValue(type.OnStack(_system), origin, index, instruction));

        switch (instruction.OpCode.Code)
        {
            case Code.Nop or Code.Break or Code.Volatile or Code.Unaligned or Code.Constrained or Code.Readonly or Code.No or Code.Tail:
            case Code.Br or Code.Br_S or Code.Leave or Code.Leave_S or Code.Endfinally or Code.Rethrow or Code.Ret:
                break;
            case Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg or Code.Ldarg_S:
                int argument = Variables.ArgumentIndex(instruction, _method);
                TypeReference argumentType = Variables.ArgumentType(_method, argument);
                PushOrigin(argumentType, OriginKind.Argument, argument);
                break;
            case Code.Ldarga or Code.Ldarga_S:
                int address = Variables.ArgumentIndex(instruction, _method);
                PushOrigin(new ByReferenceType(Variables.ArgumentType(_method, address).Bare()), OriginKind.ArgumentAddress, address);
                break;
            case Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc or Code.Ldloc_S:
                int local = Variables.LocalIndex(instruction);
                PushOrigin(_method.Body.Variables[local].VariableType, OriginKind.Local, local);
                break;
            case Code.Ldloca or Code.Ldloca_S:
                int localAddress = Variables.LocalIndex(instruction);
                PushOrigin(new ByReferenceType(_method.Body.Variables[localAddress].VariableType.Bare()), OriginKind.LocalAddress, localAddress);
                break;
            case Code.Starg or Code.Starg_S or Code.Stloc or Code.Stloc_S or Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3:
            case Code.Pop or Code.Brfalse or Code.Brfalse_S or Code.Brtrue or Code.Brtrue_S or Code.Switch or Code.Throw or Code.Endfilter:
            case Code.Stsfld or Code.Initobj:
                Drop(1);
                break;
            case Code.Ldnull:
                stack.Add(new StackValue(_null, Producer: instruction));
                break;
            case >= Code.Ldc_I4_M1 and <= Code.Ldc_I4:
                Push(_system.Int32);
                break;
            case Code.Ldc_I8:
                Push(_system.Int64);
                break;
            case Code.Ldc_R4:
                Push(_system.Single);
                break;
            case Code.Ldc_R8:
                Push(_system.Double);
                break;
            case Code.Dup:
                stack.Add(stack.Count > 0 ? stack[^1] : throw new UnknownILException("dup on an empty stack"));
                break;
            case Code.Call or Code.Callvirt or Code.Newobj:
                var callee = (MethodReference)instruction.Operand;
                bool isNew = instruction.OpCode.Code == Code.Newobj;
                Drop(callee.Parameters.Count + (callee.HasThis && !isNew ? 1 : 0));
                if (isNew) Push(callee.DeclaringType);
                else if (callee.ReturnType.Bare().MetadataType != MetadataType.Void) Push(callee.ReturnType.Through(callee));
                break;
            case Code.Calli:
                var signature = (CallSite)instruction.Operand;
                Drop(1 + signature.Parameters.Count + (signature.HasThis ? 1 : 0));
                if (signature.ReturnType.MetadataType != MetadataType.Void) Push(signature.ReturnType);
                break;
            case Code.Ldind_I1 or Code.Ldind_U1 or Code.Ldind_I2 or Code.Ldind_U2 or Code.Ldind_I4 or Code.Ldind_U4:
                Drop(1);
                Push(_system.Int32);
                break;
            case Code.Ldind_I8:
                Drop(1);
                Push(_system.Int64);
                break;
            case Code.Ldind_I:
                Drop(1);
                Push(_system.IntPtr);
                break;
            case Code.Ldind_R4:
                Drop(1);
                Push(_system.Single);
                break;
            case Code.Ldind_R8:
                Drop(1);
                Push(_system.Double);
                break;
            case Code.Ldind_Ref:
                TypeReference target = Pop().Type.Bare();
                Push(target is ByReferenceType reference ? reference.ElementType : _system.Object);
                break;
            case Code.Stind_I or Code.Stind_I1 or Code.Stind_I2 or Code.Stind_I4 or Code.Stind_I8 or Code.Stind_R4 or Code.Stind_R8 or Code.Stind_Ref:
            case Code.Stfld or Code.Stobj or Code.Cpobj:
            case >= Code.Beq and <= Code.Blt_Un:
            case >= Code.Beq_S and <= Code.Blt_Un_S:
                Drop(2);
                break;
            case Code.Add or Code.Sub or Code.Mul or Code.Div or Code.Div_Un or Code.Rem or Code.Rem_Un or Code.And or Code.Or or Code.Xor:
            case Code.Add_Ovf or Code.Add_Ovf_Un or Code.Sub_Ovf or Code.Sub_Ovf_Un or Code.Mul_Ovf or Code.Mul_Ovf_Un:
                TypeReference right = Pop().Type;
                Push(Arithmetic(Pop().Type, right));
                break;
            case Code.Shl or Code.Shr or Code.Shr_Un:
                Drop(1);
                Push(Pop().Type);
                break;
            case Code.Neg or Code.Not:
                Push(Pop().Type);
                break;
            case Code.Ckfinite:
                Push(Pop().Type);
                break;
            case Code.Ceq or Code.Cgt or Code.Cgt_Un or Code.Clt or Code.Clt_Un:
                Drop(2);
                Push(_system.Int32);
                break;
            case Code.Conv_I1 or Code.Conv_I2 or Code.Conv_I4 or Code.Conv_U1 or Code.Conv_U2 or Code.Conv_U4:
            case Code.Conv_Ovf_I1 or Code.Conv_Ovf_I2 or Code.Conv_Ovf_I4 or Code.Conv_Ovf_U1 or Code.Conv_Ovf_U2 or Code.Conv_Ovf_U4:
            case Code.Conv_Ovf_I1_Un or Code.Conv_Ovf_I2_Un or Code.Conv_Ovf_I4_Un or Code.Conv_Ovf_U1_Un or Code.Conv_Ovf_U2_Un or Code.Conv_Ovf_U4_Un:
                Drop(1);
                Push(_system.Int32);
                break;
            case Code.Conv_I8 or Code.Conv_U8 or Code.Conv_Ovf_I8 or Code.Conv_Ovf_U8 or Code.Conv_Ovf_I8_Un or Code.Conv_Ovf_U8_Un:
                Drop(1);
                Push(_system.Int64);
                break;
            case Code.Conv_R4:
                Drop(1);
                Push(_system.Single);
                break;
            case Code.Conv_R8 or Code.Conv_R_Un:
                Drop(1);
                Push(_system.Double);
                break;
            case Code.Conv_I or Code.Conv_U or Code.Conv_Ovf_I or Code.Conv_Ovf_U or Code.Conv_Ovf_I_Un or Code.Conv_Ovf_U_Un:
                TypeReference converted = Pop().Type;
                Push(converted.IsByRefLike() || converted.IsPointer() ? new PointerType(_system.Void) : _system.IntPtr);
                break;
            case Code.Ldobj:
                Drop(1);
                Push((TypeReference)instruction.Operand);
                break;
            case Code.Ldstr:
                Push(_system.String);
                break;
            case Code.Castclass or Code.Unbox_Any:
                Drop(1);
                Push((TypeReference)instruction.Operand);
                break;
            case Code.Isinst or Code.Box:
                Drop(1);
                TypeReference boxed = (TypeReference)instruction.Operand;
                Push(boxed.IsObjectReference() ? boxed : _system.Object);
                break;
            case Code.Unbox:
                Drop(1);
                Push(new ByReferenceType((TypeReference)instruction.Operand));
                break;
            case Code.Ldfld:
                Drop(1);
                Push(FieldType(instruction));
                break;
            case Code.Ldflda:
                TypeReference holder = Pop().Type;
                Push(holder.IsPointer() ? new PointerType(FieldType(instruction)) : new ByReferenceType(FieldType(instruction).Bare()));
                break;
            case Code.Ldsfld:
                Push(FieldType(instruction));
                break;
            case Code.Ldsflda:
                Push(new ByReferenceType(FieldType(instruction).Bare()));
                break;
            case Code.Newarr:
                Drop(1);
                Push(new ArrayType((TypeReference)instruction.Operand));
                break;
            case Code.Ldlen:
                Drop(1);
                Push(_system.IntPtr);
                break;
            case Code.Ldelema:
                Drop(2);
                Push(new ByReferenceType((TypeReference)instruction.Operand));
                break;
            case Code.Ldelem_I1 or Code.Ldelem_U1 or Code.Ldelem_I2 or Code.Ldelem_U2 or Code.Ldelem_I4 or Code.Ldelem_U4:
                Drop(2);
                Push(_system.Int32);
                break;
            case Code.Ldelem_I8:
                Drop(2);
                Push(_system.Int64);
                break;
            case Code.Ldelem_I:
                Drop(2);
                Push(_system.IntPtr);
                break;
            case Code.Ldelem_R4:
                Drop(2);
                Push(_system.Single);
                break;
            case Code.Ldelem_R8:
                Drop(2);
                Push(_system.Double);
                break;
            case Code.Ldelem_Ref:
                Drop(1);
                TypeReference array = Pop().Type.Bare();
                Push(array is ArrayType vector ? vector.ElementType : _system.Object);
                break;
            case Code.Ldelem_Any:
                Drop(2);
                Push((TypeReference)instruction.Operand);
                break;
            case Code.Stelem_I or Code.Stelem_I1 or Code.Stelem_I2 or Code.Stelem_I4 or Code.Stelem_I8 or Code.Stelem_R4 or Code.Stelem_R8:
            case Code.Stelem_Ref or Code.Stelem_Any or Code.Cpblk or Code.Initblk:
                Drop(3);
                break;
            case Code.Ldtoken:
                Push(HandleType(instruction.Operand));
                break;
            case Code.Ldftn:
                Push(_system.IntPtr);
                break;
            case Code.Ldvirtftn:
                Drop(1);
                Push(_system.IntPtr);
                break;
            case Code.Sizeof:
                Push(_system.Int32);
                break;
            case Code.Localloc:
                Drop(1);
                Push(new PointerType(_system.Void));
                break;
            case Code.Mkrefany:
                Drop(1);
                Push(_system.TypedReference);
                break;
            case Code.Refanyval:
                Drop(1);
                Push(new ByReferenceType((TypeReference)instruction.Operand));
                break;
            case Code.Refanytype:
                Drop(1);
                Push(HandleType(_system.Object));
                break;
            default:
                throw new UnknownILException($"the instruction {instruction.OpCode.Name} is not woven");
        }
    }

    private static TypeReference FieldType(Instruction instruction)
    {
        var field = (FieldReference)instruction.Operand;
        return field.FieldType.Through(field);
    }

    private TypeReference HandleType(object token)
    {
        string name = token switch
        {
            FieldReference => "RuntimeFieldHandle",
            MethodReference => "RuntimeMethodHandle",
            _ => "RuntimeTypeHandle",
        };
        return new TypeReference("System", name, _method.Module, _system.CoreLibrary, valueType: true);
    }

    // ECMA-335 III.1.5, table 2: references and pointers win over native ints, native ints over int32.
    private TypeReference Arithmetic(TypeReference a, TypeReference b)
    {
        if (a is ByReferenceType && b is ByReferenceType) return _system.IntPtr;
        if (a is ByReferenceType) return a;
        if (b is ByReferenceType) return b;
        if (a.IsPointer()) return a;
        if (b.IsPointer()) return b;
        if (a.MetadataType == MetadataType.IntPtr || b.MetadataType == MetadataType.IntPtr) return _system.IntPtr;
        if (a.MetadataType == MetadataType.Double || b.MetadataType == MetadataType.Double) return _system.Double;
        return a;
    }
}
