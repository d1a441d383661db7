using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Decides which methods of the module can reach a wait and are woven (least fixed point over the call graph; the world
/// is open for delegates and for members that code elsewhere can override), and what each call calls.
/// </summary>
internal sealed class Suspendability
{
    // Slots of the framework that often lead to code that waits, whoever implements them.
    private static readonly HashSet<string> s_openFrameworkSlots =
    [
        "System.IDisposable::Dispose", "System.Collections.IEnumerator::MoveNext",
        "System.IO.Stream::Read", "System.IO.Stream::Write", "System.IO.Stream::ReadByte", "System.IO.Stream::WriteByte",
        "System.IO.Stream::Flush", "System.IO.Stream::CopyTo", "System.IO.Stream::Close",
        "System.IO.TextReader::Read", "System.IO.TextReader::ReadLine", "System.IO.TextReader::ReadToEnd", "System.IO.TextReader::ReadBlock",
        "System.IO.TextReader::Peek", "System.IO.TextWriter::Write", "System.IO.TextWriter::WriteLine", "System.IO.TextWriter::Flush",
    ];

    private readonly ModuleDefinition _module;
    private readonly DiagnosticSink _diagnostics;
    private readonly SubstitutionTable _substitutions;
    private readonly Dictionary<MethodDefinition, string?> _eligible = [];
    private readonly Dictionary<MethodDefinition, MethodDefinition?> _external = [];
    private readonly HashSet<MethodDefinition> _suspendable = [];
    private readonly HashSet<MethodDefinition> _definite = [];

    // by reference: the module has one object for each method that its IL names
    private readonly Dictionary<MethodReference, MethodDefinition?> _resolved = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<MethodDefinition, MethodDefinition> _roots = [];

    private HashSet<string>? _externalSlots;

    // calls that are known to wait only if the callee's lock is held by somebody who waits, which is only possible
    private readonly HashSet<Instruction> _possible = new(ReferenceEqualityComparer.Instance);

    public Suspendability(ModuleDefinition module, RuntimeTypes runtime, DiagnosticSink diagnostics)
    {
        _module = module;
        _diagnostics = diagnostics;
        _substitutions = new SubstitutionTable(module, runtime.Runtime);
        Slots = new SlotTable(module);
        Solve();
    }

    public SlotTable Slots { get; }

    /// <summary>The objects that are locked; null before they have been looked for.</summary>
    public LockObjects? Locks { get; set; }

    /// <summary>Whether a call that can suspend is not to be taken for one that is known to.</summary>
    public void SetPossible(Instruction call, bool isPossible)
    {
        if (isPossible) _possible.Add(call);
        else _possible.Remove(call);
    }

    /// <summary>After calls have been replaced.</summary>
    public void SolveAgain()
    {
        _suspendable.Clear();
        _definite.Clear();
        Solve();
    }

    /// <summary>Whether the method has, or will have, a woven body.</summary>
    public bool IsSuspendable(MethodDefinition method) =>
        method.Module == _module ? _suspendable.Contains(method) : External(method) is not null;

    /// <summary>Whether a method is known to wait.</summary>
    public bool IsDefinite(MethodDefinition method) =>
        method.Module == _module ? _definite.Contains(method) : External(method) is not null;

    /// <summary>Why a method that can reach a wait is not woven; null when it may be.</summary>
    public string? WhyNot(MethodDefinition method)
    {
        if (!_eligible.TryGetValue(method, out string? reason)) _eligible.Add(method, reason = Eligibility.WhyNot(method));
        return reason;
    }

    /// <summary>The woven body of a method of another assembly.</summary>
    public MethodDefinition? External(MethodDefinition method)
    {
        if (_external.TryGetValue(method, out MethodDefinition? body)) return body;
        body = method.Module.Assembly.Has(WovenNames.WovenAttribute) ? WovenNames.FindBody(method) : null;
        _external.Add(method, body);
        return body;
    }

    /// <summary>What a call, callvirt or newobj instruction calls.</summary>
    public CallTarget Classify(Instruction instruction)
    {
        var callee = (MethodReference)instruction.Operand;
        bool isNew = instruction.OpCode.Code == Code.Newobj;
        bool isVirtual = instruction.OpCode.Code == Code.Callvirt;
        if (callee.DeclaringType is ArrayType || Resolve(callee) is not { } definition) return new CallTarget(CallKind.Plain, callee, null);
        bool isConstrained = instruction.Previous?.OpCode.Code == Code.Constrained;

        if (!isConstrained && (isVirtual || isNew || !definition.IsVirtual) && _substitutions.Find(callee, definition, isNew) is var (substitute, row))
        {
            return new CallTarget(IsSuspendable(row) ? CallKind.Direct : CallKind.Plain, substitute, row)
            {
                IsSubstituted = true,
                LoadReceiver = definition.HasThis && !isNew && definition.DeclaringType.IsValueType,
                Definite = true,
            };
        }
        if (isConstrained)
        {
            if (definition.IsStatic || !definition.IsVirtual) return new CallTarget(CallKind.Plain, callee, definition);
            var receiver = (TypeReference)instruction.Previous!.Operand;
            if (receiver is not GenericParameter && receiver.Resolve() is { IsValueType: true } type) return OnStruct(callee, definition, receiver, type);
        }
        if (isNew)
        {
            return IsSuspendable(definition) && !definition.DeclaringType.IsValueType
                ? new CallTarget(CallKind.Constructor, callee, definition) { Key = Signatures.Id(definition), Definite = IsDefinite(definition) }
                : new CallTarget(CallKind.Plain, callee, definition);
        }
        if (definition.Name == "Invoke" && definition.DeclaringType.IsDelegate())
            return new CallTarget(CallKind.Delegate, callee, definition);
        if (isVirtual && definition.IsVirtual && !(definition.IsFinal || definition.DeclaringType.IsSealed) || isConstrained)
        {
            MethodDefinition root = RootOf(definition);
            return IsSlotSuspendable(root, out bool definite)
                ? new CallTarget(CallKind.Slot, callee, definition)
                {
                    Key = Signatures.Id(root),
                    Definite = definite,
                    HasWaitingImplementation = Slots.ImplementationsOf(root).Any(IsSuspendable) || ExternalSlots().Contains(root.FullName),
                }
                : new CallTarget(CallKind.Plain, callee, definition);
        }
        return IsSuspendable(definition)
            ? new CallTarget(CallKind.Direct, callee, definition) { Definite = IsDefinite(definition) && !_possible.Contains(instruction) }
            : new CallTarget(CallKind.Plain, callee, definition);
    }

    // A constrained call on a known struct: its own method, called by reference; object's methods are called on a box.
    private CallTarget OnStruct(MethodReference callee, MethodDefinition definition, TypeReference receiver, TypeDefinition type)
    {
        MethodDefinition root = RootOf(definition);
        MethodDefinition? implementation = type.Module == _module
            ? Slots.ImplementationsOf(root).FirstOrDefault(m => m.DeclaringType == type)
            : type.Methods.FirstOrDefault(m => m.IsVirtual && m.Name == definition.Name && m.Parameters.Count == definition.Parameters.Count && External(m) is not null);
        if (implementation is null || !IsSuspendable(implementation)) return new CallTarget(CallKind.Plain, callee, definition);
        MethodReference own = SlotTable.On(_module.ImportReference(implementation), receiver).WithArgumentsOf(callee);
        return new CallTarget(CallKind.Direct, own, implementation) { Definite = IsDefinite(implementation) };
    }

    private MethodDefinition RootOf(MethodDefinition definition)
    {
        if (!_roots.TryGetValue(definition, out MethodDefinition? root)) _roots.Add(definition, root = SlotTable.RootOf(definition));
        return root;
    }

    /// <summary>Whether a call through the slot may wait.</summary>
    public bool IsSlotSuspendable(MethodDefinition root, out bool definite)
    {
        definite = IsOurs(root) && Slots.ImplementationsOf(root).Any(IsDefinite);
        if (Slots.ImplementationsOf(root).Any(IsSuspendable)) return true;
        if (s_openFrameworkSlots.Contains($"{root.DeclaringType.FullName}::{root.Name}")) return true;
        if (IsOurs(root)) return IsOverridableElsewhere(root);
        return ExternalSlots().Contains(root.FullName);
    }

    // Of the framework's slots, such as Dispose, most implementations do not wait, whatever the module's do.
    private bool IsOurs(MethodDefinition root) => root.Module == _module || root.Module.Assembly.Has(WovenNames.WovenAttribute);

    private static bool IsOverridableElsewhere(MethodDefinition method)
    {
        for (TypeDefinition? type = method.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (!(type.IsPublic || type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly)) return false;
        }
        if (method.DeclaringType.IsInterface) return true;
        return !method.DeclaringType.IsSealed && !method.IsFinal && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)
            && method.DeclaringType.Methods.Any(m => m.IsConstructor && !m.IsStatic && (m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly));
    }

    // The framework's slots that referenced woven assemblies implement with a woven body.
    private HashSet<string> ExternalSlots()
    {
        if (_externalSlots is not null) return _externalSlots;
        var all = new HashSet<string>();
        foreach (AssemblyNameReference name in _module.AssemblyReferences)
        {
            AssemblyDefinition? assembly = _module.AssemblyResolver.Resolve(name);
            if (assembly is null || !assembly.Has(WovenNames.WovenAttribute)) continue;
            var slots = new SlotTable(assembly.MainModule);
            foreach (MethodDefinition method in assembly.MainModule.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods))
            {
                if (!method.IsVirtual || External(method) is null) continue;
                foreach (Slot slot in slots.SlotsOf(method)) all.Add(slot.Root.FullName);
            }
        }
        return _externalSlots = all;
    }

    private MethodDefinition? Resolve(MethodReference callee)
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

    /// <summary>Takes a method out and decides anew: it turned out that it cannot be woven.</summary>
    public void Exclude(MethodDefinition method, string reason)
    {
        _eligible[method] = reason;
        SolveAgain();
    }

    private void Solve()
    {
        List<MethodDefinition> methods = [.. _module.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods)];
        foreach (MethodDefinition method in methods)
        {
            if (!method.Has(WovenNames.HandWovenAttribute)) continue;
            _suspendable.Add(method);
            _definite.Add(method);
        }
        List<MethodDefinition> candidates = [.. methods.Where(m => m.HasBody && !_suspendable.Contains(m) && WhyNot(m) is null)];
        Grow(candidates, _definite, definiteOnly: true);
        foreach (MethodDefinition method in _definite) _suspendable.Add(method);
        Grow(candidates, _suspendable, definiteOnly: false);
    }

    private void Grow(List<MethodDefinition> candidates, HashSet<MethodDefinition> known, bool definiteOnly)
    {
        var open = candidates.Where(m => !known.Contains(m)).ToList();
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = open.Count - 1; i >= 0; i--)
            {
                if (!Reaches(open[i], definiteOnly)) continue;
                known.Add(open[i]);
                open.RemoveAt(i);
                changed = true;
            }
        }
    }

    private bool Reaches(MethodDefinition method, bool definiteOnly)
    {
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj)) continue;
            if (definiteOnly ? ReachesDefinite(instruction) : CanSuspendAt(method, instruction)) return true;
        }
        return false;
    }

    private bool CanSuspendAt(MethodDefinition method, Instruction instruction)
    {
        CallTarget target = Classify(instruction);
        return target.CanSuspend
            && (Eligibility.HandlerAround(method, instruction) is not { } handler || Rewriting.HandlerHoisting.IsReason(target, handler.HandlerType));
    }

    private bool ReachesDefinite(Instruction instruction)
    {
        var callee = (MethodReference)instruction.Operand;
        if (callee.DeclaringType is ArrayType || Resolve(callee) is not { } definition) return false;
        if (_definite.Contains(definition)) return true;
        if (definition.Module != _module && External(definition) is not null) return !_possible.Contains(instruction);
        bool isNew = instruction.OpCode.Code == Code.Newobj;
        if (_substitutions.Find(callee, definition, isNew) is var (_, row) && IsSuspendable(row)) return true;
        return definition.IsVirtual && instruction.OpCode.Code == Code.Callvirt && IsOurs(RootOf(definition))
            && Slots.ImplementationsOf(RootOf(definition)).Any(_definite.Contains);
    }
}
