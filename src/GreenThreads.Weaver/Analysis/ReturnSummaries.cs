using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Which of their arguments the references point into that the methods of the module return.</summary>
internal sealed class ReturnSummaries
{
    private readonly ModuleDefinition _module;
    private readonly Dictionary<MethodDefinition, IReadOnlyList<(int Argument, bool IsLoose)>?> _known = [];

    public ReturnSummaries(ModuleDefinition module)
    {
        _module = module;
        RefStructs = new RefStructs(module, this);
    }

    /// <summary>The ref structs of the module.</summary>
    public RefStructs RefStructs { get; }

    /// <summary>
    /// The arguments, with the receiver as 0, and whether the reference may lie outside of them; null where it may point
    /// elsewhere.
    /// </summary>
    public IReadOnlyList<(int Argument, bool IsLoose)>? Of(MethodReference callee)
    {
        if (!callee.ReturnType.IsByRefLike() || callee.Resolve() is not { HasBody: true } method || method.Module != _module) return null;
        if (_known.TryGetValue(method, out IReadOnlyList<(int Argument, bool IsLoose)>? arguments)) return arguments;
        _known.Add(method, null); // a recursion finds nothing
        try
        {
            var flow = new FlowGraph(method);
            arguments = new RootAnalysis(flow, new StackAnalysis(flow), this).ReturnedArguments();
        }
        catch (UnknownILException)
        {
            arguments = null; // said where the method itself is planned
        }
        return _known[method] = arguments;
    }
}
