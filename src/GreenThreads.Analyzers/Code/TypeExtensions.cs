using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers.Code;

/// <summary>Questions about types.</summary>
internal static class TypeExtensions
{
    /// <summary>Namespace and name as in C#, without nullable annotations.</summary>
    public static string FullName(this ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString();

    /// <summary>Whether the type or one that it derives from has the full name.</summary>
    public static bool IsOrDerivesFrom(this ITypeSymbol? type, string fullName)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.OriginalDefinition.FullName() == fullName) return true;
        }
        return false;
    }
}
