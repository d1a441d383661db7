using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Who waits if somebody else does: built once from the unchanged code, then solved by following the edges backwards
/// from what waits by itself. Each edge is followed once, so solving takes time in proportion to the calls of the module.
/// </summary>
internal sealed class CallGraph(SlotTable slots)
{
    private readonly Dictionary<MethodDefinition, List<MethodDefinition>> _callers = [];
    private readonly Dictionary<MethodDefinition, List<MethodDefinition>> _slotCallers = [];
    private readonly List<MethodDefinition> _sources = [];

    /// <summary>The method waits by itself.</summary>
    public void AddSource(MethodDefinition method) => _sources.Add(method);

    /// <summary>The caller waits if the callee does.</summary>
    public void AddCall(MethodDefinition caller, MethodDefinition callee) => Add(_callers, callee, caller);

    /// <summary>The caller waits if any implementation of the slot does.</summary>
    public void AddSlotCall(MethodDefinition caller, MethodDefinition root) => Add(_slotCallers, root, caller);

    /// <summary>Adds to the known methods all that can reach one of them or a source.</summary>
    /// <param name="known">Those that wait; the result.</param>
    /// <param name="mayWait">Whether a method can wait at all.</param>
    public void Solve(HashSet<MethodDefinition> known, Func<MethodDefinition, bool> mayWait)
    {
        var reached = new Stack<MethodDefinition>(known);
        foreach (MethodDefinition source in _sources) Reach(source);
        while (reached.TryPop(out MethodDefinition? method))
        {
            if (_callers.TryGetValue(method, out List<MethodDefinition>? callers)) ReachAll(callers);
            foreach (MethodDefinition root in slots.RootsOf(method))
            {
                if (_slotCallers.TryGetValue(root, out List<MethodDefinition>? slotCallers)) ReachAll(slotCallers);
            }
        }

        void ReachAll(List<MethodDefinition> methods)
        {
            foreach (MethodDefinition method in methods) Reach(method);
        }

        void Reach(MethodDefinition method)
        {
            if (mayWait(method) && known.Add(method)) reached.Push(method);
        }
    }

    private static void Add(Dictionary<MethodDefinition, List<MethodDefinition>> edges, MethodDefinition from, MethodDefinition to)
    {
        if (!edges.TryGetValue(from, out List<MethodDefinition>? list)) edges.Add(from, list = []);
        if (list.Count == 0 || list[^1] != to) list.Add(to); // the calls of one method come one after the other
    }
}
