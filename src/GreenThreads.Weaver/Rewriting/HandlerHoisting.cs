using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Rewriting;

// No frame can be left and entered again in the middle of a handler, so handlers that wait become ordinary code behind
// a handler that only notes the exception (as the C# compiler does in async methods). The order of the code stays.
//
//   catch (E) { B }          catch (E) { e = it; leave B }          B: push e; B, with `rethrow` as Rethrow(e)
//
//   try { A } finally { F }  try { A, with each `leave L` as { exit = k; e = null; leave F } }
//                            catch (object) { e = it; leave F }
//                            F: F; if (e != null) Rethrow(e); switch (exit) { leave L … }
//
// A fault block is a finally block without the normal exits. What differs from the original: filters of outer frames run
// after such a finally block, not before it. A filter around it in the same method would see that, so there only the
// normal path is moved, and on the way of an exception the block stays a handler, where waits pin. The same is done with
// blocks that only might wait, as every disposal does: exceptions cost them nothing.
//
//   try { A } finally { F }  try { A, with each `leave L` as { exit = k; leave F } } fault { copy of F }  F: F; switch (exit) …

/// <summary>Moves waiting catch, finally and fault blocks out of their handlers, before a method is analysed.</summary>
internal sealed class HandlerHoisting
{
    private readonly MethodDefinition _method;
    private readonly MethodBody _body;
    private readonly RuntimeTypes _runtime;

    private HandlerHoisting(MethodDefinition method, RuntimeTypes runtime)
    {
        _method = method;
        _body = method.Body;
        _runtime = runtime;
    }

    /// <summary>Whether a call in a handler is a reason to hoist it.</summary>
    /// <remarks>
    /// Every foreach and using disposes in a finally block; only where something that is woven here waits when it is
    /// disposed, or a stream is flushed, is that worth the dearer exceptions. The others are doubled: they suspend when no
    /// exception passes.
    /// </remarks>
    public static bool IsReason(CallTarget target, ExceptionHandler handler) =>
        target.CanSuspend && (handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter || target.Definite || target.HasWaitingImplementation
            || target.FlushesStream || Eligibility.IsOfEmptyTry(handler));

    /// <summary>Changes the method in place; without waiting handlers does nothing.</summary>
    public static void Apply(MethodDefinition method, Suspendability analysis, RuntimeTypes runtime)
    {
        if (!method.Body.HasExceptionHandlers) return;
        var hoisting = new HandlerHoisting(method, runtime);
        bool simplified = false;
        while (hoisting.FindWaiting(analysis, isReason: true) is { } handler)
        {
            Simplify();
            if (handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter) hoisting.HoistCatch(handler);
            else if (hoisting.IsInFilteredTry(handler)) hoisting.HoistNormalPath(handler);
            else hoisting.HoistFinally(handler);
        }
        while (hoisting.FindWaiting(analysis, isReason: false) is { } handler)
        {
            Simplify();
            hoisting.HoistNormalPath(handler);
        }

        void Simplify()
        {
            if (!simplified) method.Body.SimplifyMacros();
            simplified = true;
        }
    }

    // The innermost handler with a call directly in it that is a reason to hoist it; or, among finally blocks, that may wait.
    private ExceptionHandler? FindWaiting(Suspendability analysis, bool isReason)
    {
        var flow = new FlowGraph(_method);
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            if (flow.InHandler[i] is not { } any || flow.Instructions[i].OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj)) continue;
            CallTarget target = analysis.Classify(flow.Instructions[i]);
            if (!target.CanSuspend) continue;
            ExceptionHandler? innermost = null;
            foreach (ExceptionHandler handler in flow.Handlers)
            {
                if (i < flow.Number(handler.HandlerStart) || i >= flow.End(handler.HandlerEnd)) continue;
                if (innermost is null || flow.Number(handler.HandlerStart) >= flow.Number(innermost.HandlerStart)) innermost = handler;
            }
            if (innermost is null || IsInFilter(flow, i) || IsReason(target, innermost) != isReason) continue;
            if (!isReason && innermost.HandlerType != ExceptionHandlerType.Finally) continue;
            if (innermost.HandlerType == ExceptionHandlerType.Fault && IsInFilteredTry(innermost)) continue; // left so by HoistNormalPath
            return innermost;
        }
        return null;
    }

    private static bool IsInFilter(FlowGraph flow, int number) => flow.Handlers.Any(h =>
        h.FilterStart is not null && number >= flow.Number(h.FilterStart) && number < flow.Number(h.HandlerStart));

    private void HoistCatch(ExceptionHandler handler)
    {
        var flow = new FlowGraph(_method);
        TypeReference type = handler.CatchType ?? _body.Method.Module.TypeSystem.Object;
        VariableDefinition caught = AddLocal(type);
        List<Instruction> rethrows = [.. Own(flow, handler).Where(i => i.OpCode.Code == Code.Rethrow)];
        Instruction load = New(Instruction.Create(OpCodes.Ldloc, caught));
        Instruction note = New(Instruction.Create(OpCodes.Stloc, caught));
        Split(handler, note, load);
        foreach (Instruction rethrow in rethrows) ReplaceByRethrow(rethrow, caught);
    }

    private void HoistFinally(ExceptionHandler handler)
    {
        var flow = new FlowGraph(_method);
        TypeSystem system = _method.Module.TypeSystem;
        VariableDefinition caught = AddLocal(system.Object);
        VariableDefinition exit = AddLocal(system.Int32);
        Instruction begin = New(Instruction.Create(OpCodes.Nop));
        List<Instruction> ends = [.. Own(flow, handler).Where(i => i.OpCode.Code == Code.Endfinally)];
        foreach (Instruction exception in Own(flow, handler).Where(ScopeDisposals.IsExceptionOfDisposal).ToArray())
            (exception.OpCode, exception.Operand) = (OpCodes.Ldloc, caught);
        List<Instruction> targets = handler.HandlerType == ExceptionHandlerType.Finally ? RedirectLeaves(flow, handler, caught, exit, begin) : [];

        Instruction after = New(Instruction.Create(OpCodes.Ldloc, caught));
        List<Instruction> tail = [after];
        Instruction normally = New(Instruction.Create(OpCodes.Nop));
        tail.Add(New(Instruction.Create(OpCodes.Brfalse, normally)));
        tail.Add(New(Instruction.Create(OpCodes.Ldloc, caught)));
        tail.Add(New(Instruction.Create(OpCodes.Call, _runtime.Rethrow)));
        tail.Add(normally);
        List<Instruction> exits = [.. targets.Select(t => New(Instruction.Create(OpCodes.Leave, t)))];
        if (exits.Count > 1)
        {
            tail.Add(New(Instruction.Create(OpCodes.Ldloc, exit)));
            tail.Add(New(Instruction.Create(OpCodes.Switch, exits.ToArray())));
        }
        tail.AddRange(exits);
        if (exits.Count == 0)
        {
            tail.Add(New(Instruction.Create(OpCodes.Ldnull)));
            tail.Add(New(Instruction.Create(OpCodes.Throw)));
        }
        int position = handler.HandlerEnd is null ? _body.Instructions.Count : _body.Instructions.IndexOf(handler.HandlerEnd);
        foreach (Instruction instruction in tail) _body.Instructions.Insert(position++, instruction);
        foreach (ExceptionHandler inner in _body.ExceptionHandlers)
        {
            // a block without a reachable end may close with a handler of its own: the new code comes after that one
            if (inner == handler || inner.HandlerEnd != handler.HandlerEnd) continue;
            if (flow.Number(inner.HandlerStart) >= flow.Number(handler.HandlerStart)) inner.HandlerEnd = after;
        }
        foreach (Instruction end in ends) (end.OpCode, end.Operand) = (OpCodes.Br, after);

        Instruction note = New(Instruction.Create(OpCodes.Stloc, caught));
        Split(handler, note, begin);
        handler.HandlerType = ExceptionHandlerType.Catch;
        handler.CatchType = system.Object;
    }

    // Whether a clause with a filter lies around the try block of a clause.
    private bool IsInFilteredTry(ExceptionHandler handler)
    {
        if (_body.ExceptionHandlers.All(h => h.FilterStart is null)) return false;
        var flow = new FlowGraph(_method);
        int start = flow.Number(handler.TryStart);
        return _body.ExceptionHandlers.Any(h => h.FilterStart is not null && flow.Number(h.TryStart) <= start && flow.End(h.TryEnd) >= flow.End(handler.HandlerEnd));
    }

    private void HoistNormalPath(ExceptionHandler handler)
    {
        var flow = new FlowGraph(_method);
        VariableDefinition exit = AddLocal(_method.Module.TypeSystem.Int32);
        Instruction begin = New(Instruction.Create(OpCodes.Nop));
        Instruction after = New(Instruction.Create(OpCodes.Nop));
        List<Instruction> ends = [.. Own(flow, handler).Where(i => i.OpCode.Code == Code.Endfinally)];
        int start = flow.Number(handler.HandlerStart);
        int end = flow.End(handler.HandlerEnd);
        Instruction first = handler.HandlerStart;

        var copies = new Dictionary<Instruction, Instruction>();
        for (int i = start; i < end; i++)
        {
            Instruction copy = SequencePoints.CopyOf(flow.Instructions[i]);
            copies.Add(flow.Instructions[i], copy);
        }
        foreach (Instruction copy in copies.Values)
        {
            if (copy.Operand is Instruction target) copy.Operand = copies.GetValueOrDefault(target, target);
            else if (copy.Operand is Instruction[] all) copy.Operand = all.Select(t => copies.GetValueOrDefault(t, t)).ToArray();
        }
        foreach (ExceptionHandler inner in _body.ExceptionHandlers.ToArray())
        {
            if (inner == handler || flow.Number(inner.TryStart) < start || flow.End(inner.HandlerEnd) > end) continue;
            _body.ExceptionHandlers.Insert(_body.ExceptionHandlers.IndexOf(inner), new ExceptionHandler(inner.HandlerType)
            {
                CatchType = inner.CatchType,
                TryStart = copies[inner.TryStart],
                TryEnd = copies[inner.TryEnd],
                HandlerStart = copies[inner.HandlerStart],
                HandlerEnd = inner.HandlerEnd is null || !copies.TryGetValue(inner.HandlerEnd, out Instruction? innerEnd) ? begin : innerEnd,
                FilterStart = inner.FilterStart is null ? null : copies[inner.FilterStart],
            });
        }

        List<Instruction> targets = RedirectLeaves(flow, handler, null, exit, begin);
        List<Instruction> exits = [.. targets.Select(t => New(Instruction.Create(OpCodes.Leave, t)))];
        List<Instruction> tail = [after];
        if (exits.Count > 1)
        {
            tail.Add(New(Instruction.Create(OpCodes.Ldloc, exit)));
            tail.Add(New(Instruction.Create(OpCodes.Switch, exits.ToArray())));
        }
        tail.AddRange(exits);
        if (exits.Count == 0)
        {
            tail.Add(New(Instruction.Create(OpCodes.Ldnull)));
            tail.Add(New(Instruction.Create(OpCodes.Throw)));
        }
        int position = handler.HandlerEnd is null ? _body.Instructions.Count : _body.Instructions.IndexOf(handler.HandlerEnd);
        foreach (Instruction instruction in tail) _body.Instructions.Insert(position++, instruction);
        foreach (ExceptionHandler inner in _body.ExceptionHandlers)
        {
            // a block without a reachable end may close with a handler of its own: the new code comes after that one
            if (inner == handler || inner.HandlerEnd != handler.HandlerEnd || !copies.ContainsKey(inner.HandlerStart)) continue;
            inner.HandlerEnd = after;
        }
        foreach (Instruction instruction in ends) (instruction.OpCode, instruction.Operand) = (OpCodes.Br, after);

        position = _body.Instructions.IndexOf(first);
        for (int i = start; i < end; i++) _body.Instructions.Insert(position++, copies[flow.Instructions[i]]);
        _body.Instructions.Insert(position, begin);
        foreach (ExceptionHandler other in _body.ExceptionHandlers)
        {
            if (other.TryEnd == first) other.TryEnd = copies[first];
            if (other.HandlerEnd == first) other.HandlerEnd = copies[first];
        }
        handler.HandlerType = ExceptionHandlerType.Fault;
        handler.HandlerStart = copies[first];
        handler.HandlerEnd = begin;
    }

    // Puts `note; leave body` where the handler begins and lets the handler end there; what follows is ordinary code.
    private void Split(ExceptionHandler handler, Instruction note, Instruction body)
    {
        Instruction first = handler.HandlerStart;
        Instruction leave = New(Instruction.Create(OpCodes.Leave, body));
        int position = _body.Instructions.IndexOf(first);
        _body.Instructions.Insert(position, note);
        _body.Instructions.Insert(position + 1, leave);
        _body.Instructions.Insert(position + 2, body);
        foreach (ExceptionHandler other in _body.ExceptionHandlers)
        {
            if (other.TryEnd == first) other.TryEnd = note;
            if (other.HandlerEnd == first) other.HandlerEnd = note;
        }
        handler.HandlerStart = note;
        handler.HandlerEnd = body;
    }

    // Every exit from the try block goes to the hoisted block, with a number that says where it leads.
    private List<Instruction> RedirectLeaves(FlowGraph flow, ExceptionHandler handler, VariableDefinition? caught, VariableDefinition exit, Instruction begin)
    {
        int start = flow.Number(handler.TryStart);
        int end = flow.End(handler.TryEnd);
        var targets = new List<Instruction>();
        for (int i = start; i < end; i++)
        {
            Instruction leave = flow.Instructions[i];
            if (leave.OpCode.Code != Code.Leave) continue;
            var target = (Instruction)leave.Operand;
            if (flow.Number(target) is int number && number >= start && number < end) continue;
            if (!targets.Contains(target)) targets.Add(target);
            // branches to the leave must find the whole sequence: its own instruction becomes the first
            List<Instruction> rest = [New(Instruction.Create(OpCodes.Stloc, exit))];
            if (caught is not null)
            {
                rest.Add(New(Instruction.Create(OpCodes.Ldnull)));
                rest.Add(New(Instruction.Create(OpCodes.Stloc, caught)));
            }
            rest.Add(New(Instruction.Create(OpCodes.Leave, begin)));
            (leave.OpCode, leave.Operand) = (OpCodes.Ldc_I4, targets.IndexOf(target));
            int position = _body.Instructions.IndexOf(leave) + 1;
            foreach (Instruction instruction in rest) _body.Instructions.Insert(position++, instruction);
        }
        return targets;
    }

    private void ReplaceByRethrow(Instruction rethrow, VariableDefinition caught)
    {
        (rethrow.OpCode, rethrow.Operand) = (OpCodes.Ldloc, caught);
        int position = _body.Instructions.IndexOf(rethrow) + 1;
        _body.Instructions.Insert(position, New(Instruction.Create(OpCodes.Call, _runtime.Rethrow)));
        _body.Instructions.Insert(position + 1, New(Instruction.Create(OpCodes.Ldnull)));
        _body.Instructions.Insert(position + 2, New(Instruction.Create(OpCodes.Throw)));
    }

    // The instructions of the handler itself, without those of handlers inside it.
    private static IEnumerable<Instruction> Own(FlowGraph flow, ExceptionHandler handler)
    {
        int start = flow.Number(handler.HandlerStart);
        int end = flow.End(handler.HandlerEnd);
        for (int i = start; i < end; i++)
        {
            bool isNested = flow.Handlers.Any(h => h != handler && flow.Number(h.HandlerStart) is int inner
                && inner > start && inner <= i && i < flow.End(h.HandlerEnd) && flow.End(h.HandlerEnd) <= end);
            if (!isNested) yield return flow.Instructions[i];
        }
    }

    private VariableDefinition AddLocal(TypeReference type)
    {
        var local = new VariableDefinition(type);
        _body.Variables.Add(local);
        return local;
    }

    // Offset -1: it has no sequence point of its own.
    private static Instruction New(Instruction instruction)
    {
        instruction.Offset = -1;
        return instruction;
    }
}
