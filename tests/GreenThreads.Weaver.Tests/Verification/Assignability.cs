using Mono.Cecil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>Verification assignment compatibility (ECMA-335 I.8.7 and III.1.8.1.2.3).</summary>
internal static class Assignability
{
    private static readonly string[] s_arrayInterfaces =
        ["System.Collections.Generic.IList`1", "System.Collections.Generic.ICollection`1", "System.Collections.Generic.IEnumerable`1",
            "System.Collections.Generic.IReadOnlyList`1", "System.Collections.Generic.IReadOnlyCollection`1"];

    /// <summary>Whether a value on the stack can go to a place of the type.</summary>
    public static bool IsAssignable(StackType value, TypeReference place)
    {
        if (value.IsUninitialized) return false;
        StackType target = StackType.Of(place);
        switch (target.Kind)
        {
            case StackKind.NativeInt:
                return value.IsInteger || value.Kind == StackKind.Reference && place.Stripped() is PointerType; // the address of a fixed variable
            case StackKind.Int32 or StackKind.Int64 or StackKind.Float:
                return value.Kind == target.Kind;
            case StackKind.Reference:
                return value.Kind == StackKind.Reference && TypeFacts.SamePlace(value.Type!, target.Type!) && (!value.IsReadOnly || target.IsReadOnly);
            case StackKind.Value:
                return value.Kind == StackKind.Value && TypeFacts.Same(value.Type!, target.Type!);
            default:
                return value.Kind == StackKind.Object && (value.IsNull || IsSubtype(value.Type!, value.IsBoxed, target.Type!));
        }
    }

    /// <summary>Whether two values may be compared, or meet where paths join; gives the joined type.</summary>
    public static StackType? Merge(StackType a, StackType b)
    {
        if (a == b) return a;
        if (a.IsUninitialized != b.IsUninitialized) return null;
        if (a.Kind != b.Kind) return a.IsInteger && b.IsInteger ? StackType.NativeInt : null;
        switch (a.Kind)
        {
            case StackKind.Object:
                if (a.IsNull) return b;
                if (b.IsNull) return a;
                if (IsSubtype(b.Type!, b.IsBoxed, a.Type!) && !a.IsBoxed) return a;
                if (IsSubtype(a.Type!, a.IsBoxed, b.Type!) && !b.IsBoxed) return b;
                if (a.IsBoxed && b.IsBoxed && TypeFacts.Same(a.Type!, b.Type!)) return a;
                for (TypeReference? t = a.Type is ArrayType or GenericParameter ? null : a.Type!.BaseOf(); t is not null; t = t.BaseOf())
                {
                    if (IsSubtype(b.Type!, b.IsBoxed, t)) return new StackType(StackKind.Object, t);
                }
                return new StackType(StackKind.Object, a.Type!.Module.TypeSystem.Object);
            case StackKind.Value:
                return TypeFacts.Same(a.Type!, b.Type!) ? a : null;
            case StackKind.Reference:
                return TypeFacts.SamePlace(a.Type!, b.Type!) ? a with { IsReadOnly = a.IsReadOnly || b.IsReadOnly, IsLocal = a.IsLocal || b.IsLocal } : null;
            default:
                return a with { Function = null };
        }
    }

    /// <summary>Whether an object of a class (or a boxed value) is also of another type.</summary>
    public static bool IsSubtype(TypeReference from, bool isBoxed, TypeReference to)
    {
        (from, to) = (from.Stripped(), to.Stripped());
        if (to is GenericParameter) return from is GenericParameter && TypeFacts.Same(from, to);
        if (to.FullName == "System.Object" || !isBoxed && TypeFacts.Same(from, to)) return true;
        // A path that joined to Object may go to any interface: calls through it are checked at run time (ECMA-335 III.1.8.1.3).
        if (from.FullName == "System.Object" && to.Resolve() is { IsInterface: true }) return true;
        if (from is GenericParameter parameter)
            return parameter.Constraints.Any(c => IsSubtype(c.ConstraintType, c.ConstraintType is GenericParameter, to) || c.ConstraintType is GenericParameter && TypeFacts.Same(c.ConstraintType, to));
        if (from is ArrayType array) return IsArraySubtype(array, to);
        if (to is ArrayType) return false;
        if (isBoxed && TypeFacts.Same(from, to)) return false;
        for (TypeReference? t = from; t is not null; t = t.BaseOf())
        {
            if (TypeFacts.Same(t, to) || IsVariant(t, to)) return true;
        }
        return from.InterfacesOf().Any(i => TypeFacts.Same(i, to) || IsVariant(i, to));
    }

    private static bool IsArraySubtype(ArrayType from, TypeReference to)
    {
        if (to is ArrayType array)
            return from.Rank == array.Rank && (TypeFacts.SamePlace(from.ElementType, array.ElementType) || IsElementSubtype(from.ElementType, array.ElementType));
        if (to is GenericInstanceType instance && from.IsVector && s_arrayInterfaces.Contains(instance.ElementType.FullName))
            return TypeFacts.SamePlace(from.ElementType, instance.GenericArguments[0]) || IsElementSubtype(from.ElementType, instance.GenericArguments[0]);
        return from.Module.TypeSystem.Object.Resolve().Module.GetType("System.Array") is { } definition && IsSubtype(definition, false, to);
    }

    private static bool IsElementSubtype(TypeReference from, TypeReference to) => IsReferenceType(from) && IsReferenceType(to) && IsSubtype(from, false, to);

    private static bool IsReferenceType(TypeReference type) =>
        type is GenericParameter p ? p.HasReferenceTypeConstraint || p.Constraints.Any(c => c.ConstraintType.Resolve() is { IsClass: true, IsValueType: false }) : !type.IsValue() && type is not (PointerType or FunctionPointerType);

    private static bool IsVariant(TypeReference from, TypeReference to)
    {
        if (from is not GenericInstanceType a || to is not GenericInstanceType b || !TypeFacts.Same(a.ElementType, b.ElementType) || a.ElementType.Resolve() is not { } definition) return false;
        for (int i = 0; i < a.GenericArguments.Count; i++)
        {
            (TypeReference x, TypeReference y) = (a.GenericArguments[i], b.GenericArguments[i]);
            if (TypeFacts.Same(x, y)) continue;
            GenericParameter parameter = definition.GenericParameters[i];
            if (!(parameter.IsCovariant && IsElementSubtype(x, y)) && !(parameter.IsContravariant && IsElementSubtype(y, x))) return false;
        }
        return true;
    }
}
