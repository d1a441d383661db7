using System.Diagnostics.CodeAnalysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using GreenThreads.Weaver.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Decides which methods of the module can reach a wait and are woven (least fixed point over the call graph; the world
/// is open for delegates and for members that code elsewhere can override), and what each call calls.
/// </summary>
internal sealed class Suspendability
{
    private readonly ModuleDefinition _module;
    private readonly DiagnosticSink _diagnostics;
    private readonly SubstitutionTable _substitutions;
    private readonly OpenWorld _world;
    private readonly Dictionary<MethodDefinition, string?> _eligible = [];
    private readonly HashSet<MethodDefinition> _suspendable = [];
    private readonly HashSet<MethodDefinition> _definite = [];
    private readonly List<MethodDefinition> _methods;
    private CallGraph _definiteCalls;
    private CallGraph _calls;

    // by reference: the module has one object for each method that its IL names
    private readonly Dictionary<MethodReference, MethodDefinition?> _resolved = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(MethodReference, Code), CallShape> _shapes = new(ShapeKeys.Instance);
    private readonly Dictionary<MethodDefinition, MethodDefinition> _roots = [];

    // calls that wait only if somebody waits in a lock, which is only possible
    private readonly HashSet<Instruction> _possible = new(ReferenceEqualityComparer.Instance);

    public Suspendability(ModuleDefinition module, RuntimeTypes runtime, DiagnosticSink diagnostics, bool isLibrary)
    {
        _module = module;
        _diagnostics = diagnostics;
        _substitutions = new SubstitutionTable(module, runtime.Runtime);
        _world = new OpenWorld(module, isLibrary);
        Slots = new SlotTable(module);
        _methods = [.. module.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods).Where(m => m.HasBody)];
        HandWoven = [.. _methods.Where(m => m.Has(WovenNames.HandWovenAttribute))];
        Analyse();
    }

    /// <summary>Decides from the code as it is now.</summary>
    [MemberNotNull(nameof(_definiteCalls), nameof(_calls))]
    public void Analyse()
    {
        _definiteCalls = new CallGraph(Slots);
        _calls = new CallGraph(Slots);
        _suspendable.Clear();
        _definite.Clear();
        foreach (MethodDefinition method in _methods)
        {
            if (!HandWoven.Contains(method) && WhyNot(method) is null) AddDefiniteCalls(method);
        }
        SolveDefinite();
        foreach (MethodDefinition method in _methods)
        {
            if (!HandWoven.Contains(method) && WhyNot(method) is null) AddCalls(method);
        }
        Solve();
    }

    /// <summary>Whether a call that can suspend is not to be taken for one that is known to.</summary>
    public void SetPossible(Instruction call, bool isPossible)
    {
        if (isPossible) _possible.Add(call);
        else _possible.Remove(call);
    }

    public SlotTable Slots { get; }

    /// <summary>The objects that are locked; null before they have been looked for.</summary>
    public LockObjects? Locks { get; set; }

    /// <summary>The methods of the runtime library whose woven body is in the source.</summary>
    public HashSet<MethodDefinition> HandWoven { get; }

    /// <summary>Whether the method has, or will have, a woven body.</summary>
    public bool IsSuspendable(MethodDefinition method) =>
        method.Module == _module ? _suspendable.Contains(method) : External(method) is not null;

    /// <summary>Whether a method is known to wait.</summary>
    public bool IsDefinite(MethodDefinition method) =>
        method.Module == _module ? _definite.Contains(method) : External(method) is not null && method.DeclaringType.FullName != Disposal;

    // most of what is disposed does not wait
    private const string Disposal = "GreenThreads.Substitutions.StreamDisposal";

    /// <summary>Why a method that can reach a wait is not woven; null when it may be.</summary>
    public string? WhyNot(MethodDefinition method)
    {
        if (!_eligible.TryGetValue(method, out string? reason)) _eligible.Add(method, reason = Eligibility.WhyNot(method));
        return reason;
    }

    /// <summary>The woven body of a method of another assembly.</summary>
    public MethodDefinition? External(MethodDefinition method) => _world.BodyOf(method);

    /// <summary>What a call, callvirt or newobj instruction calls.</summary>
    public CallTarget Classify(Instruction instruction)
    {
        CallShape shape = ShapeOf(instruction);
        bool definite = shape.Kind switch
        {
            _ when shape.IsSubstituted => true,
            _ when _possible.Contains(instruction) => false,
            CallKind.Direct or CallKind.Constructor or CallKind.NewStruct => IsDefinite(shape.Definition!),
            CallKind.Slot or CallKind.StaticSlot => shape.IsOwnSlot && Slots.ImplementationsOf(shape.Root!).Any(IsDefinite),
            _ => false,
        };
        bool hasWaiting = shape.Kind switch
        {
            CallKind.Slot or CallKind.StaticSlot => shape.IsImplementedElsewhere || Slots.ImplementationsOf(shape.Root!).Any(IsSuspendable),
            CallKind.Direct => shape.Definition!.Module == _module && Eligibility.IsPartOfIterator(shape.Definition) && HasWaitingCall(shape.Definition),
            _ => false,
        };
        bool suspends = shape.Kind switch
        {
            CallKind.Direct or CallKind.Constructor or CallKind.NewStruct => IsSuspendable(shape.Definition!),
            CallKind.Slot or CallKind.StaticSlot => shape.IsAlways || hasWaiting,
            CallKind.Delegate => true,
            _ => false,
        };
        // a call that does not suspend stays as it is compiled
        MethodReference callee = suspends || shape.IsSubstituted ? shape.Callee : (MethodReference)instruction.Operand;
        return new CallTarget(suspends ? shape.Kind : CallKind.Plain, callee, shape.Definition)
        {
            IsSubstituted = shape.IsSubstituted,
            LoadReceiver = shape.LoadReceiver,
            Key = shape.Key,
            Contract = shape.Contract,
            IsOwnSlot = shape.IsOwnSlot,
            Definite = definite,
            FlushesStream = shape.Kind == CallKind.Direct && shape.Definition!.DeclaringType.FullName == Disposal,
            HasWaitingImplementation = hasWaiting,
        };
    }

    // What a finally block of an iterator calls is called in the place of the call of the block.
    private bool HasWaitingCall(MethodDefinition part) =>
        IsSuspendable(part) && part.Body.Instructions.Any(i => i.OpCode.Code is Code.Call or Code.Callvirt && Classify(i) is { Definite: true } or { HasWaitingImplementation: true });

    private CallShape ShapeOf(Instruction instruction)
    {
        var callee = (MethodReference)instruction.Operand;
        if (instruction.Previous?.OpCode.Code == Code.Constrained) return MakeShape(instruction, callee);
        if (_shapes.TryGetValue((callee, instruction.OpCode.Code), out CallShape? shape)) return shape;
        shape = MakeShape(instruction, callee);
        _shapes.Add((callee, instruction.OpCode.Code), shape);
        return shape;
    }

    private CallShape MakeShape(Instruction instruction, MethodReference callee)
    {
        bool isNew = instruction.OpCode.Code == Code.Newobj;
        bool isVirtual = instruction.OpCode.Code == Code.Callvirt;
        if (callee.DeclaringType is ArrayType || Resolve(callee) is not { } definition) return new CallShape(CallKind.Plain, callee, null);
        bool isConstrained = instruction.Previous?.OpCode.Code == Code.Constrained;

        if (!isConstrained && (isVirtual || isNew || !definition.IsVirtual) && _substitutions.Find(callee, definition, isNew) is var (substitute, row))
        {
            return new CallShape(IsSuspendable(row) ? CallKind.Direct : CallKind.Plain, substitute, row)
            {
                IsSubstituted = true,
                LoadReceiver = definition.HasThis && !isNew && definition.DeclaringType.IsValueType,
            };
        }
        if (isConstrained)
        {
            if (!definition.IsVirtual) return new CallShape(CallKind.Plain, callee, definition);
            if (definition.IsStatic) return OnSlot(CallKind.StaticSlot, callee, definition);
            var receiver = (TypeReference)instruction.Previous!.Operand;
            if (receiver is not GenericParameter && receiver.Resolve() is { IsValueType: true } type
                && OnStruct(callee, definition, receiver, type) is { } own)
            {
                return own;
            }
        }
        if (isNew)
        {
            if (!CanHaveBody(definition)) return new CallShape(CallKind.Plain, callee, definition);
            return definition.DeclaringType.IsValueType
                ? new CallShape(CallKind.NewStruct, callee, definition)
                : new CallShape(CallKind.Constructor, callee, definition) { Key = Signatures.Id(definition) };
        }
        if (definition.Name == "Invoke" && definition.DeclaringType.IsDelegate())
            return new CallShape(CallKind.Delegate, callee, definition);
        if (isVirtual && definition.IsOverridable() || isConstrained)
            return OnSlot(CallKind.Slot, callee, definition);
        return new CallShape(CanHaveBody(definition) ? CallKind.Direct : CallKind.Plain, callee, definition);
    }

    // Of another assembly's methods it is known already.
    private bool CanHaveBody(MethodDefinition definition) => definition.Module == _module || External(definition) is not null;

    private CallShape OnSlot(CallKind kind, MethodReference callee, MethodDefinition definition)
    {
        MethodDefinition root = RootOf(definition);
        return new CallShape(kind, callee, definition)
        {
            Root = root,
            Key = Signatures.Id(root),
            Contract = root.DeclaringType is { IsInterface: true, HasGenericParameters: true } ? callee.DeclaringType : null,
            IsAlways = _world.IsOpen(root),
            IsImplementedElsewhere = _world.IsImplementedElsewhere(root),
            IsOwnSlot = _world.IsWoven(root),
        };
    }

    // A constrained call on a known struct: its own method, called by reference. Null where it has none but the interface
    // does: a default implementation is called on a box.
    private CallShape? OnStruct(MethodReference callee, MethodDefinition definition, TypeReference receiver, TypeDefinition type)
    {
        MethodDefinition root = RootOf(definition);
        IReadOnlyList<TypeReference> arguments = receiver is GenericInstanceType instance ? [.. instance.GenericArguments] : [];
        MethodDefinition? implementation = type.Module == _module
            ? Slots.ImplementationsOf(root).FirstOrDefault(m => m.DeclaringType == type && Slots.SlotsOf(m).Any(s =>
                s.Root == root && (!root.DeclaringType.IsInterface || s.Reference.DeclaringType.Substitute(arguments, []).FullName == callee.DeclaringType.FullName)))
            : type.Methods.FirstOrDefault(m => m.IsVirtual && m.Name == definition.Name && m.Parameters.Count == definition.Parameters.Count && External(m) is not null);
        if (implementation is null) return root is { DeclaringType.IsInterface: true, HasBody: true } ? null : new CallShape(CallKind.Plain, callee, definition);
        MethodReference own = SlotTable.On(_module.ImportReference(implementation), receiver).WithArgumentsOf(callee);
        return new CallShape(CallKind.Direct, own, implementation);
    }

    private MethodDefinition RootOf(MethodDefinition definition)
    {
        if (!_roots.TryGetValue(definition, out MethodDefinition? root)) _roots.Add(definition, root = SlotTable.RootOf(definition));
        return root;
    }

    /// <summary>The definition of a method; null, and reported, where its assembly is not among the references.</summary>
    public MethodDefinition? Resolve(MethodReference callee)
    {
        if (_resolved.TryGetValue(callee, out MethodDefinition? definition)) return definition;
        definition = ResolveCore(callee);
        _resolved.Add(callee, definition);
        return definition;
    }

    private MethodDefinition? ResolveCore(MethodReference callee)
    {
        try
        {
            return callee.Resolve();
        }
        catch (AssemblyResolutionException exception)
        {
            _diagnostics.Warn(DiagnosticId.UnresolvedReference, null,
                $"{exception.AssemblyReference.Name} is not among the references of {_module.Name}: calls into it are taken not to wait; add the reference");
            return null;
        }
    }

    /// <summary>Takes methods out and decides anew: it turned out that they cannot be woven, for the reasons given.</summary>
    public void Exclude(IReadOnlyDictionary<MethodDefinition, string> reasons)
    {
        foreach ((MethodDefinition method, string reason) in reasons) _eligible[method] = reason;
        _suspendable.Clear();
        _definite.Clear();
        SolveDefinite();
        Solve();
    }

    /// <summary>Makes a new method suspendable that does nothing but call another one.</summary>
    public void IncludeForwarder(MethodDefinition method, MethodDefinition callee)
    {
        _calls.AddCall(method, callee);
        _definiteCalls.AddCall(method, callee);
        _suspendable.Add(method);
        if (IsDefinite(callee)) _definite.Add(method);
    }

    private void SolveDefinite()
    {
        foreach (MethodDefinition method in HandWoven) _definite.Add(method);
        _definiteCalls.Solve(_definite, m => WhyNot(m) is null);
    }

    private void Solve()
    {
        foreach (MethodDefinition method in _definite) _suspendable.Add(method);
        _calls.Solve(_suspendable, m => WhyNot(m) is null);
    }

    private void AddDefiniteCalls(MethodDefinition method)
    {
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj)) continue;
            var callee = (MethodReference)instruction.Operand;
            if (callee.DeclaringType is ArrayType || Resolve(callee) is not { } definition) continue;
            if (definition.Module == _module)
            {
                _definiteCalls.AddCall(method, definition);
            }
            else if (External(definition) is not null && !_possible.Contains(instruction)
                || _substitutions.Find(callee, definition, instruction.OpCode.Code == Code.Newobj) is var (_, row) && IsSuspendable(row))
            {
                _definiteCalls.AddSource(method);
                return;
            }
            if (definition.IsVirtual && (instruction.OpCode.Code == Code.Callvirt || definition.IsStatic) && _world.IsWoven(RootOf(definition)))
                _definiteCalls.AddSlotCall(method, RootOf(definition));
        }
    }

    // What surely waits is known by now: a wait in a finally block may depend on it.
    private void AddCalls(MethodDefinition method)
    {
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj)) continue;
            CallShape shape = ShapeOf(instruction);
            if (shape.Kind == CallKind.Plain) continue;
            ExceptionHandler? handler = Eligibility.HandlerAround(method, instruction);
            CallTarget target = Classify(instruction);
            bool isReason = handler is null || HandlerHoisting.IsReason(target with { Kind = shape.Kind }, handler)
                || shape.Kind == CallKind.Direct && Eligibility.IsPartOfIterator(shape.Definition!);
            if (isReason && target.CanSuspend)
            {
                _calls.AddSource(method);
                return;
            }
            if (shape.Kind is CallKind.Slot or CallKind.StaticSlot) _calls.AddSlotCall(method, shape.Root!);
            else if (isReason && shape.Definition!.Module == _module) _calls.AddCall(method, shape.Definition);
        }
    }

    private sealed class ShapeKeys : IEqualityComparer<(MethodReference Callee, Code Code)>
    {
        public static readonly ShapeKeys Instance = new();

        public bool Equals((MethodReference Callee, Code Code) x, (MethodReference Callee, Code Code) y) => ReferenceEquals(x.Callee, y.Callee) && x.Code == y.Code;

        public int GetHashCode((MethodReference Callee, Code Code) key) =>
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Callee) * 3 + (int)key.Code;
    }
}
