using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>What a leaf of a ref struct holds.</summary>
internal enum LeafKind
{
    /// <summary>A value that a frame can hold.</summary>
    Value,

    /// <summary>A Span or ReadOnlySpan.</summary>
    Span,

    /// <summary>A reference (<c>ref</c> field).</summary>
    Reference,
}

/// <summary>A field of a ref struct, or of one inside it, that is saved by itself.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Type">Its type, as the ref struct's instantiation has it.</param>
/// <param name="Path">The fields that lead to it, the outermost first.</param>
internal sealed record RefStructLeaf(LeafKind Kind, TypeReference Type, IReadOnlyList<FieldDefinition> Path);

/// <summary>
/// The ref structs of the module, which no frame can hold: how they are taken apart into values and references. What their
/// references point into is only known while nothing but their own methods assigns them, from what these were handed.
/// </summary>
internal sealed class RefStructs(ModuleDefinition module, ReturnSummaries summaries)
{
    private readonly Dictionary<string, IReadOnlyList<RefStructLeaf>?> _leaves = [];
    private readonly Dictionary<MethodDefinition, IReadOnlyList<int>?> _flows = [];
    private HashSet<TypeDefinition>? _open;
    private bool _isOpenComplete;

    /// <summary>The leaves of a ref struct of the module; null for other types, and where one of them cannot be taken apart.</summary>
    public IReadOnlyList<RefStructLeaf>? LeavesOf(TypeReference type)
    {
        type = type.Bare();
        if (type is GenericParameter or ByReferenceType || !type.IsByRefLike() || type.Resolve() is not { } definition || definition.Module != module) return null;
        bool isOpenType = type.ContainsGenericParameter; // its name does not tell whose parameters they are
        if (!isOpenType && _leaves.TryGetValue(type.FullName, out IReadOnlyList<RefStructLeaf>? known)) return known;
        var leaves = new List<RefStructLeaf>();
        IReadOnlyList<RefStructLeaf>? result = AddLeaves(type, [], leaves) ? leaves : null;
        if (result is not null && leaves.Any(l => l.Kind != LeafKind.Value))
        {
            if (Open().Contains(definition)) result = null;
            if (!_isOpenComplete) return result; // asked while the open ones are found
        }
        if (isOpenType) return result;
        return _leaves[type.FullName] = result;
    }

    /// <summary>How many of the leaves point somewhere.</summary>
    public int CountReferences(TypeReference type) => LeavesOf(type)?.Count(l => l.Kind != LeafKind.Value) ?? 0;

    /// <summary>The arguments of a ref struct's constructor that its references point into; null where they may point elsewhere.</summary>
    public IReadOnlyList<int>? FlowsOf(MethodReference constructor)
    {
        if (constructor.Resolve() is not { HasBody: true } method || method.Module != module) return null;
        if (_flows.TryGetValue(method, out IReadOnlyList<int>? flows)) return flows;
        _flows.Add(method, null);
        return _flows[method] = ComputeFlows(method);
    }

    private bool AddLeaves(TypeReference type, IReadOnlyList<FieldDefinition> path, List<RefStructLeaf> leaves)
    {
        TypeDefinition definition = type.Resolve();
        IReadOnlyList<TypeReference> arguments = type is GenericInstanceType instance ? [.. instance.GenericArguments] : [];
        if (definition.HasLayoutInfo && definition.IsExplicitLayout) return false; // fields may overlap
        foreach (FieldDefinition field in definition.Fields)
        {
            if (field.IsStatic) continue;
            TypeReference fieldType = field.FieldType.Substitute(arguments, []).Bare();
            IReadOnlyList<FieldDefinition> own = [.. path, field];
            if (fieldType.IsPointer()) return false;
            if (fieldType is ByReferenceType reference)
            {
                if (reference.ElementType.IsByRefLike()) return false;
                leaves.Add(new RefStructLeaf(LeafKind.Reference, fieldType, own));
            }
            else if (!fieldType.IsByRefLike())
            {
                leaves.Add(new RefStructLeaf(LeafKind.Value, fieldType, own));
            }
            else if (fieldType.GetElementType().FullName is "System.Span`1" or "System.ReadOnlySpan`1")
            {
                leaves.Add(new RefStructLeaf(LeafKind.Span, fieldType, own));
            }
            else if (fieldType is GenericParameter || fieldType.Resolve()?.Module != module || !AddLeaves(fieldType, own, leaves))
            {
                return false;
            }
        }
        return true;
    }

    private IReadOnlyList<int>? ComputeFlows(MethodDefinition method)
    {
        try
        {
            var flow = new FlowGraph(method);
            var stacks = new StackAnalysis(flow);
            var roots = new RootAnalysis(flow, stacks, summaries);
            var arguments = new SortedSet<int>();
            for (int i = 0; i < flow.Instructions.Length; i++)
            {
                if (stacks.Before(i) is not { } before) continue;
                Instruction instruction = flow.Instructions[i];
                if (instruction.OpCode.Code == Code.Stfld && IsReferenceOf(instruction, method.DeclaringType))
                {
                    if (before[^2] is not { Origin: OriginKind.Argument, Index: 0 } || !Add(roots.Of(before[^1]))) return null;
                }
                else if (instruction.OpCode.Code == Code.Call && instruction.Operand is MethodReference { Name: ".ctor" } other && other.DeclaringType.Resolve() == method.DeclaringType)
                {
                    if (before[^(other.Parameters.Count + 1)] is not { Origin: OriginKind.Argument, Index: 0 }) continue; // makes another one
                    if (FlowsOf(other) is not { } flows) return null;
                    foreach (int argument in flows)
                    {
                        StackValue value = before[^(other.Parameters.Count + 1 - argument)];
                        if (value.Type.IsByRefLike())
                        {
                            if (!Add(roots.Of(value))) return null;
                        }
                        else
                        {
                            if (value.Origin != OriginKind.Argument || roots.OfArgument(value.Index) is null) return null;
                            arguments.Add(value.Index);
                        }
                    }
                }
            }
            return [.. arguments];

            bool Add(Root? root)
            {
                if (root is null) return false;
                foreach (Root candidate in root.Each())
                {
                    if (candidate is EmptyRoot or LeafRoot { Argument: 0 }) continue;
                    if (roots.PartOf(candidate) is not (int argument, false)) return false;
                    arguments.Add(argument);
                }
                return true;
            }
        }
        catch (UnknownILException)
        {
            return null; // said where the method itself is planned
        }
    }

    // Those whose references are assigned in other ways than by their constructors, or from themselves.
    private HashSet<TypeDefinition> Open()
    {
        if (_open is not null) return _open;
        _open = [];
        foreach (MethodDefinition method in module.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods))
        {
            if (!method.HasBody) continue;
            bool assigns = false;
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (instruction.OpCode.Code == Code.Stobj && ((TypeReference)instruction.Operand).Resolve() is { } stored && IsOwn(stored))
                {
                    _open.Add(stored);
                }
                else if (instruction.OpCode.Code == Code.Stfld && ((FieldReference)instruction.Operand).Resolve() is { } field
                    && field.DeclaringType is { IsValueType: true } declaring && IsOwn(declaring) && IsReferenceOf(instruction, declaring))
                {
                    if (method.DeclaringType == declaring && method.HasThis) assigns |= !method.IsConstructor;
                    else _open.Add(declaring);
                }
            }
            if (assigns && FlowsOf(method) is not { Count: 0 }) _open.Add(method.DeclaringType);
        }
        _isOpenComplete = true;
        return _open;
    }

    private bool IsOwn(TypeDefinition type) => type.Module == module && type.IsByRefLike();

    private static bool IsReferenceOf(Instruction store, TypeDefinition type) =>
        store.Operand is FieldReference field && field.DeclaringType.Resolve() == type && field.FieldType.IsByRefLike();
}
