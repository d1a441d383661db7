using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Instantiations of generic methods.</summary>
internal static class MethodReferences
{
    /// <summary>The generic method at these type arguments.</summary>
    public static MethodReference Of(this MethodReference method, params IEnumerable<TypeReference> arguments)
    {
        var instance = new GenericInstanceMethod(method);
        foreach (TypeReference argument in arguments) instance.GenericArguments.Add(argument);
        return instance;
    }

    /// <summary>The method at the type arguments with which another one is called; itself where that is not generic.</summary>
    public static MethodReference WithArgumentsOf(this MethodReference method, MethodReference callee) =>
        callee is GenericInstanceMethod generic ? method.Of(generic.GenericArguments) : method;
}
