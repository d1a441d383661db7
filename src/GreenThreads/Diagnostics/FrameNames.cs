namespace GreenThreads.Diagnostics;

/// <summary>The methods that frames belong to, from the names of the frame classes: Type+&lt;Method&gt;f__0.</summary>
internal static class FrameNames
{
    internal static string Of(Type frame)
    {
        string name = frame.Name;
        int start = name.IndexOf('<');
        int end = name.LastIndexOf(">f__", StringComparison.Ordinal);
        string method = start >= 0 && end > start ? name[(start + 1)..end] : name;
        Type? type = frame.DeclaringType;
        return type is null ? method : $"{TypeName(type)}.{method}";
    }

    private static string TypeName(Type type)
    {
        string name = type.Name;
        int arity = name.IndexOf('`');
        if (arity >= 0) name = name[..arity];
        return type.DeclaringType is { } outer ? $"{TypeName(outer)}.{name}" : string.IsNullOrEmpty(type.Namespace) ? name : $"{type.Namespace}.{name}";
    }
}
