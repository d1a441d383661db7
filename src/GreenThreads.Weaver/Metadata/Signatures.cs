using System.Text;
using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Signatures as text, to compare methods and to name slots.</summary>
internal static class Signatures
{
    /// <summary>Name, generic arity and parameter types, in terms of the given arguments of the declaring type.</summary>
    public static string Of(MethodReference method, IReadOnlyList<TypeReference> typeArguments, bool withName = true)
    {
        var text = new StringBuilder();
        if (withName) text.Append(method.Name);
        text.Append('`').Append(method.GenericParameters.Count).Append('(');
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            Append(text, parameter.ParameterType.Substitute(typeArguments, []));
            text.Append(',');
        }
        text.Append(')');
        Append(text, method.ReturnType.Substitute(typeArguments, []));
        return text.ToString();
    }

    /// <summary>Appends a type; the method's own generic parameters by position, since their names differ between overrides.</summary>
    public static void Append(StringBuilder text, TypeReference type)
    {
        switch (type)
        {
            case GenericParameter parameter:
                text.Append(parameter.Type == GenericParameterType.Type ? "!" : "!!").Append(parameter.Position);
                break;
            case GenericInstanceType instance:
                text.Append(instance.ElementType.FullName).Append('<');
                foreach (TypeReference argument in instance.GenericArguments)
                {
                    Append(text, argument);
                    text.Append(',');
                }
                text.Append('>');
                break;
            case ArrayType array:
                Append(text, array.ElementType);
                text.Append('[').Append(array.Rank).Append(']');
                break;
            case ByReferenceType reference:
                Append(text, reference.ElementType);
                text.Append('&');
                break;
            case PointerType pointer:
                Append(text, pointer.ElementType);
                text.Append('*');
                break;
            case IModifierType modifier:
                Append(text, modifier.ElementType);
                break;
            default:
                text.Append(type.FullName);
                break;
        }
    }

    /// <summary>
    /// A 64-bit name of a slot or constructor (FNV-1a): equal in every assembly that names the same method. The assembly
    /// belongs to it, but for the framework, whose types move between assemblies and facades.
    /// </summary>
    public static long Id(MethodDefinition method)
    {
        string scope = method.Module.Assembly.Name.Name;
        if (scope.StartsWith("System", StringComparison.Ordinal) || scope.StartsWith("Microsoft", StringComparison.Ordinal)
            || scope is "mscorlib" or "netstandard")
        {
            scope = "";
        }
        string text = $"{scope}|{method.DeclaringType.FullName}|{Of(method, [])}";
        ulong hash = 14695981039346656037;
        foreach (byte b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 1099511628211;
        return (long)hash;
    }
}
