using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Finds what references and spans point into, by following them back to where they were made.</summary>
internal sealed class RootAnalysis(FlowGraph flow, StackAnalysis stacks, ReturnSummaries summaries)
{
    // Methods that return a reference or span into what one of their arguments is or points into, and nothing else.
    private static readonly HashSet<string> s_derivingTypes =
    [
        "System.Span`1", "System.ReadOnlySpan`1", "System.MemoryExtensions", "System.String",
        "System.Runtime.InteropServices.MemoryMarshal", "System.Runtime.CompilerServices.Unsafe", "<PrivateImplementationDetails>",
    ];

    private readonly MethodDefinition _method = flow.Method;
    private readonly Dictionary<int, Root?> _locals = [];
    private readonly HashSet<int> _inProgress = [];
    private Dictionary<int, List<int>>? _definitions;
    private HashSet<int>? _exposed;
    private HashSet<int>? _exposedArguments;

    /// <summary>The definitions of a local of reference or span type: the instructions that give it a value.</summary>
    public IEnumerable<int> DefinitionsOf(int local) => Definitions().TryGetValue(local, out List<int>? list) ? list : [];

    /// <summary>What a value on the stack points into; null where that is not known.</summary>
    public Root? Of(StackValue value)
    {
        if (value.Producer is { } single) return OfProducer(single);
        if (value.Producers is null) return null;
        Root? root = new EmptyRoot();
        foreach (Instruction producer in value.Producers) root = root.Or(OfProducer(producer));
        return root;
    }

    private Root? OfProducer(Instruction producer)
    {
        int number = flow.Number(producer);
        if (stacks.Before(number) is not { } before) return null;
        switch (producer.OpCode.Code)
        {
            case Code.Ldloca or Code.Ldloca_S:
                return new VariableRoot(Variables.ArgumentCount(_method) + Variables.LocalIndex(producer));
            case Code.Ldarga or Code.Ldarga_S:
                return new VariableRoot(Variables.ArgumentIndex(producer, _method));
            case Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg or Code.Ldarg_S:
                return OfArgument(Variables.ArgumentIndex(producer, _method));
            case Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc or Code.Ldloc_S:
                return OfLocal(Variables.LocalIndex(producer));
            case Code.Ldsflda:
                return new StaticRoot((FieldReference)producer.Operand);
            case Code.Ldfld:
                return OfFieldOf(before[^1], producer);
            case Code.Ldflda:
                return before[^1].Type.IsByRefLike() ? Of(before[^1]) : FromObject(producer, before, 0);
            case Code.Unbox:
                return FromObject(producer, before, 0);
            case Code.Ldelema:
                return FromObject(producer, before, 1);
            case Code.Call or Code.Callvirt or Code.Newobj:
                return OfCall(producer, before);
            default:
                return null;
        }
    }

    /// <summary>What a local of reference or span type points into; null where that is not known or differs.</summary>
    public Root? OfLocal(int local)
    {
        if (_locals.TryGetValue(local, out Root? known)) return known;
        TypeReference type = _method.Body.Variables[local].VariableType;
        if (RefStructs.LeavesOf(type) is not null && RefStructs.CountReferences(type) == 0) return new EmptyRoot();
        if (!_inProgress.Add(local)) return new ShadowRoot(local); // its own older value, as in span = span.Slice(n)
        Root? root = ComputeLocal(local);
        _inProgress.Remove(local);
        _locals[local] = root;
        return root;
    }

    /// <summary>What the value points into that a definition gives to its local.</summary>
    public Root? OfDefinition(int number)
    {
        Instruction instruction = flow.Instructions[number];
        StackValue[] before = stacks.Before(number)!;
        return instruction.OpCode.Code is Code.Call ? OfCall(instruction, before) : Of(before[^1]);
    }

    /// <summary>Whether the definition makes a default value, which points nowhere.</summary>
    public bool IsClearing(int number) => flow.Instructions[number].OpCode.Code == Code.Initobj;

    private Root? ComputeLocal(int local)
    {
        Definitions();
        if (_exposed!.Contains(local)) return null;
        Root? result = new EmptyRoot();
        foreach (int definition in DefinitionsOf(local))
        {
            if (stacks.Before(definition) is null) continue;
            if (IsClearing(definition)) continue; // points nowhere: as good as into anything
            if (OfDefinition(definition) is not { } root) return null;
            foreach (Root candidate in root.Each())
            {
                if (candidate is ShadowRoot shadow)
                {
                    if (shadow.Local == local) continue;
                    if (_inProgress.Contains(shadow.Local)) return null;
                }
                result = result.Or(candidate is ObjectRoot or ShadowRoot ? new ShadowRoot(local) : candidate);
            }
        }
        return result is EmptyRoot ? new ShadowRoot(local) : result;
    }

    /// <summary>What a parameter of reference or span type points into; null where the method gives it other values.</summary>
    public Root? OfArgument(int argument)
    {
        Definitions();
        TypeReference type = Variables.ArgumentType(_method, argument);
        if (RefStructs.LeavesOf(type) is not null)
        {
            if (RefStructs.CountReferences(type) == 0) return new EmptyRoot();
            return RefStructs.CountReferences(type) == 1 ? new LeafRoot(argument) : null;
        }
        if (_exposedArguments!.Contains(argument)) return null;
        foreach (Instruction instruction in flow.Instructions)
        {
            if (instruction.OpCode.Code is Code.Starg or Code.Starg_S && Variables.ArgumentIndex(instruction, _method) == argument) return null;
        }
        return new ParameterRoot(argument);
    }

    private static ObjectRoot? FromObject(Instruction producer, StackValue[] before, int depth) =>
        before[^(depth + 1)].Type.IsPointer() || !before[^(depth + 1)].Type.IsObjectReference() ? null : new ObjectRoot(producer, depth);

    private Root? OfCall(Instruction call, StackValue[] before)
    {
        var callee = (MethodReference)call.Operand;
        if (callee.Name == ".ctor" && RefStructs.LeavesOf(callee.DeclaringType) is not null) return OfConstruction(call, callee, before);
        string type = callee.DeclaringType.GetElementType().FullName;
        if (s_derivingTypes.Contains(type) && callee is { Name: "get_Empty" or "NullRef", HasThis: false, Parameters.Count: 0 }) return new EmptyRoot();
        if (OwnerOf(callee, type) is { } owner) return new ObjectRoot(call, 0, owner);
        if (type == "System.Runtime.CompilerServices.RuntimeHelpers" && callee.Name == "CreateSpan")
            return before[^1].Producer is { OpCode.Code: Code.Ldtoken, Operand: FieldReference constants } ? new StaticRoot(constants) : null;
        if (!s_derivingTypes.Contains(type)) return OfSummary(call, callee, before);
        int receiver = callee.HasThis && call.OpCode.Code != Code.Newobj ? 1 : 0;
        int count = callee.Parameters.Count + receiver;
        Root? root = null;
        for (int i = callee.Name == ".ctor" ? receiver : 0; i < count; i++)
        {
            int depth = count - 1 - i;
            StackValue argument = before[^(depth + 1)];
            Root? candidate;
            if (argument.Type is ByReferenceType reference && reference.ElementType.IsByRefLike()) candidate = OfPointedTo(argument);
            else if (argument.Type.IsByRefLike()) candidate = Of(argument);
            else if (argument.Type is ArrayType || argument.Type.FullName == "System.String") candidate = new ObjectRoot(call, depth);
            else if (argument.Type.GetElementType().FullName == "System.ArraySegment`1") candidate = new ObjectRoot(call, depth, OwnerKind.Segment);
            else if (argument.Type.IsPointer()) candidate = null;
            else continue;
            if (candidate is null) return null;
            root = root is null ? candidate : root.Or(candidate);
            if (root is null) return null;
        }
        bool moves = type == "System.Runtime.CompilerServices.Unsafe" || callee.Name is "CreateSpan" or "CreateReadOnlySpan";
        return moves ? Loosened(root) : root;
    }

    // A ref struct is made: its references point into what the constructor puts there.
    private Root? OfConstruction(Instruction call, MethodReference constructor, StackValue[] before)
    {
        if (RefStructs.CountReferences(constructor.DeclaringType) == 0) return new EmptyRoot();
        if (RefStructs.FlowsOf(constructor) is not { } flows) return null;
        int count = constructor.Parameters.Count;
        Root? root = new EmptyRoot();
        foreach (int argument in flows)
        {
            int depth = count - argument; // argument 0 is what is made
            StackValue value = before[^(depth + 1)];
            root = root.Or(value.Type.IsByRefLike() ? Of(value) : new ObjectRoot(call, depth));
        }
        // one shadow follows one object
        return root?.Each().Count(r => r is ObjectRoot or ShadowRoot) > 1 ? null : root;
    }

    // The reference or span in a field of a ref struct, and the address of such a field.
    private Root? OfFieldOf(StackValue holder, Instruction load)
    {
        TypeReference type = holder.Type.Bare();
        if (type is ByReferenceType reference) type = reference.ElementType;
        if (RefStructs.LeavesOf(type) is null || !((FieldReference)load.Operand).FieldType.IsByRefLike()) return null;
        return holder.Origin switch
        {
            OriginKind.LocalAddress or OriginKind.Local => OfLocal(holder.Index),
            OriginKind.Argument or OriginKind.ArgumentAddress when RefStructs.CountReferences(type) == 1 => new LeafRoot(holder.Index),
            _ => null,
        };
    }

    private RefStructs RefStructs => summaries.RefStructs;

    // What moves a reference may move it out of a variable, though not out of an object.
    private static Root? Loosened(Root? root) => root switch
    {
        ChoiceRoot choice => choice.Candidates.All(c => c is ObjectRoot or ShadowRoot) ? root : null,
        VariableRoot or ParameterRoot => root with { IsLoose = true },
        _ => root,
    };

    private static OwnerKind? OwnerOf(MethodReference callee, string type) => (type, callee.Name) switch
    {
        ("System.Memory`1", "get_Span") => OwnerKind.Memory,
        ("System.ReadOnlyMemory`1", "get_Span") => OwnerKind.ReadOnlyMemory,
        ("System.Runtime.InteropServices.CollectionsMarshal", "AsSpan") when callee.Parameters[0].ParameterType.GetElementType().FullName == "System.Collections.Generic.List`1" => OwnerKind.List,
        _ => null,
    };

    // A method of this module that returns a reference into what one of its arguments is or points into.
    private Root? OfSummary(Instruction call, MethodReference callee, StackValue[] before)
    {
        if (summaries.Of(callee) is not { } arguments || call.OpCode.Code == Code.Callvirt && callee.Resolve().IsOverridable()) return null;
        int count = callee.Parameters.Count + (callee.HasThis ? 1 : 0);
        Root? root = new EmptyRoot();
        foreach ((int argument, bool isLoose, bool isHeld) in arguments)
        {
            StackValue value = before[count == 0 ? 0 : ^(count - argument)];
            Root? source = isHeld ? OfPointedTo(value) : value.Type.IsByRefLike() ? Of(value) : new ObjectRoot(call, count - 1 - argument);
            root = root.Or(isLoose ? Loosened(source) : source);
        }
        return root;
    }

    /// <summary>
    /// The arguments that what the method returns points into, or that it is part of, and whether it may have been moved out of
    /// them; null where it may be something else.
    /// </summary>
    public IReadOnlyList<ReturnedArgument>? ReturnedArguments()
    {
        var arguments = new SortedDictionary<int, ReturnedArgument>();
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            if (flow.Instructions[i].OpCode.Code != Code.Ret || stacks.Before(i) is not [.., var returned]) continue;
            if (Of(returned) is not { } root) return null;
            foreach (Root candidate in root.Each())
            {
                if (candidate is EmptyRoot) continue;
                bool isLoose = candidate is ParameterRoot { IsLoose: true };
                if (PartOf(isLoose ? candidate with { IsLoose = false } : candidate) is not (int argument, bool isHeld)) return null;
                arguments.TryGetValue(argument, out ReturnedArgument? known);
                if (known is not null && known.IsHeld != isHeld) return null;
                arguments[argument] = new ReturnedArgument(argument, isLoose || known is { IsLoose: true }, isHeld);
            }
        }
        return [.. arguments.Values];
    }

    /// <summary>
    /// The argument that a root is part of, or what it points into, and whether it is no part of the variable that the argument
    /// refers to, but what the ref struct in there points into; null for other roots.
    /// </summary>
    public (int Argument, bool IsHeld)? PartOf(Root root)
    {
        switch (root)
        {
            case ParameterRoot { IsLoose: false } parameter:
                return (parameter.Argument, false);
            case LeafRoot leaf:
                return (leaf.Argument, Variables.ArgumentType(_method, leaf.Argument).Bare() is ByReferenceType);
            case ObjectRoot { Owner: OwnerKind.Object } captured:
                StackValue value = stacks.Before(flow.Number(captured.Producer))![^(captured.Depth + 1)];
                return value.Origin == OriginKind.Argument && OfArgument(value.Index) is not null ? (value.Index, false) : null;
            case ShadowRoot shadow:
                (int, bool)? only = null;
                foreach (int definition in DefinitionsOf(shadow.Local))
                {
                    if (IsClearing(definition) || stacks.Before(definition) is null) continue;
                    if (OfDefinition(definition) is not { } source || source.Each() is not [var single]) return null;
                    if (single == root) continue;
                    if (PartOf(single) is not { } part || only is not null && only != part) return null;
                    only = part;
                }
                return only;
            default:
                return null;
        }
    }

    // The address of a span variable, as the receiver of Slice and the like.
    private Root? OfPointedTo(StackValue address) => address.Origin switch
    {
        OriginKind.Unknown when address.Producer is { OpCode.Code: Code.Ldflda } field && stacks.Before(flow.Number(field)) is [.., var holder] => OfFieldOf(holder, field),
        OriginKind.LocalAddress => OfLocal(address.Index),
        OriginKind.ArgumentAddress => OfArgument(address.Index),
        _ => null,
    };

    private static bool IsReadOnly(ParameterDefinition? parameter) =>
        parameter is { HasCustomAttributes: true } && parameter.CustomAttributes.Any(a => a.AttributeType.FullName == "System.Runtime.CompilerServices.IsReadOnlyAttribute");

    private Dictionary<int, List<int>> Definitions()
    {
        if (_definitions is not null) return _definitions;
        _definitions = [];
        _exposed = [];
        _exposedArguments = [];
        var read = new HashSet<Instruction>(); // addresses that only serve to read or construct the span
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            Instruction instruction = flow.Instructions[i];
            if (stacks.Before(i) is not { } before) continue;
            AddReadOnlyArguments(instruction, before);
            switch (instruction.OpCode.Code)
            {
                case Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc or Code.Stloc_S:
                    Add(Variables.LocalIndex(instruction), i);
                    break;
                case Code.Initobj when before[^1] is { Origin: OriginKind.LocalAddress } cleared:
                    Add(cleared.Index, i);
                    if (cleared.Producer is not null) read.Add(cleared.Producer);
                    break;
                case Code.Callvirt when instruction.Previous?.OpCode.Code == Code.Constrained && instruction.Operand is MethodReference called:
                    if (before[^(called.Parameters.Count + 1)].Producer is { } boxed) read.Add(boxed); // ToString and the like
                    break;
                case Code.Ldfld or Code.Ldflda when before[^1].Producer is { } held && IsOwnRefStruct(before[^1]):
                    read.Add(held);
                    break;
                case Code.Stfld when before[^2].Producer is { } changed && IsOwnRefStruct(before[^2]) && !((FieldReference)instruction.Operand).FieldType.IsByRefLike():
                    read.Add(changed);
                    break;
                case Code.Call or Code.Callvirt when instruction.Operand is MethodReference own && own.Resolve()?.Module == _method.Module && AddOwnRefStructs(own, instruction, before, i):
                    break;
                case Code.Call when instruction.Operand is MethodReference { HasThis: true } callee:
                    StackValue receiver = before[^(callee.Parameters.Count + 1)];
                    if (receiver is not { Origin: OriginKind.LocalAddress or OriginKind.ArgumentAddress, Producer: { } producer }) break;
                    if (!s_derivingTypes.Contains(callee.DeclaringType.GetElementType().FullName)) break;
                    read.Add(producer);
                    if (callee.Name != ".ctor") break;
                    if (receiver.Origin == OriginKind.LocalAddress) Add(receiver.Index, i);
                    else _exposedArguments.Add(receiver.Index);
                    break;
            }
        }
        foreach (Instruction instruction in flow.Instructions)
        {
            if (read.Contains(instruction)) continue;
            if (instruction.OpCode.Code is Code.Ldloca or Code.Ldloca_S) _exposed.Add(Variables.LocalIndex(instruction));
            else if (instruction.OpCode.Code is Code.Ldarga or Code.Ldarga_S) _exposedArguments.Add(Variables.ArgumentIndex(instruction, _method));
        }
        return _definitions;

        bool IsOwnRefStruct(StackValue address) =>
            address.Origin is OriginKind.LocalAddress or OriginKind.ArgumentAddress && RefStructs.LeavesOf(((ByReferenceType)address.Type.Bare()).ElementType) is not null;

        // An `in` parameter is not written to: the span that is passed so stays what it is.
        void AddReadOnlyArguments(Instruction call, StackValue[] before)
        {
            if (call.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj) || call.Operand is not MethodReference { HasParameters: true } callee) return;
            for (int k = 0; k < callee.Parameters.Count; k++)
            {
                StackValue argument = before[^(callee.Parameters.Count - k)];
                if (argument is not { Origin: OriginKind.LocalAddress or OriginKind.ArgumentAddress, Producer: { } address }) continue;
                if (argument.Type.Bare() is ByReferenceType reference && reference.ElementType.IsByRefLike() && IsReadOnly(callee.Resolve()?.Parameters[k])) read.Add(address);
            }
        }

        // Methods that get the address of a ref struct do not make its references point elsewhere, but for its constructors.
        bool AddOwnRefStructs(MethodReference called, Instruction call, StackValue[] before, int number)
        {
            int count = called.Parameters.Count + (called.HasThis ? 1 : 0);
            bool any = false;
            for (int k = 0; k < count; k++)
            {
                StackValue argument = before[^(count - k)];
                if (argument.Producer is not { } address || !IsOwnRefStruct(argument)) continue;
                any = true;
                read.Add(address);
                if (k == 0 && called.Name == ".ctor" && argument.Origin == OriginKind.LocalAddress) Add(argument.Index, number);
            }
            return any;
        }

        void Add(int local, int number)
        {
            if (!_definitions.TryGetValue(local, out List<int>? list)) _definitions.Add(local, list = []);
            list.Add(number);
        }
    }
}
