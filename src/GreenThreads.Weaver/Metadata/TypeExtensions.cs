using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Questions about types that the analysis asks, and substitution of generic parameters.</summary>
internal static class TypeExtensions
{
    /// <summary>Replaces the type's and the method's generic parameters by the given arguments.</summary>
    /// <param name="type">A type in terms of generic parameters.</param>
    /// <param name="typeArguments">What stands for the declaring type's parameters, by position.</param>
    /// <param name="methodArguments">What stands for the method's parameters, by position.</param>
    public static TypeReference Substitute(
        this TypeReference type, IReadOnlyList<TypeReference> typeArguments, IReadOnlyList<TypeReference> methodArguments)
    {
        switch (type)
        {
            case GenericParameter parameter:
                IReadOnlyList<TypeReference> arguments = parameter.Type == GenericParameterType.Type ? typeArguments : methodArguments;
                return parameter.Position < arguments.Count ? arguments[parameter.Position] : type;
            case GenericInstanceType instance:
                var result = new GenericInstanceType(instance.ElementType);
                foreach (TypeReference argument in instance.GenericArguments)
                    result.GenericArguments.Add(argument.Substitute(typeArguments, methodArguments));
                return result;
            case ByReferenceType byReference:
                return new ByReferenceType(byReference.ElementType.Substitute(typeArguments, methodArguments));
            case PointerType pointer:
                return new PointerType(pointer.ElementType.Substitute(typeArguments, methodArguments));
            case PinnedType pinned:
                return new PinnedType(pinned.ElementType.Substitute(typeArguments, methodArguments));
            case ArrayType array:
                TypeReference element = array.ElementType.Substitute(typeArguments, methodArguments);
                if (array.IsVector) return new ArrayType(element);
                var ranked = new ArrayType(element, array.Rank);
                for (int i = 0; i < array.Rank; i++) ranked.Dimensions[i] = array.Dimensions[i];
                return ranked;
            case FunctionPointerType function:
                var functionPointer = new FunctionPointerType
                {
                    HasThis = function.HasThis,
                    ExplicitThis = function.ExplicitThis,
                    CallingConvention = function.CallingConvention,
                    ReturnType = function.ReturnType.Substitute(typeArguments, methodArguments),
                };
                foreach (ParameterDefinition each in function.Parameters)
                    functionPointer.Parameters.Add(new ParameterDefinition(each.ParameterType.Substitute(typeArguments, methodArguments)));
                return functionPointer;
            case RequiredModifierType required:
                return new RequiredModifierType(required.ModifierType, required.ElementType.Substitute(typeArguments, methodArguments));
            case OptionalModifierType optional:
                return new OptionalModifierType(optional.ModifierType, optional.ElementType.Substitute(typeArguments, methodArguments));
            default:
                return type;
        }
    }

    /// <summary>Whether it is a type parameter that may be a ref struct (<c>allows ref struct</c>).</summary>
    public static bool IsOpenParameter(this TypeReference type) => type.Bare() is GenericParameter parameter && parameter.IsByRefLike();

    /// <summary>Whether another method may run where this one is called virtually.</summary>
    public static bool IsOverridable(this MethodDefinition method) => method is { IsVirtual: true, IsFinal: false, DeclaringType.IsSealed: false };

    /// <summary>A member's type as seen through the reference that names it.</summary>
    public static TypeReference Through(this TypeReference type, MemberReference member)
    {
        IReadOnlyList<TypeReference> typeArguments = member.DeclaringType is GenericInstanceType instance ? [.. instance.GenericArguments] : [];
        IReadOnlyList<TypeReference> methodArguments = member is GenericInstanceMethod method ? [.. method.GenericArguments] : [];
        return typeArguments.Count == 0 && methodArguments.Count == 0 ? type : type.Substitute(typeArguments, methodArguments);
    }

    /// <summary>The type without custom modifiers and the pinned mark.</summary>
    public static TypeReference Bare(this TypeReference type)
    {
        while (true)
        {
            switch (type)
            {
                case IModifierType modifier: type = modifier.ElementType; break;
                case PinnedType pinned: type = pinned.ElementType; break;
                case SentinelType sentinel: type = sentinel.ElementType; break;
                default: return type;
            }
        }
    }

    /// <summary>Whether the value is an object reference (not a value type, reference, pointer or open type parameter).</summary>
    public static bool IsObjectReference(this TypeReference type) => type.Bare() switch
    {
        GenericParameter => false,
        ByReferenceType or PointerType or FunctionPointerType => false,
        ArrayType => true,
        var bare => !bare.IsValueType && bare.MetadataType != MetadataType.TypedByReference,
    };

    /// <summary>Whether values of the type cannot be stored in a heap object: references and ref structs.</summary>
    public static bool IsByRefLike(this TypeReference type)
    {
        type = type.Bare();
        if (type is ByReferenceType || type.MetadataType == MetadataType.TypedByReference) return true;
        if (type is GenericParameter parameter) return ((int)parameter.Attributes & 0x20) != 0; // allows ref struct
        if (!type.IsValueType || type.IsPrimitive) return false;
        TypeDefinition? definition = type.Resolve();
        return definition is not null && definition.Has("System.Runtime.CompilerServices.IsByRefLikeAttribute");
    }

    /// <summary>Whether values are raw addresses, which say nothing of what they point to.</summary>
    public static bool IsPointer(this TypeReference type) => type.Bare() is PointerType or FunctionPointerType;

    /// <summary>The type that a value has on the evaluation stack: small integers, booleans and enums are int32.</summary>
    public static TypeReference OnStack(this TypeReference type, TypeSystem system)
    {
        type = type.Bare();
        switch (type.MetadataType)
        {
            case MetadataType.Boolean or MetadataType.Char or MetadataType.SByte or MetadataType.Byte or MetadataType.Int16
                or MetadataType.UInt16 or MetadataType.Int32 or MetadataType.UInt32:
                return system.Int32;
            case MetadataType.Int64 or MetadataType.UInt64:
                return system.Int64;
            case MetadataType.IntPtr or MetadataType.UIntPtr:
                return system.IntPtr;
        }
        if (type.IsValueType && type is not GenericInstanceType && !type.IsPrimitive && type.Resolve() is { IsEnum: true } definition)
            return definition.Fields.First(f => !f.IsStatic).FieldType.OnStack(system);
        return type;
    }

    /// <summary>
    /// Whether a class of its own can name the type: neither type parameters of somebody nor types that are private to another class.
    /// </summary>
    public static bool IsVisibleInModule(this TypeReference type) => type switch
    {
        GenericInstanceType instance => IsVisibleInModule(instance.ElementType) && instance.GenericArguments.All(IsVisibleInModule),
        ArrayType array => IsVisibleInModule(array.ElementType),
        GenericParameter or TypeSpecification => false,
        _ => !type.IsNested || type.Resolve() is { IsNestedPrivate: false, IsNestedFamily: false, IsNestedFamilyAndAssembly: false } && IsVisibleInModule(type.DeclaringType),
    };

    /// <summary>Whether a type parameter is declared <c>in</c> or <c>out</c>.</summary>
    public static bool IsVariant(this TypeDefinition type) => type.GenericParameters.Any(p => p.IsCovariant || p.IsContravariant);

    /// <summary>Whether the type is a delegate type.</summary>
    public static bool IsDelegate(this TypeDefinition type) =>
        type.BaseType?.FullName is "System.MulticastDelegate" or "System.Delegate";

    /// <summary>The type and the types around it, with all types nested in it.</summary>
    public static IEnumerable<TypeDefinition> WithNested(this TypeDefinition type) =>
        type.NestedTypes.SelectMany(WithNested).Prepend(type);

    /// <summary>The definition's own generic parameters as arguments: C&lt;T&gt; inside C.</summary>
    public static TypeReference AsSelf(this TypeDefinition type)
    {
        if (!type.HasGenericParameters) return type;
        var self = new GenericInstanceType(type);
        foreach (GenericParameter parameter in type.GenericParameters) self.GenericArguments.Add(parameter);
        return self;
    }

    /// <summary>Whether an attribute of this name is on the member.</summary>
    public static bool Has(this ICustomAttributeProvider provider, string attribute)
    {
        if (!provider.HasCustomAttributes) return false;
        foreach (CustomAttribute each in provider.CustomAttributes)
        {
            if (each.AttributeType.FullName == attribute) return true;
        }
        return false;
    }
}
