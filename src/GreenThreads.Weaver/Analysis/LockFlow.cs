using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

// Which objects a lock call may get: abstract interpretation of one method. A value is the set of objects that it may be
// (empty: null, or a number); a stack slot or local is merged where paths join. Only when a value is used are its objects
// merged or shared: the compiler uses one temporary for several lock statements in turn, which must not mix their objects.

/// <summary>Follows lock objects through one method.</summary>
internal sealed class LockFlow
{
    private static readonly LockObject[] s_nothing = [];

    private readonly MethodDefinition _method;
    private readonly LockObjects _objects;
    private readonly FlowGraph _flow;
    private readonly State?[] _before;
    private readonly Stack<int> _pending = new();
    private readonly HashSet<int> _isOpaque = [];
    private readonly Dictionary<Instruction, LockObject[]> _foreign = [];

    // What finally and fault blocks put into locals: control comes back from there on ways that are not followed here.
    private readonly Dictionary<int, LockObject[]> _late = [];
    private bool _hasGrown;
    private readonly Dictionary<int, LockObject> _scopes = [];
    private readonly LockObject[] _caught = [LockObject.Foreign("it is an exception")];

    public LockFlow(MethodDefinition method, LockObjects objects)
    {
        _method = method;
        _objects = objects;
        _flow = new FlowGraph(method);
        _before = new State?[_flow.Instructions.Length];
    }

    /// <summary>Adds what the method does with lock objects.</summary>
    public void Run()
    {
        FindOpaqueLocals();
        do
        {
            _hasGrown = false;
            Array.Clear(_before);
            RunOnce();
        }
        while (_hasGrown);
    }

    private void RunOnce()
    {
        var none = new LockObject[_method.Body.Variables.Count][];
        Array.Fill(none, s_nothing);
        Enter(0, new State([], none));
        while (_pending.TryPop(out int number)) Step(number);
    }

    // Locals whose address is taken.
    private void FindOpaqueLocals()
    {
        for (int i = 0; i < _flow.Instructions.Length; i++)
        {
            Instruction instruction = _flow.Instructions[i];
            if (instruction.OpCode.Code is not (Code.Ldloca or Code.Ldloca_S)) continue;
            int local = Variables.LocalIndex(instruction);
            VariableDefinition variable = _method.Body.Variables[local];
            if (!LockCalls.IsScope(variable.VariableType)) _isOpaque.Add(local);
            else if (!LockCalls.IsScopeDispose(instruction.Next)) Scope(local).Share("its scope is used in other ways than to leave it");
        }
    }

    private void Enter(int number, State state)
    {
        if (_before[number] is not { } known)
        {
            _before[number] = state.Copy();
            _pending.Push(number);
        }
        else if (known.Join(state))
        {
            _pending.Push(number);
        }
    }

    private void Step(int number)
    {
        Instruction instruction = _flow.Instructions[number];
        State state = _before[number]!.Copy();
        EnterHandlers(number, state);
        Apply(instruction, state);
        if (IsStoreOfLocal(instruction) && _flow.InHandler[number]?.HandlerType is ExceptionHandlerType.Finally or ExceptionHandlerType.Fault)
            KeepLate(Variables.LocalIndex(instruction), state);
        if (instruction.OpCode.Code is Code.Leave or Code.Leave_S) state.Stack.Clear();
        EnterHandlers(number, state);
        foreach (int successor in _flow.Successors(number)) Enter(successor, state);
    }

    private void EnterHandlers(int number, State state)
    {
        if (_flow.HandlersOf[number] is not { } handlers) return;
        foreach (ExceptionHandler handler in handlers)
        {
            List<LockObject[]> stack = handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter ? [_caught] : [];
            Enter(_flow.Number(handler.HandlerStart), new State(stack, state.Locals));
            if (handler.FilterStart is not null) Enter(_flow.Number(handler.FilterStart), new State(stack, state.Locals));
        }
    }

    private void KeepLate(int local, State state)
    {
        LockObject[] known = _late.GetValueOrDefault(local, s_nothing);
        LockObject[] all = State.Join(known, state.Locals[local]);
        _hasGrown |= !ReferenceEquals(all, known);
        _late[local] = all;
    }

    private void Apply(Instruction instruction, State state)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Nop or Code.Br or Code.Br_S:
                return;
            case Code.Dup:
                LockObject[] top = state.Pop();
                state.Push(top);
                state.Push(top);
                return;
            case Code.Ldnull:
                state.Push(s_nothing);
                return;
            case Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc or Code.Ldloc_S:
                int local = Variables.LocalIndex(instruction);
                if (IsGreen(_method.Body.Variables[local].VariableType)) state.Push(Green(instruction));
                else state.Push(_isOpaque.Contains(local) ? Foreign(instruction, "it is in a variable that is passed by reference")
                    : State.Join(state.Locals[local], _late.GetValueOrDefault(local, s_nothing)));
                return;
            case Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc or Code.Stloc_S:
                int stored = Variables.LocalIndex(instruction);
                LockObject[] value = state.Pop();
                if (_isOpaque.Contains(stored)) Share(value, "it is in a variable that is passed by reference");
                else if (LockCalls.IsScope(_method.Body.Variables[stored].VariableType)) MergeAll(value, Scope(stored));
                else state.Locals[stored] = value;
                return;
            case Code.Ldloca or Code.Ldloca_S when LockCalls.IsScopeDispose(instruction.Next):
                state.Push([Scope(Variables.LocalIndex(instruction))]);
                return;
            case Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg or Code.Ldarg_S:
                int argument = Variables.ArgumentIndex(instruction, _method);
                state.Push(IsGreen(Variables.ArgumentType(_method, argument)) ? Green(instruction) : Foreign(instruction, ArgumentReason(argument)));
                return;
            case Code.Ldfld or Code.Ldsfld:
                if (instruction.OpCode.Code == Code.Ldfld) state.Pop();
                state.Push(OfField(instruction));
                return;
            case Code.Stfld or Code.Stsfld:
                LockObject[] assigned = state.Pop();
                if (instruction.OpCode.Code == Code.Stfld) state.Pop();
                var target = (FieldReference)instruction.Operand;
                if (_objects.OfField(target) is { } held) MergeAll(assigned, held);
                else Share(assigned, $"it is assigned to '{target.Name}'");
                return;
            case Code.Ldflda or Code.Ldsflda or Code.Ldtoken when instruction.Operand is FieldReference reference:
                _objects.OfField(reference)?.Share($"the field '{reference.Name}' is passed by reference");
                if (instruction.OpCode.Code == Code.Ldflda) state.Pop();
                state.Push(s_nothing);
                return;
            case Code.Brtrue or Code.Brtrue_S or Code.Brfalse or Code.Brfalse_S or Code.Pop:
            case Code.Ceq or Code.Beq or Code.Beq_S or Code.Bne_Un or Code.Bne_Un_S or Code.Cgt_Un:
                Drop(instruction, state, reason: null);
                return;
            case Code.Ret:
                if (_method.ReturnType.MetadataType != MetadataType.Void) Share(state.Pop(), "it is returned");
                return;
            case Code.Call or Code.Callvirt or Code.Newobj:
                ApplyCall(instruction, state);
                return;
            default:
                Drop(instruction, state, "it is used for more than to be locked");
                return;
        }
    }

    private void ApplyCall(Instruction instruction, State state)
    {
        var callee = (MethodReference)instruction.Operand;
        bool isNew = instruction.OpCode.Code == Code.Newobj;
        int count = callee.Parameters.Count + (callee.HasThis && !isNew ? 1 : 0);
        var arguments = new LockObject[count][];
        for (int i = count - 1; i >= 0; i--) arguments[i] = state.Pop();
        if (LockCalls.IsAllocation(instruction))
        {
            if (!_foreign.TryGetValue(instruction, out LockObject[]? made))
            {
                var one = new LockObject();
                one.AddAllocation(_method, instruction);
                _foreign.Add(instruction, made = [one]);
            }
            state.Push(made);
            return;
        }
        bool isLockCall = LockCalls.IsMonitorCall(instruction) || LockCalls.IsLockCall(instruction) || LockCalls.IsScopeDispose(instruction);
        if (isLockCall && arguments[0].Length > 0)
        {
            LockObject one = MergeAll(arguments[0], null);
            _objects.Add(new LockCall(_method, instruction, one, ScopeOf(instruction)));
        }
        for (int i = isLockCall ? 1 : 0; i < count; i++) Share(arguments[i], $"it is passed to {callee.DeclaringType.Name.Split('`')[0]}.{callee.Name}");
        if (!isNew && callee.ReturnType.MetadataType == MetadataType.Void) return;
        if (isLockCall && LockCalls.IsEnterScope(instruction)) state.Push(arguments[0]);
        else if (IsGreen(isNew ? callee.DeclaringType : callee.ReturnType)) state.Push(Green(instruction));
        else state.Push(Foreign(instruction, $"it comes from {callee.DeclaringType.Name.Split('`')[0]}.{callee.Name}"));
    }

    private VariableDefinition? ScopeOf(Instruction call)
    {
        Instruction? other = LockCalls.IsEnterScope(call) ? call.Next : LockCalls.IsScopeDispose(call) ? call.Previous : null;
        return other is not null && (IsStoreOfLocal(other) || other.OpCode.Code is Code.Ldloca or Code.Ldloca_S)
            ? _method.Body.Variables[Variables.LocalIndex(other)]
            : null;
    }

    // All locks whose scope is kept in one local are green or none is: the local can have one type only.
    private LockObject Scope(int local)
    {
        if (!_scopes.TryGetValue(local, out LockObject? scope)) _scopes.Add(local, scope = new LockObject());
        return scope;
    }

    private LockObject[] OfField(Instruction instruction)
    {
        var field = (FieldReference)instruction.Operand;
        if (IsGreen(field.FieldType)) return Green(instruction);
        return _objects.OfField(field) is { } held ? [held] : Foreign(instruction, $"'{field.Name}' is used for more than to be locked");
    }

    private string ArgumentReason(int argument)
    {
        int parameter = argument - (_method.HasThis ? 1 : 0);
        return parameter < 0 ? "it is 'this'" : $"'{_method.Parameters[parameter].Name}' is a parameter";
    }

    private LockObject[] Foreign(Instruction instruction, string reason)
    {
        if (!_foreign.TryGetValue(instruction, out LockObject[]? known)) _foreign.Add(instruction, known = [LockObject.Foreign(reason)]);
        return known;
    }

    private LockObject[] Green(Instruction instruction)
    {
        if (!_foreign.TryGetValue(instruction, out LockObject[]? known)) _foreign.Add(instruction, known = [new LockObject { IsGreenByType = true }]);
        return known;
    }

    private static bool IsGreen(TypeReference type) => type.FullName == "GreenThreads.GreenLock";

    private static void Share(LockObject[] value, string reason)
    {
        foreach (LockObject one in value)
        {
            if (!one.IsGreenByType) one.Share(reason);
        }
    }

    private static LockObject MergeAll(LockObject[] value, LockObject? into)
    {
        foreach (LockObject one in value)
        {
            if (into is null) into = one;
            else if (one.IsGreenByType != into.IsGreenByType) into.Share("it may be a GreenLock or another object");
            else into.Merge(one);
        }
        return into!;
    }

    private static bool IsStoreOfLocal(Instruction instruction) =>
        instruction.OpCode.Code is Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc or Code.Stloc_S;

    // Any other instruction: what it takes is used for it, what it gives is nothing that is followed.
    private void Drop(Instruction instruction, State state, string? reason)
    {
        int pops = StackEffects.Pops(instruction) ?? state.Stack.Count;
        for (int i = 0; i < pops; i++)
        {
            LockObject[] value = state.Pop();
            if (reason is not null) Share(value, reason);
        }
        int pushes = StackEffects.Pushes(instruction);
        for (int i = 0; i < pushes; i++) state.Push(Foreign(instruction, "it is used for more than to be locked"));
    }

    /// <summary>What the stack and the locals may hold.</summary>
    private sealed class State(List<LockObject[]> stack, LockObject[][] locals)
    {
        public List<LockObject[]> Stack { get; } = stack;

        public LockObject[][] Locals { get; } = locals;

        public State Copy() => new([.. Stack], [.. Locals]);

        public void Push(LockObject[] value) => Stack.Add(value);

        public LockObject[] Pop()
        {
            if (Stack.Count == 0) throw new UnknownILException("an empty stack");
            LockObject[] top = Stack[^1];
            Stack.RemoveAt(Stack.Count - 1);
            return top;
        }

        /// <summary>Adds what the other path brings; whether that was something new.</summary>
        public bool Join(State other)
        {
            if (Stack.Count != other.Stack.Count) throw new UnknownILException($"the stack is {Stack.Count} or {other.Stack.Count} deep at one instruction");
            bool changed = false;
            for (int i = 0; i < Stack.Count; i++)
            {
                LockObject[] joined = Join(Stack[i], other.Stack[i]);
                changed |= !ReferenceEquals(joined, Stack[i]);
                Stack[i] = joined;
            }
            for (int i = 0; i < Locals.Length; i++)
            {
                LockObject[] joined = Join(Locals[i], other.Locals[i]);
                changed |= !ReferenceEquals(joined, Locals[i]);
                Locals[i] = joined;
            }
            return changed;
        }

        public static LockObject[] Join(LockObject[] a, LockObject[] b)
        {
            LockObject[] result = a;
            foreach (LockObject one in b)
            {
                if (Array.IndexOf(result, one) < 0) result = [.. result, one];
            }
            return result;
        }
    }
}
