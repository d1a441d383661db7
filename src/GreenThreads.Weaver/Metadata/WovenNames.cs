using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>The names of emitted members (unspeakable in C#), and how a woven body is found from another assembly.</summary>
internal static class WovenNames
{
    public const string WovenAttribute = "GreenThreads.Continuations.WovenAttribute";
    public const string HandWovenAttribute = "GreenThreads.Continuations.HandWovenAttribute";
    public const string NotWovenAttribute = "GreenThreads.NotWovenAttribute";
    public const string ContinuationType = "GreenThreads.Continuations.Continuation";

    /// <summary>The name of the woven body of a method.</summary>
    public static string Body(MethodDefinition method) => $"<{method.Name}>g__Woven";

    /// <summary>The name of the method that calls a struct's method on a box.</summary>
    public static string OnBox(MethodDefinition method) => $"<{method.Name}>g__OnBox";

    /// <summary>The name of the frame class of a method.</summary>
    public static string Frame(MethodDefinition method, int number) => $"<{method.Name}>f__Frame{number}";

    /// <summary>The woven body beside a method of an assembly that is woven already, or written by hand.</summary>
    public static MethodDefinition? FindBody(MethodDefinition method)
    {
        string name = Body(method);
        if (method.HasCustomAttributes)
        {
            CustomAttribute? byHand = method.CustomAttributes.FirstOrDefault(a => a.AttributeType.FullName == HandWovenAttribute);
            if (byHand is not null) name = (string)byHand.ConstructorArguments[0].Value;
        }
        foreach (MethodDefinition candidate in method.DeclaringType.Methods)
        {
            if (candidate.Name == name && IsBodyOf(candidate, method)) return candidate;
        }
        return null;
    }

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
