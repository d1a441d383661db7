using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>What all steps of weaving one module share.</summary>
/// <param name="Module">The module.</param>
/// <param name="Runtime">The members that woven code uses.</param>
/// <param name="Analysis">What is suspendable.</param>
/// <param name="Bodies">The woven bodies of this module, by their methods.</param>
/// <param name="Diagnostics">Where messages go.</param>
/// <param name="Chaos">Whether calls get a hook that can force a suspension.</param>
internal sealed record WeaveContext(
    ModuleDefinition Module,
    RuntimeTypes Runtime,
    Suspendability Analysis,
    Dictionary<MethodDefinition, MethodDefinition> Bodies,
    DiagnosticSink Diagnostics,
    bool Chaos)
{
    /// <summary>The static methods that call struct methods on a box, by those.</summary>
    public required IReadOnlyDictionary<MethodDefinition, MethodDefinition> Boxed { get; init; }

    /// <summary>Reads and writes what ref structs hold.</summary>
    public required RefStructAccess RefStructs { get; init; }

    /// <summary>What calls all targets of a delegate of the module's own, by the delegate's type.</summary>
    public required IReadOnlyDictionary<string, MethodDefinition> Multicast { get; init; }

    /// <summary>The methods through which slots and delegates are called.</summary>
    public CallHelpers Calls => field ??= new CallHelpers(this);

    /// <summary>Assemblies whose woven bodies this module calls.</summary>
    public HashSet<string> CalledAssemblies { get; } = [];

    /// <summary>The woven body that calls all targets of the delegate that is invoked; null where there is none for its type.</summary>
    public MethodReference? MulticastOf(MethodReference invoke)
    {
        string type = invoke.DeclaringType.GetElementType().FullName;
        MethodDefinition? all = Multicast.GetValueOrDefault(type) ?? Runtime.Multicast.GetValueOrDefault(type);
        if (all is null || !Analysis.IsSuspendable(all)) return null;
        MethodReference callee = Module.ImportReference(all);
        if (invoke.DeclaringType is not GenericInstanceType instance) return BodyOf(callee, all);
        return instance.GenericArguments.Any(a => a.IsByRefLike()) ? null : BodyOf(callee.Of(instance.GenericArguments), all);
    }

    /// <summary>The woven body that stands for a directly called method, instantiated as the call is.</summary>
    public MethodReference BodyOf(MethodReference callee, MethodDefinition definition)
    {
        MethodDefinition? body = Bodies.GetValueOrDefault(definition);
        if (body is null && definition.Module == Module) body = WovenNames.FindBody(definition);
        body ??= Analysis.External(definition) ?? throw new InvalidOperationException($"{definition.FullName} has no woven body");
        if (body.Module != Module) CalledAssemblies.Add(body.Module.Assembly.Name.Name);
        MethodReference imported = Module.ImportReference(body);
        TypeReference holder = body.DeclaringType == definition.DeclaringType
            ? callee.DeclaringType
            : FrameLayout.At(imported.DeclaringType.GetElementType(), callee);
        return SlotTable.On(imported, holder).WithArgumentsOf(callee);
    }
}
