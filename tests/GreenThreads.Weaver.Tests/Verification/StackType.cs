using Mono.Cecil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>What a slot of the evaluation stack holds (ECMA-335 I.12.3.2.1).</summary>
internal enum StackKind
{
    Int32,
    Int64,
    NativeInt,
    Float,
    Object,
    Value,
    Reference,
}

/// <summary>The type of a slot of the evaluation stack.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Type">The class, the value type, or what a reference refers to; null for numbers and for the null reference.</param>
internal sealed record StackType(StackKind Kind, TypeReference? Type = null)
{
    public static readonly StackType Int32 = new(StackKind.Int32), Int64 = new(StackKind.Int64), NativeInt = new(StackKind.NativeInt),
        Float = new(StackKind.Float), Null = new(StackKind.Object);

    /// <summary>The receiver of a constructor that has not called another one yet.</summary>
    public bool IsUninitialized { get; init; }

    /// <summary>A reference that nothing may be stored through.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>A reference to a variable of this method.</summary>
    public bool IsLocal { get; init; }

    /// <summary>A boxed value of the type: of a type parameter, or of a struct.</summary>
    public bool IsBoxed { get; init; }

    /// <summary>The method that a function pointer points to.</summary>
    public MethodReference? Function { get; init; }

    public bool IsNull => Kind == StackKind.Object && Type is null;

    /// <summary>Whether it is an int32 or a native int.</summary>
    public bool IsInteger => Kind is StackKind.Int32 or StackKind.NativeInt;

    /// <summary>The type that a variable has when it is loaded.</summary>
    public static StackType Of(TypeReference type)
    {
        bool isReadOnly = type is RequiredModifierType { ModifierType.Name: "InAttribute" } or ByReferenceType { ElementType: RequiredModifierType { ModifierType.Name: "InAttribute" } };
        type = type.Stripped();
        switch (type)
        {
            case ByReferenceType reference: return new StackType(StackKind.Reference, reference.ElementType.Stripped()) { IsReadOnly = isReadOnly };
            case PointerType or FunctionPointerType: return NativeInt;
            case GenericParameter: return new StackType(StackKind.Value, type);
        }
        return type.Reduced() switch
        {
            MetadataType.Boolean or MetadataType.Char or MetadataType.SByte or MetadataType.Byte or MetadataType.Int16 or MetadataType.UInt16
                or MetadataType.Int32 or MetadataType.UInt32 => Int32,
            MetadataType.Int64 or MetadataType.UInt64 => Int64,
            MetadataType.IntPtr or MetadataType.UIntPtr => NativeInt,
            MetadataType.Single or MetadataType.Double => Float,
            _ => new StackType(type.IsValue() ? StackKind.Value : StackKind.Object, type),
        };
    }

    public override string ToString() => Kind switch
    {
        StackKind.Object => IsUninitialized ? $"uninitialized {Type}" : IsBoxed ? $"boxed {Type}" : Type?.FullName ?? "null",
        StackKind.Value => $"{Type}",
        StackKind.Reference => (IsReadOnly ? "readonly " : "") + $"{Type}&",
        _ => Kind.ToString(),
    };
}
