using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>The members of the runtime library that calls of twins use, imported.</summary>
internal sealed class TwinMembers
{
    private readonly ModuleDefinition _module;
    private readonly TypeDefinition _calls;

    public TwinMembers(ModuleDefinition module, ModuleDefinition runtime)
    {
        _module = module;
        _calls = runtime.GetType("GreenThreads.Twins", "TwinCalls");
        TypeDefinition site = runtime.GetType("GreenThreads.Twins", "TwinSite");
        Site = module.ImportReference(site);
        NewSite = module.ImportReference(site.Methods.Single(m => m.IsConstructor && m.IsPublic));
        Applies = module.ImportReference(site.Methods.Single(m => m.Name == "Applies"));
        IsWanted = module.ImportReference(_calls.Methods.Single(m => m.Name == "get_IsWanted"));
        Token = module.ImportReference(_calls.Methods.Single(m => m.Name == "get_Token"));
        Begin = module.ImportReference(_calls.Methods.Single(m => m.Name == "Begin"));
        Abandon = module.ImportReference(_calls.Methods.Single(m => m.Name == "Abandon"));
    }

    public TypeReference Site { get; }
    public MethodReference NewSite { get; }
    public MethodReference Applies { get; }
    public MethodReference IsWanted { get; }
    public MethodReference Token { get; }
    public MethodReference Begin { get; }
    public MethodReference Abandon { get; }

    /// <summary>The wait for what a twin returns.</summary>
    /// <param name="task">The twin's return type: a task or value task, with or without a result.</param>
    /// <param name="result">The result, as the call has it; not used for a task without one.</param>
    public MethodReference Await(TypeReference task, TypeReference result)
    {
        string name = task.Bare().GetElementType().FullName;
        MethodDefinition await = _calls.Methods.Single(m => m.Name == "Await" && m.Parameters[0].ParameterType.GetElementType().FullName == name);
        MethodReference reference = _module.ImportReference(await);
        return await.HasGenericParameters ? reference.Of(_module.ImportReference(result)) : reference;
    }
}
