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

    /// <summary>Assemblies whose woven bodies this module calls.</summary>
    public HashSet<string> CalledAssemblies { get; } = [];

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
