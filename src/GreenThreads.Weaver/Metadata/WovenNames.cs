using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>The names of emitted members (unspeakable in C#), and how a woven body is found.</summary>
internal static class WovenNames
{
    public const string WovenAttribute = "GreenThreads.Continuations.WovenAttribute";
    public const string WovenMethodAttribute = "GreenThreads.Continuations.WovenMethodAttribute";
    public const string GenericWovenMethodAttribute = WovenMethodAttribute + "`1";
    public const string HandWovenAttribute = "GreenThreads.Continuations.HandWovenAttribute";
    public const string NotWovenAttribute = "GreenThreads.NotWovenAttribute";
    public const string ContinuationType = "GreenThreads.Continuations.Continuation";

    /// <summary>The name of the woven body of a method, in its frame class.</summary>
    /// <remarks>Not that of a lambda: the trimmer would look for the method that it belongs to.</remarks>
    public static string Body(MethodDefinition method) =>
        method.IsConstructor ? "ctor" : method.Name.StartsWith('<') ? "Body" : method.Name;

    /// <summary>The name of the method that calls a struct's method on a box.</summary>
    public static string OnBox(MethodDefinition method) => $"<{method.Name}>f__OnBox";

    /// <summary>The name of the frame class of a method. As in the compiler's own classes, no dots from explicit implementations.</summary>
    public static string Frame(MethodDefinition method, int number) => $"<{string.Concat(method.Name.Select(Plain))}>f__{number}";

    /// <summary>The woven body of a method of an assembly that is woven already, or written by hand.</summary>
    public static MethodDefinition? FindBody(MethodDefinition method)
    {
        if (!method.HasCustomAttributes) return null;
        foreach (CustomAttribute attribute in method.CustomAttributes)
        {
            switch (attribute.AttributeType.GetElementType().FullName)
            {
                case WovenMethodAttribute or GenericWovenMethodAttribute:
                    TypeDefinition? frame = FrameOf(attribute)?.Resolve();
                    return frame?.Methods.Concat(method.DeclaringType.Methods).First(m => IsWovenBodyOf(m, method));
                case HandWovenAttribute:
                    var name = (string)attribute.ConstructorArguments[0].Value;
                    return method.DeclaringType.Methods.FirstOrDefault(candidate => candidate.Name == name && IsBodyOf(candidate, method));
            }
        }
        return null;
    }

    private static TypeReference? FrameOf(CustomAttribute attribute) => attribute.AttributeType is GenericInstanceType generic
        ? generic.GenericArguments[0]
        : attribute.ConstructorArguments[0].Value as TypeReference;

    // What has a meaning in the names of types.
    private static char Plain(char c) => c is '.' or ',' or '+' or '[' or ']' or '&' or '*' or '\\' or '`' or '/' ? '-' : c;

    private static bool IsWovenBodyOf(MethodDefinition candidate, MethodDefinition method) =>
        candidate.IsStatic && candidate.Name == Body(method) && candidate.Parameters.Count == Analysis.Variables.ArgumentCount(method) + 1
        && candidate.Parameters[^1].ParameterType.FullName == ContinuationType;

    private static bool IsBodyOf(MethodDefinition candidate, MethodDefinition method)
    {
        int count = method.Parameters.Count;
        if (candidate.Parameters.Count != count + 1 || candidate.HasThis != method.HasThis) return false;
        if (candidate.GenericParameters.Count != method.GenericParameters.Count) return false;
        if (candidate.Parameters[count].ParameterType.FullName != ContinuationType) return false;
        for (int i = 0; i < count; i++)
        {
            if (!SameType(candidate.Parameters[i].ParameterType, method.Parameters[i].ParameterType)) return false;
        }
        return true;
    }

    private static bool SameType(TypeReference a, TypeReference b)
    {
        var left = new System.Text.StringBuilder();
        var right = new System.Text.StringBuilder();
        Signatures.Append(left, a);
        Signatures.Append(right, b);
        return left.Equals(right);
    }
}
