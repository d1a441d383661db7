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
            if (lineOf.TryGetValue(point.Call, out SequencePoint? line)) at[point.Resume] = Copy(line, point.Resume);
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
        void MapScope(ScopeDebugInformation scope)
        {
            (scope.Start, scope.End) = (Map(scope.Start), Map(scope.End));
            foreach (ScopeDebugInformation inner in scope.Scopes) MapScope(inner);
        }

        // what is not there any more was behind the last instruction
        InstructionOffset Map(InstructionOffset place) =>
            !place.IsEndOfMethod && byOffset.TryGetValue(place.Offset, out Instruction? instruction) ? new InstructionOffset(instruction) : default;
    }

    /// <summary>
    /// Takes away where the locals that an iterator or async method keeps in fields are visible: debuggers then show them in
    /// the whole method. Their places do not survive the move of code into bodies and out of handlers, and a wrong place makes
    /// tools that read the symbols fail.
    /// </summary>
    public static void DropFieldScopes(MethodDefinition method)
    {
        _ = method.Body; // they are read with it
        var custom = method.CustomDebugInformations;
        for (int i = custom.Count - 1; i >= 0; i--)
        {
            if (custom[i] is StateMachineScopeDebugInformation) custom.RemoveAt(i);
        }
    }

    /// <summary>Before instructions are added to a method that may not be woven: its sequence points hold on to theirs.</summary>
    public static void Bind(MethodDefinition method)
    {
        if (!method.DebugInformation.HasSequencePoints) return;
        Dictionary<int, Instruction> byOffset = method.Body.Instructions.ToDictionary(i => i.Offset);
        var points = method.DebugInformation.SequencePoints;
        for (int i = 0; i < points.Count; i++)
        {
            if (byOffset.TryGetValue(points[i].Offset, out Instruction? instruction)) points[i] = Copy(points[i], instruction);
        }
    }

    /// <summary>Takes the debug information away from a method and gives it to its woven body.</summary>
    public static void Move(MethodDefinition from, MethodDefinition to)
    {
        MethodDebugInformation source = from.DebugInformation;
        MethodDebugInformation target = to.DebugInformation;
        foreach (SequencePoint point in source.SequencePoints) target.SequencePoints.Add(point);
        target.Scope = source.Scope;
        target.StateMachineKickOffMethod = source.StateMachineKickOffMethod;
        foreach (CustomDebugInformation custom in source.CustomDebugInformations) target.CustomDebugInformations.Add(custom);
        source.SequencePoints.Clear();
        source.Scope = null;
        source.StateMachineKickOffMethod = null;
        source.CustomDebugInformations.Clear();
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
