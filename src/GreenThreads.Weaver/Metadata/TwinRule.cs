using System.Text;
using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Finds the asynchronous twin of a blocking member, by name and signature.</summary>
internal static class TwinRule
{
    private const string Token = "System.Threading.CancellationToken";

    /// <summary>
    /// The public member of the same name with the suffix Async, of the same type or one that it derives from, that takes
    /// the same parameters (rather one cancellation token more) and returns a task of the same result.
    /// </summary>
    /// <returns>Null where there is none, or where no task could stand in for the call.</returns>
    public static Twin? Find(MethodDefinition blocking)
    {
        if (!MayHaveOne(blocking)) return null;
        foreach (TypeDefinition type in Lineage(blocking.DeclaringType))
        {
            Twin? without = null;
            foreach (MethodDefinition candidate in type.Methods)
            {
                if (candidate.Name.Length != blocking.Name.Length + 5 || !IsNamed(candidate, blocking) || !Returns(candidate, blocking)) continue;
                bool takesToken = candidate.Parameters.Count == blocking.Parameters.Count + 1
                    && candidate.Parameters[^1].ParameterType.FullName == Token;
                if (!takesToken && candidate.Parameters.Count != blocking.Parameters.Count) continue;
                if (!TakesSame(candidate, blocking)) continue;
                if (takesToken) return new Twin(candidate, TakesToken: true);
                without = new Twin(candidate, TakesToken: false);
            }
            if (without is not null) return without;
        }
        return null;
    }

    // The type, then what it derives from. Beyond a generic type, names would have to be seen through its arguments.
    private static IEnumerable<TypeDefinition> Lineage(TypeDefinition type)
    {
        yield return type;
        if (type.HasGenericParameters) yield break;
        IEnumerable<TypeReference> bases = type.IsInterface ? type.Interfaces.Select(i => i.InterfaceType) : type.BaseType is null ? [] : [type.BaseType];
        foreach (TypeReference reference in bases)
        {
            if (reference is GenericInstanceType || reference.Resolve() is not { } definition) continue;
            foreach (TypeDefinition ancestor in Lineage(definition)) yield return ancestor;
        }
    }

    private static bool MayHaveOne(MethodDefinition method) =>
        method.IsPublic && !method.IsConstructor && !method.IsGetter && !method.IsSetter && !method.IsAddOn && !method.IsRemoveOn
        && !method.DeclaringType.IsValueType && !(method.IsStatic && method.IsVirtual)
        && !method.ReturnType.IsByRefLike() && !method.ReturnType.IsPointer() && !IsTask(method.ReturnType)
        && !method.Name.EndsWith("Async", StringComparison.Ordinal)
        && !method.Parameters.Any(p => p.ParameterType.IsByRefLike() || p.ParameterType.IsPointer());

    private static bool IsNamed(MethodDefinition candidate, MethodDefinition blocking) =>
        candidate.IsPublic && candidate.IsStatic == blocking.IsStatic
        && candidate.GenericParameters.Count == blocking.GenericParameters.Count
        && candidate.Name.StartsWith(blocking.Name, StringComparison.Ordinal) && candidate.Name.EndsWith("Async", StringComparison.Ordinal)
        && !IsObsoleteError(candidate);

    private static bool TakesSame(MethodDefinition candidate, MethodDefinition blocking)
    {
        for (int i = 0; i < blocking.Parameters.Count; i++)
        {
            if (!IsSame(candidate.Parameters[i].ParameterType, blocking.Parameters[i].ParameterType)) return false;
        }
        return true;
    }

    private static bool Returns(MethodDefinition candidate, MethodDefinition blocking)
    {
        TypeReference type = candidate.ReturnType.Bare();
        if (!IsTask(type)) return false;
        if (blocking.ReturnType.Bare().MetadataType == MetadataType.Void) return type is not GenericInstanceType;
        return type is GenericInstanceType { GenericArguments: [var result] } && IsSame(result, blocking.ReturnType);
    }

    private static bool IsTask(TypeReference type) =>
        (type.Bare() is GenericInstanceType instance ? instance.ElementType : type.Bare()).FullName
            is "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask"
            or "System.Threading.Tasks.Task`1" or "System.Threading.Tasks.ValueTask`1";

    private static bool IsSame(TypeReference a, TypeReference b)
    {
        var left = new StringBuilder();
        var right = new StringBuilder();
        Signatures.Append(left, a);
        Signatures.Append(right, b);
        return left.Equals(right);
    }

    private static bool IsObsoleteError(MethodDefinition method) =>
        method.HasCustomAttributes && method.CustomAttributes.Any(
            a => a.AttributeType.FullName == "System.ObsoleteAttribute" && a.ConstructorArguments is [_, { Value: true }]);
}

/// <summary>The asynchronous twin of a blocking member.</summary>
/// <param name="Method">The twin.</param>
/// <param name="TakesToken">Whether its last parameter is a cancellation token that the blocking member does not have.</param>
internal sealed record Twin(MethodDefinition Method, bool TakesToken);
