using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Rewriting;

// Loops that compute for long let others run. A poll is a call of LoopPoll.Yield, put where the branches back to the start of a
// loop (its header) join, before the header:
//
//            br HEADER            // only where the code before falls into the loop
//   POLL:    call Yield           // all branches back go here
//   HEADER:  …
//
// So the header stays the only way into the loop, also for a thread that is resumed at the poll: the JIT still sees a loop.
// The planner takes polls away again where they would be in a lock, in a handler, or would have to make references again, and
// where a call that the loop passes in each turn can do the same (decision 65).

/// <summary>Finds the loops of a method and has them poll whether they shall let others run.</summary>
internal static class LoopPolls
{
    private const string TypeName = "GreenThreads.Continuations.LoopPoll";

    /// <summary>How many calls of a loop are tried whether each turn passes them.</summary>
    private const int MaxTried = 16;

    /// <summary>Whether the instruction is a poll.</summary>
    public static bool IsPoll(Instruction instruction) =>
        instruction.OpCode.Code == Code.Call && instruction.Operand is MethodReference { Name: "Yield" } callee && callee.DeclaringType.FullName == TypeName;

    /// <summary>Takes a poll away.</summary>
    public static void Remove(Instruction poll) => (poll.OpCode, poll.Operand) = (OpCodes.Nop, null);

    /// <summary>Puts a poll into each loop of the method.</summary>
    /// <returns>The method as it is then.</returns>
    public static FlowGraph Insert(MethodDefinition method, RuntimeTypes runtime)
    {
        var flow = new FlowGraph(method);
        return Insert(flow, runtime) ? new FlowGraph(method) : flow;
    }

    private static bool Insert(FlowGraph flow, RuntimeTypes runtime)
    {
        MethodDefinition method = flow.Method;
        // the runtime library waits in its loops, or holds what must not be held across a suspension
        if (method.Module == runtime.Runtime || method.Body.Instructions.Any(i => IsPoll(i) || DependsOnOsThread(i))) return false;
        if (!HasBranchBack(flow)) return false;
        var stacks = new StackAnalysis(flow);
        (int Start, int End)[] tries = [.. flow.Handlers.Select(h => (flow.Number(h.TryStart), flow.End(h.TryEnd)))];
        bool simplified = false;
        foreach (IGrouping<int, int> loop in EdgesBack(flow).GroupBy(e => e.To, e => e.From).ToArray())
        {
            if (stacks.Before(loop.Key) is not { Length: 0 } || !CanInsert(flow, tries, loop.Key, [.. loop])) continue;
            if (!simplified) method.Body.SimplifyMacros();
            simplified = true;
            Insert(flow, tries, loop.Key, [.. loop], runtime);
        }
        return simplified;
    }

    /// <summary>A suspension point that every turn of a poll's loop passes; null for none.</summary>
    public static SuspensionPoint? PointInEachTurn(FlowGraph flow, int poll, MethodPlan plan)
    {
        bool[] reached = Reach(flow, poll, without: -1);
        int tried = 0;
        foreach (SuspensionPoint point in plan.Points.Values)
        {
            int number = flow.Number(point.Call);
            if (point.IsPoll || point.IsTail || point.Result?.IsByRefLike() == true || !reached[number]) continue;
            if (++tried > MaxTried) return null;
            if (!Reach(flow, poll, number)[poll]) return point;
        }
        return null;
    }

    // What runs after an instruction, other than through the one without which the way is to be found.
    private static bool[] Reach(FlowGraph flow, int start, int without)
    {
        var reached = new bool[flow.Instructions.Length];
        var pending = new List<int>();
        AddSuccessors(flow, start, pending);
        while (pending.Count > 0)
        {
            int number = pending[^1];
            pending.RemoveAt(pending.Count - 1);
            if (number == without || reached[number]) continue;
            reached[number] = true;
            AddSuccessors(flow, number, pending);
        }
        return reached;
    }

    // With the handlers that an exception leads to.
    private static void AddSuccessors(FlowGraph flow, int number, List<int> successors)
    {
        foreach (int successor in flow.Successors(number)) successors.Add(successor);
        if (flow.HandlersOf[number] is not { } handlers) return;
        foreach (ExceptionHandler handler in handlers) successors.Add(flow.Number(handler.HandlerStart));
        foreach (ExceptionHandler handler in handlers)
        {
            if (handler.FilterStart is not null) successors.Add(flow.Number(handler.FilterStart));
        }
    }

    // Code that asks for the OS thread, or holds what belongs to it, expects to stay there as long as it calls nothing that waits.
    private static bool DependsOnOsThread(Instruction instruction)
    {
        switch (instruction.Operand)
        {
            case MethodReference { DeclaringType: { Name: "SpinLock", FullName: "System.Threading.SpinLock" } }: return true;
            case MethodReference { Name: "get_CurrentThread" or "BeginThreadAffinity" or "BeginCriticalRegion", DeclaringType.FullName: "System.Threading.Thread" }: return true;
            case MethodReference { Name: "get_CurrentManagedThreadId", DeclaringType.FullName: "System.Environment" }: return true;
            case MethodReference callee when callee.DeclaringType.Name == "ThreadLocal`1" && callee.DeclaringType.GetElementType().FullName == "System.Threading.ThreadLocal`1": return true;
            case FieldReference field when instruction.OpCode.Code is Code.Ldsfld or Code.Stsfld or Code.Ldsflda:
                return field.Resolve() is { HasCustomAttributes: true } definition
                    && definition.CustomAttributes.Any(a => a.AttributeType.FullName == "System.ThreadStaticAttribute");
            default: return false;
        }
    }

    private static bool HasBranchBack(FlowGraph flow)
    {
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            if (flow.Instructions[i].Operand is Instruction target && flow.Number(target) <= i) return true;
            if (flow.Instructions[i].Operand is Instruction[] targets && targets.Any(t => flow.Number(t) <= i)) return true;
        }
        return false;
    }

    // The edges that lead back to an instruction which is being passed (depth first): every cycle has one. They go to the
    // headers of loops in all code that a compiler makes; a goto into a loop may give others, which do as well.
    private static List<(int From, int To)> EdgesBack(FlowGraph flow)
    {
        var edges = new List<(int, int)>();
        var state = new byte[flow.Instructions.Length]; // 0: not seen, 1: being passed, 2: done
        var path = new Stack<(int Number, int Start)>();
        var left = new List<int>(); // successors of what is on the path, from each one's start to that of the next: those not yet tried, the next one last
        Enter(0);
        while (path.TryPeek(out (int Number, int Start) top))
        {
            if (left.Count == top.Start)
            {
                state[top.Number] = 2;
                path.Pop();
                continue;
            }
            int next = left[^1];
            left.RemoveAt(left.Count - 1);
            if (state[next] == 0) Enter(next);
            else if (state[next] == 1) edges.Add((top.Number, next));
        }
        return edges;

        void Enter(int number)
        {
            state[number] = 1;
            int start = left.Count;
            path.Push((number, start));
            AddSuccessors(flow, number, left);
            left.Reverse(start, left.Count - start);
        }
    }

    // A try block that begins with the header lies around the whole loop or within it.
    private static bool CanInsert(FlowGraph flow, (int Start, int End)[] tries, int header, int[] sources)
    {
        Instruction first = flow.Instructions[header];
        return flow.Handlers.All(h => h.HandlerStart != first && h.FilterStart != first)
            && tries.All(t => t.Start != header || sources.All(s => IsIn(t, s)) || !sources.Any(s => IsIn(t, s)));
    }

    private static bool IsIn((int Start, int End) range, int number) => range.Start <= number && number < range.End;

    private static void Insert(FlowGraph flow, (int Start, int End)[] tries, int header, int[] sources, RuntimeTypes runtime)
    {
        Instruction first = flow.Instructions[header];
        (int Start, int End)[] around = [.. tries.Where(t => t.Start == header && sources.All(s => IsIn(t, s)))];
        Instruction poll = Instruction.Create(OpCodes.Call, runtime.PollYield);
        Instruction entry = first;
        var instructions = flow.Method.Body.Instructions;
        int position = instructions.IndexOf(first);
        bool fallsInto = header > 0 && flow.Instructions[header - 1].OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
        if (around.Length > 0 || header == 0 || fallsInto && !sources.Contains(header - 1))
        {
            entry = Instruction.Create(OpCodes.Br, first);
            entry.Offset = -1; // no sequence point of its own
            instructions.Insert(position++, entry);
        }
        poll.Offset = -1;
        instructions.Insert(position, poll);
        Instruction start = entry == first ? poll : entry;
        for (int i = 0; i < tries.Length; i++)
        {
            ExceptionHandler handler = flow.Handlers[i];
            if (around.Contains(tries[i])) handler.TryStart = start;
            if (handler.TryEnd == first) handler.TryEnd = start;
            if (handler.HandlerEnd == first) handler.HandlerEnd = start;
        }
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            Instruction branch = flow.Instructions[i];
            if (branch.Operand == first) branch.Operand = TargetOf(i);
            if (branch.Operand is not Instruction[] targets) continue;
            for (int k = 0; k < targets.Length; k++)
            {
                if (targets[k] == first) targets[k] = TargetOf(i);
            }
        }

        Instruction TargetOf(int number) => sources.Contains(number) ? poll : around.All(t => IsIn(t, number)) ? first : entry;
    }
}
