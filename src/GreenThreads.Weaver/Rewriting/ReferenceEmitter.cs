using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Takes references and spans apart (root, distance, length) and makes them again.</summary>
/// <param name="body">The woven body.</param>
/// <param name="code">Where to emit.</param>
/// <param name="roots">Where the objects are.</param>
/// <param name="context">The weave.</param>
/// <param name="arguments">How many arguments the original method has, with the receiver.</param>
internal sealed class ReferenceEmitter(MethodDefinition body, CodeBuffer code, RootLocals roots, WeaveContext context, int arguments)
{
    private readonly RuntimeTypes runtime = context.Runtime;
    private readonly RefStructAccess access = context.RefStructs;
    private readonly Dictionary<string, VariableDefinition> _temporaries = [];

    /// <summary>Whether the type is Span or ReadOnlySpan.</summary>
    public static bool IsSpan(TypeReference type) => type is GenericInstanceType;

    /// <summary>Pushes the distance of the reference in the local from its root; for one of several roots with its number.</summary>
    public void EmitOffset(RemadeValue value, VariableDefinition local)
    {
        if (value.Root is not ChoiceRoot choice)
        {
            EmitOffset(value.Root, value.Type, local);
            return;
        }
        Instruction end = Instruction.Create(OpCodes.Nop);
        for (int i = 0; i < choice.Candidates.Count; i++)
        {
            bool isLast = i == choice.Candidates.Count - 1;
            Instruction next = Instruction.Create(OpCodes.Nop);
            if (!isLast)
            {
                EmitIsIn(choice.Candidates[i], value.Type, local);
                code.Emit(OpCodes.Brfalse, next);
            }
            EmitOffset(choice.Candidates[i], value.Type, local);
            code.Emit(OpCodes.Ldc_I4, i);
            code.Emit(OpCodes.Call, Helper("Chosen"));
            if (!isLast) code.Emit(OpCodes.Br, end);
            code.Append(next);
        }
        code.Append(end);
    }

    /// <summary>Pushes whether the reference or span in the local points into the object in the other one.</summary>
    public void EmitIsInObject(VariableDefinition owner, VariableDefinition local)
    {
        code.Emit(OpCodes.Ldloc, owner);
        EmitReference(local.VariableType.Bare(), () => code.Emit(OpCodes.Ldloc, local));
        code.Emit(OpCodes.Call, Helper("IsInObject", ElementOf(local.VariableType.Bare())));
    }

    private void EmitIsIn(Root root, TypeReference type, VariableDefinition local)
    {
        TypeReference element = ElementOf(type);
        if (root is ObjectRoot or ShadowRoot)
        {
            EmitIsInObject(roots[root], local);
            return;
        }
        if (root is ParameterRoot parameter && Variables.ArgumentType(body, parameter.Argument).Bare() is GenericInstanceType span && IsSpan(span) && span.IsByRefLike())
        {
            EmitWhole(root);
            EmitReference(type, () => code.Emit(OpCodes.Ldloc, local));
            code.Emit(OpCodes.Call, Helper($"IsIn{SpanName(span)}", ElementOf(span), element));
            return;
        }
        TypeReference start = EmitStart(root);
        EmitReference(type, () => code.Emit(OpCodes.Ldloc, local));
        code.Emit(OpCodes.Call, Helper("IsIn", start, element));
    }

    private void EmitOffset(Root root, TypeReference type, VariableDefinition local)
    {
        TypeReference element = ElementOf(type);
        if (root is ObjectRoot or ShadowRoot)
        {
            code.Emit(OpCodes.Ldloc, roots[root]);
            EmitReference(type, () => code.Emit(OpCodes.Ldloc, local));
            code.Emit(OpCodes.Call, Helper("OffsetInObject", element));
            return;
        }
        TypeReference start = EmitStart(root);
        EmitReference(type, () => code.Emit(OpCodes.Ldloc, local));
        code.Emit(OpCodes.Call, Helper("Offset", start, element));
    }

    /// <summary>The parts of a ref struct; null for references and spans.</summary>
    public IReadOnlyList<RefStructLeaf>? LeavesOf(RemadeValue value) => access.RefStructs.LeavesOf(value.Type);

    /// <summary>Pushes a part of the ref struct in the local that a frame can hold.</summary>
    public void EmitLeaf(RemadeValue value, RefStructLeaf leaf, VariableDefinition local)
    {
        code.Emit(OpCodes.Ldloca, local);
        access.EmitLoad(code, value.Type, leaf);
    }

    /// <summary>Takes a reference or span out of the ref struct in the local.</summary>
    /// <returns>The part, and a local that holds it.</returns>
    public (RemadeValue Part, VariableDefinition Local) EmitPart(RemadeValue value, RefStructLeaf leaf, VariableDefinition local)
    {
        VariableDefinition part = Temporary(leaf.Type);
        EmitLeaf(value, leaf, local);
        code.Emit(OpCodes.Stloc, part);
        return (value with { Type = leaf.Type, IsWhole = false }, part);
    }

    /// <summary>Pushes the ref struct, made again.</summary>
    /// <param name="value">What to make.</param>
    /// <param name="load">Pushes a part of it that is a value; the distance, or the length (second argument true), of one that is not.</param>
    public void EmitMakeRefStruct(RemadeValue value, Action<int, bool> load)
    {
        VariableDefinition made = Temporary(value.Type);
        code.Emit(OpCodes.Ldloca, made);
        code.Emit(OpCodes.Initobj, value.Type);
        IReadOnlyList<RefStructLeaf> leaves = LeavesOf(value)!;
        for (int i = 0; i < leaves.Count; i++)
        {
            int index = i;
            RefStructLeaf leaf = leaves[i];
            code.Emit(OpCodes.Ldloca, made);
            access.EmitStore(code, value.Type, leaf, () =>
            {
                if (leaf.Kind == LeafKind.Value) load(index, false);
                else EmitMake(value with { Type = leaf.Type, IsWhole = false }, () => load(index, false), () => load(index, true));
            });
        }
        code.Emit(OpCodes.Ldloc, made);
    }

    private VariableDefinition Temporary(TypeReference type)
    {
        if (_temporaries.TryGetValue(type.FullName, out VariableDefinition? local)) return local;
        local = new VariableDefinition(type);
        body.Body.Variables.Add(local);
        _temporaries.Add(type.FullName, local);
        return local;
    }

    /// <summary>Pushes the length of the span in the local.</summary>
    public void EmitLength(RemadeValue value, VariableDefinition local)
    {
        code.Emit(OpCodes.Ldloc, local);
        code.Emit(OpCodes.Call, Helper($"LengthOf{SpanName(value.Type)}", ElementOf(value.Type)));
    }

    /// <summary>Pushes the reference or span, made again.</summary>
    /// <param name="value">What to make.</param>
    /// <param name="offset">Pushes the distance from the root.</param>
    /// <param name="length">Pushes the length of a span.</param>
    public void EmitMake(RemadeValue value, Action offset, Action length)
    {
        if (value.IsWhole && value.Root is not EmptyRoot)
        {
            EmitWhole(value.Root);
            return;
        }
        TypeReference element = ElementOf(value.Type);
        if (value.Root is EmptyRoot)
        {
            code.Emit(OpCodes.Ldnull);
            code.Emit(OpCodes.Ldc_I8, 0L);
            code.Emit(OpCodes.Call, Helper("InObject", element));
            if (!IsSpan(value.Type)) return;
            code.Emit(OpCodes.Ldc_I4_0);
            code.Emit(OpCodes.Call, Helper($"Make{SpanName(value.Type)}", element));
            return;
        }
        if (value.Root is ChoiceRoot choice) EmitMakeOneOf(choice, element, offset);
        else EmitMakeReference(value.Root, element, offset);
        if (!IsSpan(value.Type)) return;
        length();
        code.Emit(OpCodes.Call, Helper($"Make{SpanName(value.Type)}", element));
    }

    private void EmitMakeOneOf(ChoiceRoot choice, TypeReference element, Action offset)
    {
        Instruction[] candidates = [.. choice.Candidates.Select(_ => Instruction.Create(OpCodes.Nop))];
        Instruction end = Instruction.Create(OpCodes.Nop);
        offset();
        code.Emit(OpCodes.Call, Helper("NumberOf"));
        code.Emit(OpCodes.Switch, candidates[..^1]);
        for (int i = candidates.Length - 1; i >= 0; i--)
        {
            code.Append(candidates[i]);
            EmitMakeReference(choice.Candidates[i], element, () =>
            {
                offset();
                code.Emit(OpCodes.Call, Helper("OffsetOf"));
            });
            if (i > 0) code.Emit(OpCodes.Br, end);
        }
        code.Append(end);
    }

    private void EmitMakeReference(Root root, TypeReference element, Action offset)
    {
        if (root is ObjectRoot or ShadowRoot)
        {
            code.Emit(OpCodes.Ldloc, roots[root]);
            offset();
            code.Emit(OpCodes.Call, Helper("InObject", element));
            return;
        }
        TypeReference start = EmitStart(root);
        offset();
        code.Emit(OpCodes.Call, Helper("At", start, element));
    }

    private static string SpanName(TypeReference type) => type.Name.Split('`')[0];

    private static TypeReference ElementOf(TypeReference type) =>
        type is ByReferenceType reference ? reference.ElementType : ((GenericInstanceType)type).GenericArguments[0];

    private MethodReference Helper(string name, params TypeReference[] types) => types.Length == 0 ? runtime.References[name] : runtime.References[name].Of(types);

    private void EmitReference(TypeReference type, Action load)
    {
        load();
        if (IsSpan(type)) code.Emit(OpCodes.Call, Helper($"ReferenceOf{SpanName(type)}", ElementOf(type)));
    }

    // Pushes the reference from which distances are measured; returns the type it refers to.
    private TypeReference EmitStart(Root root)
    {
        if (root is ParameterRoot parameter)
        {
            TypeReference type = body.Parameters[parameter.Argument].ParameterType.Bare();
            EmitReference(type, () => EmitWhole(root));
            return ElementOf(type);
        }
        if (root is LeafRoot inside)
        {
            TypeReference type = Variables.ArgumentType(body, inside.Argument).Bare();
            code.Emit(type is ByReferenceType ? OpCodes.Ldarg : OpCodes.Ldarga, body.Parameters[inside.Argument]);
            if (type is ByReferenceType reference) type = reference.ElementType;
            RefStructLeaf leaf = access.RefStructs.LeavesOf(type)!.Single(l => l.Kind != LeafKind.Value);
            access.EmitLoad(code, type, leaf);
            EmitReference(leaf.Type, () => { });
            return ElementOf(leaf.Type);
        }
        EmitWhole(root);
        if (root is StaticRoot) return body.Module.TypeSystem.Byte; // its own type may be one that cannot be named here
        int variable = ((VariableRoot)root).Variable;
        return variable < arguments ? body.Parameters[variable].ParameterType.Bare() : body.Body.Variables[variable - arguments].VariableType.Bare();
    }

    private void EmitWhole(Root root)
    {
        switch (root)
        {
            case ParameterRoot parameter:
                code.Emit(OpCodes.Ldarg, body.Parameters[parameter.Argument]);
                break;
            case VariableRoot variable when variable.Variable < arguments:
                code.Emit(OpCodes.Ldarga, body.Parameters[variable.Variable]);
                break;
            case VariableRoot variable:
                code.Emit(OpCodes.Ldloca, body.Body.Variables[variable.Variable - arguments]);
                break;
            case StaticRoot taken:
                code.Emit(OpCodes.Ldsflda, taken.Field);
                break;
            default:
                throw new InvalidOperationException($"{root} is not the reference itself");
        }
    }
}
