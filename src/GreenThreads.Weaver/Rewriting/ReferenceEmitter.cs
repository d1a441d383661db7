using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Takes references and spans apart (root, distance, length) and makes them again.</summary>
/// <param name="body">The woven body.</param>
/// <param name="code">Where to emit.</param>
/// <param name="roots">Where the objects are.</param>
/// <param name="runtime">The methods that do it.</param>
/// <param name="arguments">How many arguments the original method has, with the receiver.</param>
internal sealed class ReferenceEmitter(MethodDefinition body, CodeBuffer code, RootLocals roots, RuntimeTypes runtime, int arguments)
{
    /// <summary>Whether the type is Span or ReadOnlySpan.</summary>
    public static bool IsSpan(TypeReference type) => type is GenericInstanceType;

    /// <summary>Pushes the distance of the reference in the local from its root.</summary>
    public void EmitOffset(RemadeValue value, VariableDefinition local)
    {
        TypeReference element = ElementOf(value.Type);
        if (value.Root is ObjectRoot or ShadowRoot)
        {
            code.Emit(OpCodes.Ldloc, roots[value.Root]);
            EmitReference(value.Type, () => code.Emit(OpCodes.Ldloc, local));
            code.Emit(OpCodes.Call, Helper("OffsetInObject", element));
            return;
        }
        TypeReference start = EmitStart(value.Root);
        EmitReference(value.Type, () => code.Emit(OpCodes.Ldloc, local));
        code.Emit(OpCodes.Call, Helper("Offset", start, element));
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
        TypeReference element = ElementOf(value.Type);
        if (value.Root is EmptyRoot)
        {
            code.Emit(OpCodes.Ldnull);
            code.Emit(OpCodes.Ldc_I8, 0L);
            code.Emit(OpCodes.Call, Helper("InObject", element));
            code.Emit(OpCodes.Ldc_I4_0);
            code.Emit(OpCodes.Call, Helper($"Make{SpanName(value.Type)}", element));
            return;
        }
        if (value.IsWhole)
        {
            EmitWhole(value.Root);
            return;
        }
        if (value.Root is ObjectRoot or ShadowRoot)
        {
            code.Emit(OpCodes.Ldloc, roots[value.Root]);
            offset();
            code.Emit(OpCodes.Call, Helper("InObject", element));
        }
        else
        {
            TypeReference start = EmitStart(value.Root);
            offset();
            code.Emit(OpCodes.Call, Helper("At", start, element));
        }
        if (!IsSpan(value.Type)) return;
        length();
        code.Emit(OpCodes.Call, Helper($"Make{SpanName(value.Type)}", element));
    }

    private static string SpanName(TypeReference type) => type.Name.Split('`')[0];

    private static TypeReference ElementOf(TypeReference type) =>
        type is ByReferenceType reference ? reference.ElementType : ((GenericInstanceType)type).GenericArguments[0];

    private MethodReference Helper(string name, params TypeReference[] types) => runtime.References[name].Of(types);

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
                code.Emit(OpCodes.Ldsflda, (FieldReference)taken.Producer.Operand);
                break;
            default:
                throw new InvalidOperationException($"{root} is not the reference itself");
        }
    }
}
