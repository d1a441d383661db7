using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Rewriting;

// A lock whose body can wait, on an object that only woven code can lock, belongs to the green thread:
//
//   new object()                              new GreenLock()
//   new Lock()                                GreenMonitor.Create(), a GreenLock that a field of type Lock takes
//   taken = false; try { Enter(o, ref taken)  taken = false; try { GreenMonitor.Enter(o); taken = true
//   Monitor.Exit(o)                           GreenMonitor.Exit(o, Continuation.Current)
//   s = l.EnterScope() … s.Dispose()          s = GreenMonitor.EnterScope(l) … GreenMonitor.Exit(s, …); s is an object now
//
// Entering such a lock waits, so the methods that do it may wait too, and with them the bodies of other locks: the choice is
// a least fixed point, found by rewriting and solving again.

/// <summary>
/// Requires: unchanged IL, a solved analysis. Ensures: locks of private objects whose bodies can wait are green, and the
/// analysis knows it; all other locks are as they were.
/// </summary>
internal sealed class GreenLocks
{
    private readonly RuntimeTypes _runtime;
    private readonly ModuleDefinition _module;
    private readonly Suspendability _analysis;
    private readonly Dictionary<string, MethodReference> _calls = [];
    private readonly MethodReference _constructor;
    private readonly Dictionary<MethodDefinition, FlowGraph> _flows = [];

    private GreenLocks(ModuleDefinition module, RuntimeTypes runtime, Suspendability analysis)
    {
        _module = module;
        _runtime = runtime;
        _analysis = analysis;
        _constructor = module.ImportReference(runtime.Runtime.GetType("GreenThreads", "GreenLock").Methods.Single(m => m.IsConstructor && !m.IsStatic));
        foreach (MethodDefinition method in runtime.Runtime.GetType("GreenThreads.Substitutions", "GreenMonitor").Methods)
        {
            if (method.IsPublic && method.IsStatic) _calls.Add(Key(method.Name, method.Parameters), module.ImportReference(method));
        }
    }

    /// <summary>Does the work.</summary>
    /// <returns>The methods that were changed.</returns>
    public static IReadOnlySet<MethodDefinition> Apply(
        ModuleDefinition module, RuntimeTypes runtime, Suspendability analysis, IReadOnlyList<MethodDefinition> methods)
    {
        var changed = new HashSet<MethodDefinition>();
        if (runtime.Runtime == module) return changed; // the library's own locks are held for a few instructions
        var locks = new LockObjects(module, methods);
        analysis.Locks = locks;
        var greenLocks = new GreenLocks(module, runtime, analysis);
        List<LockObject> open = [.. locks.Private];
        List<LockObject> possible = [];
        bool again = open.Count > 0;
        while (again)
        {
            again = false;
            foreach (LockObject each in open.ToArray())
            {
                (bool waits, bool definitely) = greenLocks.BodiesOf(each);
                if (!waits && !each.IsGreenByType) continue;
                open.Remove(each);
                greenLocks.MakeGreen(each, changed);
                foreach (LockCall call in each.Calls) analysis.SetPossible(call.Instruction, !definitely);
                if (!definitely) possible.Add(each);
                again = true;
            }
            foreach (LockObject each in possible.ToArray())
            {
                if (!greenLocks.BodiesOf(each).Definitely) continue;
                possible.Remove(each);
                foreach (LockCall call in each.Calls) analysis.SetPossible(call.Instruction, false);
                again = true;
            }
            if (again) analysis.Analyse();
        }
        return changed;
    }

    // ---- which ones ---------------------------------------------------------------------------------------------

    private (bool Waits, bool Definitely) BodiesOf(LockObject each)
    {
        (bool waits, bool definitely) = (false, false);
        foreach (LockCall call in each.Calls)
        {
            if (((MethodReference)call.Instruction.Operand).Name == "Wait") return (true, true);
            if (!LockCalls.Enters(call.Instruction)) continue;
            if (!_flows.TryGetValue(call.Method, out FlowGraph? flow)) _flows.Add(call.Method, flow = new FlowGraph(call.Method));
            (int start, int end) = BodyOf(flow, call, each);
            for (int i = start; i < end; i++)
            {
                Instruction instruction = flow.Instructions[i];
                if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj) || each.Calls.Any(c => c.Instruction == instruction)) continue;
                CallTarget target = _analysis.Classify(instruction);
                waits |= target.CanSuspend;
                definitely |= target.CanSuspend && target.Definite;
            }
        }
        return (waits, definitely);
    }

    // The try block whose finally block leaves the lock; the whole method where that is not how it is done.
    private static (int Start, int End) BodyOf(FlowGraph flow, LockCall enter, LockObject each)
    {
        int number = flow.Number(enter.Instruction);
        ExceptionHandler? body = null;
        foreach (ExceptionHandler handler in flow.Handlers)
        {
            if (handler.HandlerType != ExceptionHandlerType.Finally || number >= flow.End(handler.TryEnd)) continue;
            bool leaves = each.Calls.Any(c => c.Method == flow.Method && LockCalls.Exits(c.Instruction)
                && flow.Number(c.Instruction) is var exit && exit >= flow.Number(handler.HandlerStart) && exit < flow.End(handler.HandlerEnd));
            if (!leaves) continue;
            // the innermost one around the call, or else the next one behind it
            bool isInside = number >= flow.Number(handler.TryStart);
            if (body is null || isInside && flow.Number(handler.TryStart) > flow.Number(body.TryStart)
                || !isInside && flow.Number(handler.TryStart) < flow.Number(body.TryStart) && number < flow.Number(body.TryStart)) body = handler;
        }
        return body is null ? (0, flow.Instructions.Length) : (Math.Min(number, flow.Number(body.TryStart)), flow.End(body.TryEnd));
    }

    // ---- rewriting ----------------------------------------------------------------------------------------------

    private void MakeGreen(LockObject each, HashSet<MethodDefinition> changed)
    {
        foreach (MethodDefinition method in each.Allocations.Select(a => a.Method).Concat(each.Calls.Select(c => c.Method)))
        {
            if (!changed.Add(method)) continue;
            SequencePointMap.Bind(method);
            method.Body.SimplifyMacros();
        }
        foreach ((_, Instruction allocation) in each.Allocations)
        {
            bool isLock = LockCalls.IsLock(((MethodReference)allocation.Operand).DeclaringType);
            (allocation.OpCode, allocation.Operand) = isLock ? (OpCodes.Call, _calls["Create()"]) : (OpCodes.Newobj, _constructor);
        }
        foreach (LockCall call in each.Calls)
        {
            Rewrite(call);
            _flows.Remove(call.Method);
        }
    }

    private void Rewrite(LockCall call)
    {
        Instruction instruction = call.Instruction;
        var callee = (MethodReference)instruction.Operand;
        if (LockCalls.IsScopeDispose(instruction)) (instruction.Previous.OpCode, instruction.Previous.Operand) = (OpCodes.Ldloc, call.Scope);
        if (call.Scope is not null) call.Scope.VariableType = _module.TypeSystem.Object;
        if (LockCalls.Exits(instruction))
        {
            // branches to the call must find both: its own instruction becomes the first
            (instruction.OpCode, instruction.Operand) = (OpCodes.Call, _runtime.Current);
            Insert(call.Method, instruction, Instruction.Create(OpCodes.Call, _calls.Single(c => c.Key.StartsWith("Exit(", StringComparison.Ordinal)).Value));
            return;
        }
        string name = callee.Name == "get_IsHeldByCurrentThread" ? "IsEntered" : callee.Name;
        string key = Key(name, callee.Parameters);
        if (callee.HasThis) key = key.Replace("(", callee.Parameters.Count == 0 ? "(Object" : "(Object,", StringComparison.Ordinal);
        instruction.OpCode = OpCodes.Call;
        if (FlagOf(call) is not { } flag)
        {
            instruction.Operand = _calls[key];
            return;
        }
        (instruction.Previous.OpCode, instruction.Previous.Operand) = (OpCodes.Nop, null);
        instruction.Operand = _calls[key.Replace(",Boolean&", "", StringComparison.Ordinal)];
        Instruction store = Instruction.Create(OpCodes.Stloc, flag);
        Insert(call.Method, instruction, store);
        if (name == "Enter") Insert(call.Method, instruction, Instruction.Create(OpCodes.Ldc_I4_1));
    }

    // The local that says whether the lock was taken, where it is false before: no reference to it is needed then.
    private static VariableDefinition? FlagOf(LockCall call)
    {
        if (call.Instruction.Previous is not { OpCode.Code: Code.Ldloca } address) return null;
        var flag = (VariableDefinition)address.Operand;
        Instruction? before = address.Previous;
        for (int i = 0; before is not null && i < MaxArguments; i++, before = before.Previous)
        {
            if (IsTarget(call.Method, before.Next)) return null;
            if (before.OpCode.Code == Code.Stloc && before.Operand == flag)
                return before.Previous is { OpCode.Code: Code.Ldc_I4, Operand: 0 } ? flag : null;
        }
        return null;
    }

    private const int MaxArguments = 6;

    private static bool IsTarget(MethodDefinition method, Instruction instruction) => method.Body.Instructions.Any(
        i => i.Operand == instruction || i.Operand is Instruction[] targets && targets.Contains(instruction));

    private static void Insert(MethodDefinition method, Instruction after, Instruction instruction)
    {
        instruction.Offset = -1; // it has no sequence point of its own
        method.Body.Instructions.Insert(method.Body.Instructions.IndexOf(after) + 1, instruction);
    }

    private static string Key(string name, IEnumerable<ParameterDefinition> parameters) =>
        $"{name}({string.Join(',', parameters.Select(p => p.ParameterType.Name))})";
}
