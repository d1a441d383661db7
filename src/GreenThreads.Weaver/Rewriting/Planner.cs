using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Decides for each call of a method whether it is a suspension point, and what is saved there.</summary>
internal sealed class Planner
{
    private readonly MethodDefinition _method;
    private readonly FlowGraph _flow;
    private readonly Suspendability _analysis;
    private readonly StackAnalysis _stacks;
    private readonly Liveness _liveness;
    private readonly RootAnalysis _roots;
    private readonly RefStructs _refStructs;
    private readonly MethodPlan _plan;
    private readonly int _arguments;
    private readonly bool _hasLockStatementsOnly;
    private readonly bool _savesNothingInTail;

    /// <param name="method">The method.</param>
    /// <param name="flow">Its code.</param>
    /// <param name="analysis">What is suspendable.</param>
    /// <param name="summaries">What methods return references into.</param>
    /// <param name="savesNothingInTail">Whether calls in tail position save no frame at all, not even for stack traces.</param>
    public Planner(MethodDefinition method, FlowGraph flow, Suspendability analysis, ReturnSummaries summaries, bool savesNothingInTail)
    {
        _savesNothingInTail = savesNothingInTail;
        _method = method;
        _flow = flow;
        _analysis = analysis;
        _stacks = new StackAnalysis(flow);
        _liveness = new Liveness(flow, _stacks);
        _refStructs = summaries.RefStructs;
        _roots = new RootAnalysis(flow, _stacks, summaries);
        _arguments = Variables.ArgumentCount(method);
        _hasLockStatementsOnly = Locks.AreStatements(method);
        _plan = new MethodPlan
        {
            StackBefore = instruction => [.. _stacks.Before(_flow.Number(instruction))!.Select(v => v with { Type = _stacks.StorageType(v) })],
        };
    }

    /// <summary>Plans a method that gets a woven body.</summary>
    public MethodPlan Plan()
    {
        for (int i = 0; i < _flow.Instructions.Length; i++)
        {
            Instruction instruction = _flow.Instructions[i];
            if (instruction.OpCode.Code == Code.Calli && _stacks.Before(i) is not null)
            {
                Pin(instruction, new CallTarget(CallKind.Plain, null!, null), DiagnosticId.IndirectCall, "it goes through a function pointer");
                continue;
            }
            if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj) || LoopPolls.IsPoll(instruction)) continue;
            CallTarget target = _analysis.Classify(instruction);
            if (target.IsSubstituted && LockCalls.IsMonitorCall(instruction) && _hasLockStatementsOnly) continue;
            if (target.IsSubstituted) _plan.Targets[instruction] = target;
            if (!target.CanSuspend || _stacks.Before(i) is not { } stack) continue;
            if (_flow.InHandler[i] is { } handler)
                Pin(instruction, target, DiagnosticId.WaitInHandler, ReasonIn(handler, target, i));
            else if (Locks.HeldAt(_flow, i) is { } exit)
                Pin(instruction, target, DiagnosticId.WaitUnderLock, HeldLock(exit));
            else if (target.Kind == CallKind.Slot && instruction.Previous is { OpCode.Code: Code.Constrained, Operand: GenericParameter receiver } && receiver.IsByRefLike())
                Pin(instruction, target, DiagnosticId.ReferenceAcrossWait, $"it is called on a {receiver.Name}, which may be a ref struct, in a way that does not tell what it calls");
            else if (target.Kind == CallKind.StaticSlot && Eligibility.HasOpenParameters(target.Definition!)) // entered as through a delegate
                Pin(instruction, target, DiagnosticId.ReferenceAcrossWait, "it is a static member of an interface and takes what may be a ref struct");
            else if (MakePoint(i, target, stack) is { } point)
                (_plan.Points[instruction], _plan.Targets[instruction]) = (point, target);
        }
        PlanPolls();
        foreach (SuspensionPoint point in _plan.Points.Values)
        {
            // what the call returns may point into what is captured before it: that is needed behind it
            if (_plan.Captures.TryGetValue(point.Call, out List<ObjectRoot>? captured)) point.HeldRoots.AddRange(captured.Where(r => !point.HeldRoots.Contains(r)));
        }
        return _plan;
    }

    // A loop polls behind a call that it passes in each turn, else at a point of its own, if that needs nothing but variables.
    private void PlanPolls()
    {
        for (int i = 0; i < _flow.Instructions.Length; i++)
        {
            Instruction poll = _flow.Instructions[i];
            if (!LoopPolls.IsPoll(poll)) continue;
            CallTarget target = _analysis.Classify(poll);
            bool canSuspend = _stacks.Before(i) is not null && _flow.InHandler[i] is null && Locks.HeldAt(_flow, i) is null;
            if (canSuspend && LoopPolls.PointInEachTurn(_flow, i, _plan) is { } passed) passed.IsPolled = true;
            else if (canSuspend && MakePoint(i, target, []) is { } point) (_plan.Points[poll], _plan.Targets[poll]) = (point, target);
            if (!_plan.Points.ContainsKey(poll)) LoopPolls.Remove(poll);
        }
    }

    // Fault blocks stay where HandlerHoisting leaves them.
    private string ReasonIn(ExceptionHandler handler, CallTarget target, int number) => handler.HandlerType switch
    {
        ExceptionHandlerType.Filter when number < _flow.Number(handler.HandlerStart) => "it is in an exception filter, which runs while the stack is still there",
        ExceptionHandlerType.Fault when !target.Definite => "it is in a finally block, and an exception passes through it",
        ExceptionHandlerType.Fault => "it is in a finally block that an exception may run, and an exception filter around it has to run first",
        _ => $"it is in a {handler.HandlerType.ToString().ToLowerInvariant()} block",
    };

    private string HeldLock(Instruction exit) => _analysis.Locks?.WhyShared(exit) is { } why
        ? $"a lock is held across it that code which is not woven may share: {why}"
        : "a lock is held across it";

    private void Pin(Instruction call, CallTarget target, DiagnosticId id, string reason)
    {
        if (!LoopPolls.IsPoll(call)) _plan.Pinned.Add(new PinnedCall(call, target, id, reason));
    }

    private SuspensionPoint? MakePoint(int number, CallTarget target, StackValue[] stack)
    {
        Instruction call = _flow.Instructions[number];
        var callee = (MethodReference)call.Operand;
        TypeReference? constrained = call.Previous?.OpCode.Code == Code.Constrained ? (TypeReference)call.Previous.Operand : null;
        List<TypeReference> argumentTypes = ArgumentTypes(callee, target, constrained, call.OpCode.Code == Code.Newobj);
        StackValue[] arguments = stack[^argumentTypes.Count..];
        StackValue[] pending = stack[..^argumentTypes.Count];
        bool returnsReference = call.OpCode.Code != Code.Newobj && callee.ReturnType.Through(callee).IsByRefLike();
        List<int> kept = KeptArguments(target, argumentTypes);
        bool takesReferences = returnsReference || kept.Count > 0 || argumentTypes.Any(t => t.IsByRefLike());
        bool isForwarding = pending.Length == 0 && IsTail(number, target, takesReferences);
        bool isExplicitTail = call.Previous?.OpCode.Code == Code.Tail; // as F# makes them: the frame is not wanted in traces either
        bool isTail = isForwarding && (_savesNothingInTail || isExplicitTail);
        var needs = new SavedState(this, call, target);
        if (!isTail)
        {
            foreach (int variable in _liveness.LiveAfter(number)) needs.AddVariable(variable);
            for (int i = 0; i < pending.Length; i++) needs.AddStack(RemadePlace.Pending, i, pending[i].Type, pending[i]);
        }
        for (int i = 0; i < arguments.Length; i++)
        {
            if (argumentTypes[i].IsByRefLike()) needs.AddStack(RemadePlace.Argument, i, argumentTypes[i], arguments[i]);
        }
        bool isPoll = LoopPolls.IsPoll(call);
        if (needs.IsPinned || isPoll && (needs.Roots.Count != 0 || _method.ReturnType.IsByRefLike())) return null;
        foreach (Root root in needs.Roots) Demand(root);

        List<StackValue> stored = [.. pending.Select(v => v with { Type = _stacks.StorageType(v) })];
        TypeReference? result = null;
        if (target.Kind == CallKind.Constructor) stored.Add(new StackValue(callee.DeclaringType));
        else if (call.OpCode.Code == Code.Newobj) result = callee.DeclaringType;
        else if (callee.ReturnType.Bare().MetadataType != MetadataType.Void) result = callee.ReturnType.Through(callee).Bare();
        return new SuspensionPoint
        {
            Number = _plan.Points.Count + 1,
            Call = call,
            Target = target,
            Constrained = target.Kind == CallKind.Direct ? null : constrained,
            Pending = stored,
            ArgumentTypes = argumentTypes,
            Result = result,
            Live = [.. needs.Variables],
            Remade = needs.Remade,
            HeldRoots = [.. needs.Roots.Where(r => r is ObjectRoot or ShadowRoot)],
            CanRepeat = takesReferences,
            KeptArguments = kept,
            NeedsCaller = needs.NeedsCaller || _method.ReturnType.IsByRefLike(), // which can only be returned to a caller on the stack
            IsPoll = isPoll,
            IsTail = isTail,
            IsExplicitTail = isTail && isExplicitTail,
            IsForwarding = isForwarding,
            IsGuarded = _flow.HandlersOf[number] is not null,
        };
    }

    // What a delegate calls takes no values by such a parameter, or is not entered woven (StubEmitter).
    private static List<int> KeptArguments(CallTarget target, List<TypeReference> types)
    {
        if (target.Kind == CallKind.Delegate || target.IsSubstituted || target.Definition is not { } callee || !Eligibility.HasOpenParameters(callee)) return [];
        int first = types.Count - callee.Parameters.Count;
        return [.. Enumerable.Range(0, callee.Parameters.Count).Where(i => callee.Parameters[i].ParameterType.IsOpenParameter()).Select(i => first + i).Where(i => !types[i].IsByRefLike())];
    }

    private static List<TypeReference> ArgumentTypes(MethodReference callee, CallTarget target, TypeReference? constrained, bool isNew)
    {
        var types = new List<TypeReference>();
        if (target.IsSubstituted)
        {
            foreach (ParameterDefinition parameter in target.Callee.Parameters) types.Add(parameter.ParameterType.Through(target.Callee).Bare());
            return types;
        }
        if (callee.HasThis && !isNew)
        {
            bool isStruct = target.Definition?.DeclaringType.IsValueType ?? callee.DeclaringType.IsValueType;
            types.Add(constrained is not null ? new ByReferenceType(constrained) : isStruct ? new ByReferenceType(callee.DeclaringType) : callee.DeclaringType);
        }
        foreach (ParameterDefinition parameter in callee.Parameters) types.Add(parameter.ParameterType.Through(callee).Bare());
        return types;
    }

    // `return Callee(…);`: the callee's result is the method's, so the caller can take it directly.
    private bool IsTail(int number, CallTarget target, bool takesReferences)
    {
        if (takesReferences || _flow.HandlersOf[number] is not null || target.Kind == CallKind.Constructor) return false;
        Instruction call = _flow.Instructions[number];
        if (call.Next?.OpCode.Code != Code.Ret || call.OpCode.Code == Code.Newobj) return false;
        var callee = (MethodReference)call.Operand;
        TypeReference result = callee.ReturnType.Through(callee).Bare();
        TypeReference own = _method.ReturnType.Bare();
        if (result.MetadataType == MetadataType.Void || own.MetadataType == MetadataType.Void) return result.MetadataType == own.MetadataType;
        return result.FullName == own.FullName || result.IsObjectReference() && own.IsObjectReference();
    }

    // Has the rewriter keep what the root names in a local.
    private void Demand(Root root)
    {
        if (root is ChoiceRoot choice)
        {
            foreach (Root candidate in choice.Candidates) Demand(candidate);
        }
        if (root is ObjectRoot captured)
        {
            if (!_plan.Captures.TryGetValue(captured.Producer, out List<ObjectRoot>? captures)) _plan.Captures.Add(captured.Producer, captures = []);
            if (!captures.Contains(captured)) captures.Add(captured);
        }
        if (root is not ShadowRoot shadow) return;
        foreach (int definition in _roots.DefinitionsOf(shadow.Local))
        {
            if (_stacks.Before(definition) is null || _plan.Shadows.ContainsKey(_flow.Instructions[definition])) continue;
            Root? source = _roots.IsClearing(definition) ? null : _roots.OfDefinition(definition);
            if (source is EmptyRoot) source = null;
            _plan.Shadows.Add(_flow.Instructions[definition], (shadow.Local, source));
            if (source is not null) Demand(source);
        }
    }

    private TypeReference TypeOf(int variable) =>
        variable < _arguments ? Variables.ArgumentType(_method, variable) : _method.Body.Variables[variable - _arguments].VariableType;

    private string NameOf(int variable)
    {
        if (variable < _arguments)
        {
            int parameter = variable - (_method.HasThis ? 1 : 0);
            return parameter < 0 ? "'this'" : $"'{_method.Parameters[parameter].Name}'";
        }
        VariableDefinition local = _method.Body.Variables[variable - _arguments];
        return _method.DebugInformation.TryGetName(local, out string name) ? $"'{name}'" : "a temporary";
    }

    private bool CanBeMade(TypeReference type) =>
        type.Bare() is ByReferenceType || type.Bare().GetElementType().FullName is "System.Span`1" or "System.ReadOnlySpan`1" || _refStructs.LeavesOf(type) is not null;

    private static string Describe(TypeReference type) =>
        type.Bare() is ByReferenceType reference ? $"reference to {reference.ElementType.Name}" : type.Bare().Name.Split('`')[0];

    /// <summary>Collects what a suspension at one call has to save; finds that it cannot be saved.</summary>
    private sealed class SavedState(Planner planner, Instruction call, CallTarget target)
    {
        public SortedSet<int> Variables { get; } = [];

        public List<RemadeValue> Remade { get; } = [];

        public List<Root> Roots { get; } = [];

        public bool NeedsCaller { get; private set; }

        public bool IsPinned { get; private set; }

        public void AddVariable(int variable)
        {
            TypeReference type = planner.TypeOf(variable);
            bool isArgument = variable < planner._arguments;
            if (variable == 0 && planner._method.HasThis && !type.IsByRefLike()) return; // has a place of its own in the frame
            if (Variables.Contains(variable) || Remade.Any(r => r.Place == RemadePlace.Local && r.Index == variable - planner._arguments)) return;
            if (type is PinnedType || type.IsPointer())
            {
                Pin(DiagnosticId.PointerAcrossWait, $"{planner.NameOf(variable)} is {(type is PinnedType ? "pinned (fixed)" : "a pointer")} and in use across it");
            }
            else if (!type.IsByRefLike())
            {
                Variables.Add(variable);
            }
            else if (isArgument)
            {
                Use(planner._roots.OfArgument(variable), planner.NameOf(variable), type);
            }
            else
            {
                int local = variable - planner._arguments;
                Root? root = planner.CanBeMade(type) ? planner._roots.OfLocal(local) : null;
                if (Use(root, planner.NameOf(variable), type)) Remade.Add(new RemadeValue(RemadePlace.Local, local, type.Bare(), root!, IsWhole: false));
            }
        }

        public void AddStack(RemadePlace place, int index, TypeReference type, StackValue value)
        {
            if (type.IsPointer())
            {
                if (place == RemadePlace.Pending) Pin(DiagnosticId.PointerAcrossWait, "a pointer is in use across it");
                return;
            }
            if (!type.IsByRefLike()) return;
            // of a type parameter only the caller knows what it is
            Root? root = planner.CanBeMade(type) ? planner._roots.Of(value)
                : type.IsOpenParameter() && value.Origin == OriginKind.Argument ? planner._roots.OfArgument(value.Index) : null;
            if (!Use(root, null, type)) return;
            bool isWhole = planner._refStructs.LeavesOf(type) is null && (root is EmptyRoot || root is not ChoiceRoot && ( root is StaticRoot && value.Producer?.OpCode.Code == Code.Ldsflda || value.Producer?.OpCode.Code is Code.Ldloca or Code.Ldloca_S or Code.Ldarga or Code.Ldarga_S
                || root is ParameterRoot && value.Origin == OriginKind.Argument));
            Remade.Add(new RemadeValue(place, index, type.Bare(), root!, isWhole));
        }

        private bool Use(Root? root, string? name, TypeReference type)
        {
            if (root is null)
            {
                Pin(DiagnosticId.ReferenceAcrossWait, $"{(name is null ? "a" : $"{name}, a")} {Describe(type)}{(name is null ? "" : ",")} is in use across it and cannot be made again");
                return false;
            }
            foreach (Root each in root.Each())
            {
                if (each is ParameterRoot or LeafRoot) NeedsCaller = true;
                if (each is VariableRoot variable) AddVariable(variable.Variable);
                if (!Roots.Contains(each)) Roots.Add(each);
            }
            return !IsPinned;
        }

        private void Pin(DiagnosticId id, string reason)
        {
            if (!IsPinned) planner.Pin(call, target, id, reason);
            IsPinned = true;
        }
    }
}
