using GreenThreads.Weaver.Analysis;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Moves a method's debug information to its woven body.</summary>
/// <remarks>
/// Sequence points hang on the first instruction that stands for their original one. Emitted code is hidden from the
/// debugger, but a resume block has the line of its call: an exception that the callee threw is rethrown there.
/// </remarks>
internal static class SequencePointMap
{
    private const int HiddenLine = 0xfeefee;

    /// <summary>Rebuilds the sequence points of the body in the order of its new instructions.</summary>
    /// <param name="body">The woven body.</param>
    /// <param name="flow">The code as it was.</param>
    /// <param name="first">What stands for each of its instructions.</param>
    /// <param name="points">The suspension points.</param>
    /// <param name="blocks">The starts of blocks that belong to no line.</param>
    /// <param name="code">The new code.</param>
    public static void Apply(
        MethodDefinition body, FlowGraph flow, Dictionary<Instruction, Instruction> first, IEnumerable<SuspensionPoint> points,
        IEnumerable<Instruction> blocks, CodeBuffer code)
    {
        if (!body.Module.HasSymbols) return;
        MethodDebugInformation debug = body.DebugInformation;
        MapScopes(debug, flow, first);
        if (debug.SequencePoints.Count == 0) return;
        Dictionary<int, SequencePoint> byOffset = [];
        foreach (SequencePoint point in debug.SequencePoints) byOffset[point.Offset] = point;
        Document document = debug.SequencePoints[0].Document;

        var at = new Dictionary<Instruction, SequencePoint>();
        var lineOf = new Dictionary<Instruction, SequencePoint>();
        SequencePoint? current = null;
        foreach (Instruction original in flow.Instructions)
        {
            if (byOffset.TryGetValue(original.Offset, out SequencePoint? point))
            {
                current = point;
                at[first[original]] = Copy(point, first[original]);
            }
            if (current is not null) lineOf[original] = current;
        }
        foreach (SuspensionPoint point in points)
        {
            if (point.IsTail) continue;
            at[point.Save] = Hidden(point.Save, document);
            if (!lineOf.TryGetValue(point.Call, out SequencePoint? line)) continue;
            at[point.Resume] = Copy(line, point.Resume);
            at[point.Multicast] = Copy(line, point.Multicast);
        }
        foreach (Instruction block in blocks) at[block] = Hidden(block, document);
        debug.SequencePoints.Clear();
        bool isFirst = true;
        foreach (Instruction instruction in code.Instructions)
        {
            if (at.TryGetValue(instruction, out SequencePoint? point)) debug.SequencePoints.Add(point);
            else if (isFirst) debug.SequencePoints.Add(Hidden(instruction, document));
            isFirst = false;
        }
    }

    // Where locals are visible.
    private static void MapScopes(MethodDebugInformation debug, FlowGraph flow, Dictionary<Instruction, Instruction> first)
    {
        Dictionary<int, Instruction> byOffset = [];
        foreach (Instruction original in flow.Instructions)
        {
            if (original.Offset >= 0) byOffset.TryAdd(original.Offset, first[original]);
        }
        if (debug.Scope is not null) MapScope(debug.Scope);
        // the locals that an iterator keeps in fields
        foreach (StateMachineScope scope in debug.Method.CustomDebugInformations.OfType<StateMachineScopeDebugInformation>().SelectMany(i => i.Scopes))
            (scope.Start, scope.End) = (Map(scope.Start), Map(scope.End));

        void MapScope(ScopeDebugInformation scope)
        {
            (scope.Start, scope.End) = (Map(scope.Start), Map(scope.End));
            foreach (ScopeDebugInformation inner in scope.Scopes) MapScope(inner);
        }

        // what is not there any more was behind the last instruction
        InstructionOffset Map(InstructionOffset place) =>
            !place.IsEndOfMethod && byOffset.TryGetValue(place.Offset, out Instruction? instruction) ? new InstructionOffset(instruction) : default;
    }

    /// <summary>Before instructions are added to a method: places in its debug information hold on to the instruction that is there.</summary>
    public static void Bind(MethodDefinition method)
    {
        if (!method.Module.HasSymbols) return;
        Dictionary<int, Instruction> byOffset = [];
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.Offset >= 0) byOffset.TryAdd(instruction.Offset, instruction);
        }
        var points = method.DebugInformation.SequencePoints;
        for (int i = 0; i < points.Count; i++)
        {
            if (byOffset.TryGetValue(points[i].Offset, out Instruction? instruction)) points[i] = Copy(points[i], instruction);
        }
        if (method.DebugInformation.Scope is not null) BindScope(method.DebugInformation.Scope);
        foreach (CustomDebugInformation custom in method.CustomDebugInformations)
        {
            switch (custom)
            {
                case StateMachineScopeDebugInformation scopes:
                    foreach (StateMachineScope scope in scopes.Scopes) (scope.Start, scope.End) = (At(scope.Start), At(scope.End));
                    break;
                case AsyncMethodBodyDebugInformation asynchronous:
                    if (asynchronous.CatchHandler.Offset >= 0) asynchronous.CatchHandler = At(asynchronous.CatchHandler);
                    for (int i = 0; i < asynchronous.Yields.Count; i++) asynchronous.Yields[i] = At(asynchronous.Yields[i]);
                    for (int i = 0; i < asynchronous.Resumes.Count; i++) asynchronous.Resumes[i] = At(asynchronous.Resumes[i]);
                    break;
            }
        }

        void BindScope(ScopeDebugInformation scope)
        {
            (scope.Start, scope.End) = (At(scope.Start), At(scope.End));
            foreach (ScopeDebugInformation inner in scope.Scopes) BindScope(inner);
        }

        // what is not there is behind the last instruction
        InstructionOffset At(InstructionOffset place) =>
            !place.IsEndOfMethod && byOffset.TryGetValue(place.Offset, out Instruction? instruction) ? new InstructionOffset(instruction) : default;
    }

    /// <summary>Takes the debug information away from a method and gives it to its woven body.</summary>
    public static void Move(MethodDefinition from, MethodDefinition to)
    {
        if (!from.Module.HasSymbols) return;
        MethodDebugInformation source = from.DebugInformation;
        MethodDebugInformation target = to.DebugInformation;
        foreach (SequencePoint point in source.SequencePoints) target.SequencePoints.Add(point);
        target.Scope = source.Scope;
        target.StateMachineKickOffMethod = source.StateMachineKickOffMethod;
        foreach (CustomDebugInformation custom in from.CustomDebugInformations) to.CustomDebugInformations.Add(custom);
        source.SequencePoints.Clear();
        source.Scope = null;
        source.StateMachineKickOffMethod = null;
        from.CustomDebugInformations.Clear();
    }

    private static SequencePoint Copy(SequencePoint point, Instruction instruction) => new(instruction, point.Document)
    {
        StartLine = point.StartLine,
        StartColumn = point.StartColumn,
        EndLine = point.EndLine,
        EndColumn = point.EndColumn,
    };

    private static SequencePoint Hidden(Instruction instruction, Document document) => new(instruction, document)
    {
        StartLine = HiddenLine,
        StartColumn = 0,
        EndLine = HiddenLine,
        EndColumn = 0,
    };
}
