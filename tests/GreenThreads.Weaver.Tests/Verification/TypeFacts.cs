using Mono.Cecil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>Questions about types: identity, substitution, what they are on the stack.</summary>
internal static class TypeFacts
{
    /// <summary>Without custom modifiers and the pinned mark.</summary>
    public static TypeReference Stripped(this TypeReference type)
    {
        while (type is IModifierType or PinnedType or SentinelType) type = ((TypeSpecification)type).ElementType;
        return type;
    }

    /// <summary>The metadata type; an enum's is that of its values.</summary>
    public static MetadataType Reduced(this TypeReference type)
    {
        if (type is TypeSpecification || type.IsPrimitive || type is GenericParameter) return type.MetadataType;
        if (type.MetadataType is not MetadataType.ValueType) return type.MetadataType;
        return type.Resolve() is { IsEnum: true } definition ? definition.Fields.First(f => !f.IsStatic).FieldType.MetadataType : MetadataType.ValueType;
    }

    public static bool IsValue(this TypeReference type) => type switch
    {
        GenericInstanceType instance => instance.ElementType.IsValue(),
        TypeSpecification or GenericParameter => false,
        _ => type.IsValueType || type.MetadataType == MetadataType.TypedByReference,
    };

    public static bool IsByRefLike(this TypeReference type) => type.Stripped() switch
    {
        ByReferenceType => true,
        GenericParameter parameter => ((int)parameter.Attributes & 0x20) != 0,
        TypeSpecification and not GenericInstanceType => false,
        var other => other.MetadataType == MetadataType.TypedByReference || other.IsValue() && !other.IsPrimitive
            && other.Resolve() is { } definition && definition.CustomAttributes.Any(a => a.AttributeType.Name == "IsByRefLikeAttribute"),
    };

    /// <summary>Identity, by structure: the same type may be named by different references.</summary>
    public static bool Same(TypeReference a, TypeReference b)
    {
        (a, b) = (a.Stripped(), b.Stripped());
        if (ReferenceEquals(a, b)) return true;
        switch (a, b)
        {
            case (GenericParameter p, GenericParameter q):
                return p.Type == q.Type && p.Position == q.Position;
            case (GenericInstanceType p, GenericInstanceType q):
                return Same(p.ElementType, q.ElementType) && p.GenericArguments.Count == q.GenericArguments.Count && p.GenericArguments.Zip(q.GenericArguments).All(x => Same(x.First, x.Second));
            case (ArrayType p, ArrayType q):
                return p.Rank == q.Rank && p.IsVector == q.IsVector && Same(p.ElementType, q.ElementType);
            case (ByReferenceType p, ByReferenceType q):
                return Same(p.ElementType, q.ElementType);
            case (PointerType p, PointerType q):
                return Same(p.ElementType, q.ElementType);
            case (FunctionPointerType, FunctionPointerType):
                return a.FullName == b.FullName;
            case (TypeSpecification or GenericParameter, _) or (_, TypeSpecification or GenericParameter):
                return false;
            default:
                return a.FullName == b.FullName;
        }
    }

    /// <summary>Identity of places in memory: signed and unsigned integers of a size are the same, as are enums and their values.</summary>
    public static bool SamePlace(TypeReference a, TypeReference b) => Same(a, b) || Width(a) is { } width && width == Width(b);

    private static string? Width(TypeReference type) => type.Stripped() is PointerType or FunctionPointerType ? "native" : type.Stripped().Reduced() switch
    {
        MetadataType.Boolean or MetadataType.SByte or MetadataType.Byte => "1",
        MetadataType.Char or MetadataType.Int16 or MetadataType.UInt16 => "2",
        MetadataType.Int32 or MetadataType.UInt32 => "4",
        MetadataType.Int64 or MetadataType.UInt64 => "8",
        MetadataType.IntPtr or MetadataType.UIntPtr => "native",
        _ => null,
    };

    /// <summary>Replaces type parameters.</summary>
    public static TypeReference Substitute(this TypeReference type, IReadOnlyList<TypeReference> ofType, IReadOnlyList<TypeReference> ofMethod)
    {
        TypeReference Inner(TypeReference t) => t.Substitute(ofType, ofMethod);
        switch (type)
        {
            case GenericParameter parameter:
                IReadOnlyList<TypeReference> arguments = parameter.Type == GenericParameterType.Type ? ofType : ofMethod;
                return parameter.Position < arguments.Count ? arguments[parameter.Position] : type;
            case GenericInstanceType instance:
                var made = new GenericInstanceType(instance.ElementType);
                foreach (TypeReference argument in instance.GenericArguments) made.GenericArguments.Add(Inner(argument));
                return made;
            case ByReferenceType reference: return new ByReferenceType(Inner(reference.ElementType));
            case PointerType pointer: return new PointerType(Inner(pointer.ElementType));
            case PinnedType pinned: return new PinnedType(Inner(pinned.ElementType));
            case ArrayType { IsVector: true } array: return new ArrayType(Inner(array.ElementType));
            case ArrayType array: return new ArrayType(Inner(array.ElementType), array.Rank);
            case RequiredModifierType modifier: return new RequiredModifierType(modifier.ModifierType, Inner(modifier.ElementType));
            case OptionalModifierType modifier: return new OptionalModifierType(modifier.ModifierType, Inner(modifier.ElementType));
            default: return type;
        }
    }

    /// <summary>A type in the signature of a member, as seen through the reference that names the member.</summary>
    public static TypeReference Through(this TypeReference type, MemberReference member) => type.Substitute(
        member.DeclaringType is GenericInstanceType instance ? [.. instance.GenericArguments] : [],
        member is GenericInstanceMethod method ? [.. method.GenericArguments] : []);

    /// <summary>The type with its own parameters as arguments.</summary>
    public static TypeReference Self(this TypeDefinition type)
    {
        if (!type.HasGenericParameters) return type;
        var self = new GenericInstanceType(type);
        foreach (GenericParameter parameter in type.GenericParameters) self.GenericArguments.Add(parameter);
        return self;
    }

    public static TypeReference? BaseOf(this TypeReference type) => type.Resolve()?.BaseType is { } parent ? parent.Substitute(ArgumentsOf(type), []) : null;

    public static IReadOnlyList<TypeReference> ArgumentsOf(this TypeReference type) => type is GenericInstanceType instance ? [.. instance.GenericArguments] : [];

    /// <summary>All interfaces, also inherited ones.</summary>
    public static IEnumerable<TypeReference> InterfacesOf(this TypeReference type)
    {
        for (TypeReference? t = type; t is not null; t = t.BaseOf())
        {
            if (t.Resolve() is not { } definition) yield break;
            foreach (InterfaceImplementation each in definition.Interfaces)
            {
                TypeReference made = each.InterfaceType.Substitute(t.ArgumentsOf(), []);
                yield return made;
                foreach (TypeReference inherited in made.InterfacesOf()) yield return inherited;
            }
        }
    }
}
