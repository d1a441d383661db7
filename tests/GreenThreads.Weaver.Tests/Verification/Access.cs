using Mono.Cecil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>Which members a method may name, and which type arguments a parameter takes.</summary>
internal sealed class Access(ModuleDefinition module)
{
    private readonly HashSet<string> _ignored = [.. module.Assembly.CustomAttributes
        .Where(a => a.AttributeType.Name == "IgnoresAccessChecksToAttribute").Select(a => (string)a.ConstructorArguments[0].Value)];

    public bool IsVisible(TypeReference type, TypeDefinition from)
    {
        switch (type)
        {
            case GenericParameter: return true;
            case GenericInstanceType instance: return IsVisible(instance.ElementType, from) && instance.GenericArguments.All(a => IsVisible(a, from));
            case FunctionPointerType: return true;
            case TypeSpecification specification: return IsVisible(specification.ElementType, from);
        }
        if (type.Resolve() is not { } definition) return true; // reported as unresolved
        if (!definition.IsNested) return definition.IsPublic || SharesInternals(definition.Module);
        return IsVisible(definition.DeclaringType, from) && (definition.IsNestedPublic
            || (definition.IsNestedAssembly || definition.IsNestedFamilyOrAssembly) && SharesInternals(definition.Module)
            || (definition.IsNestedFamily || definition.IsNestedFamilyOrAssembly) && IsFamily(definition.DeclaringType, from)
            || IsInside(from, definition.DeclaringType));
    }

    public bool IsVisible(FieldDefinition field, TypeDefinition from) =>
        IsVisible(field.DeclaringType, field.IsPublic, field.IsAssembly || field.IsFamilyOrAssembly, field.IsFamily || field.IsFamilyOrAssembly, field.IsFamilyAndAssembly, from);

    public bool IsVisible(MethodDefinition method, TypeDefinition from) =>
        IsVisible(method.DeclaringType, method.IsPublic, method.IsAssembly || method.IsFamilyOrAssembly, method.IsFamily || method.IsFamilyOrAssembly, method.IsFamilyAndAssembly, from);

    /// <summary>The first type argument that does not meet the constraints of its parameter; null if all do.</summary>
    public static string? Violation(IGenericParameterProvider definition, IReadOnlyList<TypeReference> arguments, IReadOnlyList<TypeReference> ofType, IReadOnlyList<TypeReference> ofMethod)
    {
        if (definition.GenericParameters.Count != arguments.Count) return $"{definition} takes {definition.GenericParameters.Count} type arguments";
        foreach (GenericParameter parameter in definition.GenericParameters)
        {
            TypeReference argument = arguments[parameter.Position].Stripped();
            bool isParameter = argument is GenericParameter;
            bool isValue = argument is GenericParameter p ? p.HasNotNullableValueTypeConstraint : argument.IsValue();
            if (argument is PointerType or FunctionPointerType or ByReferenceType || argument.MetadataType == MetadataType.Void) return $"{argument} cannot be a type argument";
            if (argument.IsByRefLike() && ((int)parameter.Attributes & 0x20) == 0) return $"{argument} is a ref struct";
            if (parameter.HasNotNullableValueTypeConstraint && (!isValue || argument is GenericInstanceType { ElementType.FullName: "System.Nullable`1" })) return $"{argument} is not a struct";
            if (parameter.HasReferenceTypeConstraint && (isValue || argument is GenericParameter { HasReferenceTypeConstraint: false } q && !q.Constraints.Any(c => c.ConstraintType.Resolve() is { IsClass: true }))) return $"{argument} is not a class";
            if (parameter.HasDefaultConstructorConstraint && !isValue && !HasConstructor(argument)) return $"{argument} has no public constructor without parameters";
            foreach (GenericParameterConstraint constraint in parameter.Constraints)
            {
                TypeReference wanted = constraint.ConstraintType.Stripped().Substitute(ofType, ofMethod);
                bool isInterface = wanted.Resolve() is { IsInterface: true };
                if (isInterface && argument.FullName == "System.Object" || !Assignability.IsSubtype(argument, isParameter || isValue, wanted) && !TypeFacts.Same(argument, wanted)) return $"{argument} is not a {wanted}";
            }
        }
        return null;
    }

    private static bool HasConstructor(TypeReference type) => type is GenericParameter parameter
        ? parameter.HasDefaultConstructorConstraint || parameter.HasNotNullableValueTypeConstraint
        : type.Resolve() is { IsAbstract: false } definition && definition.Methods.Any(m => m is { IsConstructor: true, IsStatic: false, IsPublic: true, Parameters.Count: 0 });

    private bool IsVisible(TypeDefinition declaring, bool isPublic, bool isAssembly, bool isFamily, bool isFamilyAndAssembly, TypeDefinition from) =>
        isPublic || isAssembly && SharesInternals(declaring.Module) || isFamily && IsFamily(declaring, from)
        || isFamilyAndAssembly && SharesInternals(declaring.Module) && IsFamily(declaring, from) || IsInside(from, declaring);

    private bool SharesInternals(ModuleDefinition other) => other.Assembly?.Name.Name == module.Assembly.Name.Name || other.Assembly is null || _ignored.Contains(other.Assembly.Name.Name)
        || other.Assembly.CustomAttributes.Any(a => a.AttributeType.Name == "InternalsVisibleToAttribute" && ((string)a.ConstructorArguments[0].Value).Split(',')[0] == module.Assembly.Name.Name);

    private static bool IsInside(TypeDefinition? from, TypeDefinition outer)
    {
        for (; from is not null; from = from.DeclaringType)
        {
            if (from.FullName == outer.FullName && from.Module.Assembly.Name.Name == outer.Module.Assembly.Name.Name) return true;
        }
        return false;
    }

    private static bool IsFamily(TypeDefinition declaring, TypeDefinition from)
    {
        for (TypeDefinition? outer = from; outer is not null; outer = outer.DeclaringType)
        {
            for (TypeDefinition? t = outer; t is not null; t = t.BaseType?.Resolve())
            {
                if (t.FullName == declaring.FullName) return true;
            }
            if (outer.InterfacesOf().Any(i => i.Resolve()?.FullName == declaring.FullName)) return true;
        }
        return false;
    }
}
