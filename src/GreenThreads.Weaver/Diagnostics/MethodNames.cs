using System.Text;
using Mono.Cecil;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>Methods as people write them.</summary>
internal static class MethodNames
{
    /// <summary>Type and name; constructors as "new Type", accessors by their property, lambdas and iterators by their method.</summary>
    public static string Of(MethodReference method)
    {
        string type = TypeName(method.DeclaringType);
        if (method.Name == ".ctor") return $"new {type}";
        if (method.Name == ".cctor") return $"static {type}()";
        string name = method.Name;
        if (name.StartsWith('<') && name.IndexOf('>') is > 1 and int end) name = $"{name[1..end]} (lambda or local function)";
        else if (name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal)) name = name[4..];
        return $"{type}.{name}";
    }

    private static string TypeName(TypeReference type)
    {
        var text = new StringBuilder(type.Name.Split('`')[0]);
        for (TypeReference? outer = type.DeclaringType; outer is not null; outer = outer.DeclaringType)
        {
            if (type.Name.StartsWith('<')) text.Clear().Append(outer.Name.Split('`')[0]);
            else text.Insert(0, '.').Insert(0, outer.Name.Split('`')[0]);
            type = outer;
        }
        return text.ToString();
    }
}
