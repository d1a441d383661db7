using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Which of their arguments the references point into that the methods of the module return.</summary>
internal sealed class ReturnSummaries
{
    private readonly ModuleDefinition _module;
    private readonly Dictionary<MethodDefinition, IReadOnlyList<ReturnedArgument>?> _known = [];

    public ReturnSummaries(ModuleDefinition module)
    {
        _module = module;
        RefStructs = new RefStructs(module, this);
    }

    /// <summary>The ref structs of the module.</summary>
    public RefStructs RefStructs { get; }

    /// <summary>The arguments; null where the reference may point elsewhere.</summary>
    public IReadOnlyList<ReturnedArgument>? Of(MethodReference callee)
    {
        if (!callee.ReturnType.IsByRefLike() || callee.Resolve() is not { HasBody: true } method || method.Module != _module) return null;
        if (_known.TryGetValue(method, out IReadOnlyList<ReturnedArgument>? arguments)) return arguments;
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

/// <summary>An argument that a returned reference comes from.</summary>
/// <param name="Argument">Which, with the receiver as 0.</param>
/// <param name="IsLoose">Whether the reference may lie outside of it.</param>
/// <param name="IsHeld">
/// Whether the argument is a reference to a ref struct, and what is returned points to where the reference in that does: not into
/// the variable of the caller, from which no distance may be taken.
/// </param>
internal sealed record ReturnedArgument(int Argument, bool IsLoose, bool IsHeld);
