using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

// The shape of a woven body (g: the hidden parameter; points are numbered from 1):
//
//           if (g.Mode != 0) goto DISPATCH
//           …  call; if (g.Mode != 0) goto SAVE_i;  CONTINUE_i: …
//           …  if (g.PinDepth < g.YieldMark) goto POLL_i;  CONTINUE_i: …   // where a loop begins anew
//           …  call; if (g.YieldMark != 0) goto POLL_i;  TEST_i: if (g.Mode != 0) goto SAVE_i;  CONTINUE_i: …   // or at a call in it
//   try {   switch (state) { points in this try }            // only in try blocks that hold points
//           …
//           ALL_i: call all targets of the delegate; br to the test behind the call     // only where several are possible
//           RESUME_i: restore what is the point's own; push the saved stack; take the result (throws what the callee threw); br CONTINUE_i
//           SAVE_i: pop the result; put the stack where SAVE finds it, clear what is not needed; state = i; leave SAVE
//   } finally { if (g.Mode != 0) goto END; …  END: endfinally }
// DISPATCH: frame = g.TakeFrame(); restore all; state = frame.State; switch (state) { RESUME_j, or the outermost try around point j }
//           RESUME_j: …; br CONTINUE_j
//           SAVE_j: …; br SAVE
//           POLL_j: LoopPoll.Begin(g), save, all in a method of the frame class; return default. At a call LoopPoll.After(g); br TEST_j
// SAVE:     frame ??= new Frame; save all; g.PushAt(frame, state); return default
//
// Out-of-line blocks lie at the end of the innermost try block of their call, since a branch cannot enter or leave a
// try block. The frame is kept in a local for the life of the activation: a loop that waits often allocates one.

/// <summary>Writes the woven body of one method.</summary>
internal sealed class BodyRewriter
{
    // About what a suspension point adds.
    private const int InstructionsOfPoint = 24;

    private readonly MethodDefinition _body;
    private readonly FlowGraph _flow;
    private readonly WeaveContext _context;
    private readonly RuntimeTypes _runtime;
    private readonly IReadOnlyDictionary<Instruction, SuspensionPoint> _points;
    private readonly IReadOnlyDictionary<Instruction, CallTarget> _targets;
    private readonly MethodPlan _plan;
    private readonly RootLocals _roots;
    private readonly Temporaries _temporaries;
    private readonly FrameLayout? _frame;
    private readonly CodeBuffer _code;
    private readonly CallEmitter _calls;
    private readonly PointEmitter? _saves;
    private readonly Dictionary<Instruction, Instruction> _first;
    private readonly Dictionary<Instruction, Instruction> _preparedBefore = [];
    private readonly HashSet<Instruction> _prepared = [];
    private readonly Dictionary<(RegionKind, int, int), Region> _regions = [];
    private readonly Region _root;
    private readonly Instruction _dispatch = Instruction.Create(OpCodes.Nop);

    public BodyRewriter(MethodDefinition body, ParameterDefinition continuation, FlowGraph flow, MethodPlan plan, FrameLayout? frame, WeaveContext context)
    {
        _body = body;
        _flow = flow;
        _context = context;
        _runtime = context.Runtime;
        _plan = plan;
        _points = plan.Points;
        _targets = plan.Targets;
        _frame = frame;
        _code = new CodeBuffer(flow.Instructions.Length + plan.Points.Count * InstructionsOfPoint);
        _first = new Dictionary<Instruction, Instruction>(flow.Instructions.Length);
        _root = RegionTree.Build(flow, _regions);
        _temporaries = new Temporaries(body);
        _roots = new RootLocals(body);
        var arguments = new ArgumentLocals(body);
        _calls = new CallEmitter(continuation, _code, arguments, context);
        if (frame is not null)
        {
            bool inTry = plan.Points.Values.Any(p => p.IsGuarded && !p.IsTail);
            _saves = new PointEmitter(body, continuation, frame, _code, arguments, _roots, context, inTry);
        }
        Continuation = continuation;
        FindPreparations();
    }

    private ParameterDefinition Continuation { get; }

    /// <summary>Replaces the instructions and clauses of the body.</summary>
    public void Rewrite()
    {
        foreach (SuspensionPoint point in _points.Values.Where(p => !p.IsTail))
        {
            for (Region? region = Innermost(point); region is not null; region = region.Parent) region.Points.Add(point);
        }
        _saves?.Allocate([.. _points.Values.Where(p => !p.IsTail)]);
        List<ExceptionHandler> clauses = [.. _body.Body.ExceptionHandlers];
        if (_frame is not null)
        {
            _code.Emit(OpCodes.Ldarg, Continuation);
            _code.Emit(OpCodes.Ldfld, _runtime.Mode);
            _code.Emit(OpCodes.Brtrue, _dispatch);
        }
        EmitRegion(_root);
        if (_frame is not null) EmitSaveAndReturn();
        Retarget();
        SequencePointMap.Apply(_body, _flow, _first, _points.Values, _saves is null ? [] : [_dispatch, _saves.SaveAll], _code);
        ReplaceBody(clauses);
    }

    private Region Innermost(SuspensionPoint point)
    {
        int number = _flow.Number(point.Call);
        Region region = _root;
        while (region.Children.FirstOrDefault(c => c.Start <= number && number < c.End) is { } inner) region = inner;
        return region;
    }

    private void EmitRegion(Region region)
    {
        region.EmittedStart = _code.Count;
        Instruction? skipCleanup = null;
        if (region.Kind == RegionKind.Try && region.Points.Count > 0)
        {
            region.Entry = _saves!.EmitTryDispatch(region, PointTarget);
        }
        else if (region.Kind == RegionKind.Handler && region.Clause is ExceptionHandlerType.Finally or ExceptionHandlerType.Fault && Protects(region))
        {
            skipCleanup = Instruction.Create(OpCodes.Endfinally);
            region.Entry = _code.Emit(OpCodes.Ldarg, Continuation);
            _code.Emit(OpCodes.Ldfld, _runtime.Mode);
            _code.Emit(OpCodes.Brtrue, skipCleanup);
        }
        int number = region.Start;
        int child = 0;
        while (number < region.End)
        {
            if (child < region.Children.Count && region.Children[child].Start == number)
            {
                Region inner = region.Children[child++];
                EmitRegion(inner);
                number = inner.End;
                continue;
            }
            EmitInstruction(_flow.Instructions[number++]);
        }
        if (_saves is not null)
        {
            SuspensionPoint[] own = [.. region.Points.Where(p => Innermost(p) == region)];
            foreach (SuspensionPoint point in own.Where(p => p.InvokeAll is not null)) _calls.EmitAll(point);
            if (region == _root) EmitDispatch(); // which may go on into the block of the only point
            foreach (SuspensionPoint point in own)
            {
                _saves.EmitResumeAndSave(point);
                _calls.EmitPoll(point);
            }
        }
        if (skipCleanup is not null) _code.Append(skipCleanup);
        region.EmittedEnd = _code.Count;
    }

    // Whether a suspension can pass through the cleanup block.
    private bool Protects(Region cleanup) => _flow.Handlers.Any(h =>
        _flow.Number(h.HandlerStart) == cleanup.Start && _flow.End(h.HandlerEnd) == cleanup.End
        && _regions[(RegionKind.Try, _flow.Number(h.TryStart), _flow.End(h.TryEnd))].Points.Count > 0);

    private void EmitInstruction(Instruction instruction)
    {
        int start = _code.Count;
        if (_preparedBefore.TryGetValue(instruction, out Instruction? prepared)) _calls.EmitPreparation(prepared, _targets[prepared], _points[prepared], PushesOf(prepared));
        // a prefix stays with its instruction: what is put before that goes before the prefix
        Instruction prefixed = instruction.OpCode.Code == Code.Readonly ? instruction.Next : instruction;
        if (instruction.Previous?.OpCode.Code != Code.Readonly && _plan.Captures.TryGetValue(prefixed, out List<ObjectRoot>? captured))
        {
            foreach (ObjectRoot root in captured) EmitCapture(root);
        }
        bool hasShadow = _plan.Shadows.TryGetValue(instruction, out (int Local, Root? Source) shadow);
        if (_targets.TryGetValue(instruction, out CallTarget? target))
        {
            _points.TryGetValue(instruction, out SuspensionPoint? point);
            if (hasShadow && point is not null)
            {
                // a constructor that may wait after it has stored what it was handed
                EmitShadow(shadow.Local, shadow.Source);
                hasShadow = false;
            }
            _calls.Emit(instruction, target, point, _prepared.Contains(instruction));
        }
        else if (instruction.OpCode.Code is Code.Constrained or Code.Tail && _targets.ContainsKey(instruction.Next)
            && (_points.ContainsKey(instruction.Next) || instruction.OpCode.Code == Code.Tail))
        {
            // emitted with its call; a branch to the prefix goes to what stands for the call
            _code.Append(Instruction.Create(OpCodes.Nop));
        }
        else
        {
            _code.Append(instruction);
        }
        if (hasShadow) EmitShadow(shadow.Local, shadow.Source);
        _first.Add(instruction, _code[start]);
    }

    // Calls whose arguments are only constants, variables and parameters look at their receiver before those are pushed.
    private void FindPreparations()
    {
        HashSet<int>? targets = null;
        foreach ((Instruction call, SuspensionPoint point) in _points)
        {
            int count = point.ArgumentTypes.Count - 1;
            if (count == 0 || !_calls.LooksAtReceiver(call, point.Target, point)) continue;
            int number = _flow.Number(call);
            bool arePure = number > count;
            for (int i = 1; arePure && i <= count; i++) arePure = IsPurePush(_flow.Instructions[number - i]);
            if (!arePure) continue;
            targets ??= Targets();
            for (int i = number - count + 1; arePure && i <= number; i++) arePure = !targets.Contains(i);
            if (!arePure) continue;
            _preparedBefore.Add(_flow.Instructions[number - count], call);
            _prepared.Add(call);
        }

        HashSet<int> Targets()
        {
            var found = new HashSet<int>();
            for (int i = 0; i < _flow.Instructions.Length; i++)
            {
                if (_flow.Instructions[i].Operand is not (Instruction or Instruction[])) continue;
                foreach (int successor in _flow.Successors(i)) found.Add(successor);
            }
            return found;
        }
    }

    // What pushes the arguments of a prepared call.
    private Instruction[] PushesOf(Instruction call)
    {
        int number = _flow.Number(call);
        return _flow.Instructions[(number - (_points[call].ArgumentTypes.Count - 1))..number];
    }

    // Neither runs code nor throws.
    private static bool IsPurePush(Instruction instruction) => instruction.OpCode.Code is
        Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg_S or Code.Ldarg
        or Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc_S or Code.Ldloc
        or Code.Ldnull or Code.Ldstr or Code.Ldc_I4_M1 or Code.Ldc_I4_0 or Code.Ldc_I4_1 or Code.Ldc_I4_2 or Code.Ldc_I4_3 or Code.Ldc_I4_4
        or Code.Ldc_I4_5 or Code.Ldc_I4_6 or Code.Ldc_I4_7 or Code.Ldc_I4_8 or Code.Ldc_I4_S or Code.Ldc_I4 or Code.Ldc_I8 or Code.Ldc_R4 or Code.Ldc_R8;

    // Keeps the object that a reference is about to be taken into; what lies above it on the stack steps aside.
    private void EmitCapture(ObjectRoot root)
    {
        VariableDefinition[] aside = new VariableDefinition[root.Depth];
        StackValue[] stack = _plan.StackBefore(root.Producer);
        for (int i = 0; i < root.Depth; i++)
        {
            aside[i] = _temporaries.Take(stack[^(i + 1)].Type);
            _code.Emit(OpCodes.Stloc, aside[i]);
        }
        _code.Emit(OpCodes.Dup);
        if (root.Owner != OwnerKind.Object) _code.Emit(OpCodes.Call, OwnerMethod(root));
        _code.Emit(OpCodes.Stloc, _roots[root]);
        for (int i = root.Depth - 1; i >= 0; i--) _code.Emit(OpCodes.Ldloc, aside[i]);
        _temporaries.Return(aside);
    }

    private MethodReference OwnerMethod(ObjectRoot root)
    {
        TypeReference value = _plan.StackBefore(root.Producer)[^(root.Depth + 1)].Type.Bare();
        if (value is ByReferenceType address) value = address.ElementType;
        return _runtime.References[$"OwnerOf{root.Owner}"].Of(((GenericInstanceType)value).GenericArguments);
    }

    // The object that the local points into from here; of several the one that it does point into.
    private void EmitShadow(int local, Root? source)
    {
        VariableDefinition shadow = _roots[new ShadowRoot(local)];
        Root[] objects = source is null ? [] : [.. source.Each().Where(r => r is ObjectRoot or ShadowRoot)];
        if (objects.Length == 0)
        {
            _code.Emit(OpCodes.Ldnull);
            _code.Emit(OpCodes.Stloc, shadow);
            return;
        }
        Instruction end = Instruction.Create(OpCodes.Nop);
        for (int i = 0; i < objects.Length; i++)
        {
            VariableDefinition candidate = _roots[objects[i]];
            if (i < objects.Length - 1)
            {
                Instruction next = Instruction.Create(OpCodes.Nop);
                new ReferenceEmitter(_body, _code, _roots, _context, Variables.ArgumentCount(_body) - 1).EmitIsInObject(candidate, _body.Body.Variables[local]);
                _code.Emit(OpCodes.Brfalse, next);
                _code.Emit(OpCodes.Ldloc, candidate);
                _code.Emit(OpCodes.Stloc, shadow);
                _code.Emit(OpCodes.Br, end);
                _code.Append(next);
                continue;
            }
            if (candidate == shadow) break;
            _code.Emit(OpCodes.Ldloc, candidate);
            _code.Emit(OpCodes.Stloc, shadow);
        }
        if (objects.Length > 1) _code.Append(end);
    }

    private void EmitDispatch()
    {
        _code.Append(_dispatch);
        _saves!.EmitDispatch(_root, PointTarget);
    }

    private void EmitSaveAndReturn()
    {
        _saves!.EmitSaveAll();
        TypeReference result = _body.ReturnType.Bare();
        if (result.MetadataType != MetadataType.Void)
        {
            var nothing = new VariableDefinition(_body.ReturnType);
            _body.Body.Variables.Add(nothing);
            _body.Body.InitLocals = true;
            _code.Emit(OpCodes.Ldloc, nothing);
        }
        _code.Emit(OpCodes.Ret);
    }

    // Where a switch in the given region goes to reach a point: its resume block, or the next try block on the way.
    private Instruction PointTarget(Region from, SuspensionPoint point)
    {
        Region region = Innermost(point);
        if (region == from) return point.Resume;
        while (region.Parent != from) region = region.Parent!;
        return EntryOf(region);
    }

    // The entry of a try block is known only when it is emitted; until then a mark stands for it.
    private Instruction EntryOf(Region region) => _code.Mark(region);

    private void Retarget()
    {
        for (int i = 0; i < _code.Count; i++)
        {
            Instruction instruction = _code[i];
            if (instruction.Operand is Instruction target)
            {
                instruction.Operand = Resolve(instruction, target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                for (int k = 0; k < targets.Length; k++) targets[k] = Resolve(instruction, targets[k]);
            }
        }
    }

    private Instruction Resolve(Instruction source, Instruction target)
    {
        if (_code.RegionOf(target) is { } marked) return marked.Entry!;
        if (!_first.TryGetValue(target, out Instruction? first)) return target;
        // a branch to the first instruction of try blocks enters them from the outermost that does not hold the branch
        if (!_first.ContainsKey(source)) return first;
        int number = _flow.Number(target);
        int from = _flow.Number(source);
        Region? entered = null;
        Region region = _root;
        while (true)
        {
            Region? inner = region.Children.FirstOrDefault(c => c.Start <= number && number < c.End);
            if (inner is null) break;
            region = inner;
            bool holdsSource = region.Start <= from && from < region.End;
            if (region.Start != number) continue;
            if (holdsSource) entered = null;
            if (region.Entry is not null && (holdsSource || entered is null)) entered = region;
        }
        return entered?.Entry ?? first;
    }

    private void ReplaceBody(List<ExceptionHandler> clauses)
    {
        var instructions = _body.Body.Instructions;
        var handlers = new List<ExceptionHandler>();
        foreach (ExceptionHandler clause in clauses)
        {
            Region tried = _regions[(RegionKind.Try, _flow.Number(clause.TryStart), _flow.End(clause.TryEnd))];
            Region handler = _regions[(RegionKind.Handler, _flow.Number(clause.HandlerStart), _flow.End(clause.HandlerEnd))];
            Region? filter = clause.FilterStart is null ? null : _regions[(RegionKind.Filter, _flow.Number(clause.FilterStart), _flow.Number(clause.HandlerStart))];
            handlers.Add(new ExceptionHandler(clause.HandlerType)
            {
                CatchType = clause.CatchType,
                TryStart = _code[tried.EmittedStart],
                TryEnd = _code.At(tried.EmittedEnd),
                HandlerStart = _code[handler.EmittedStart],
                HandlerEnd = _code.At(handler.EmittedEnd),
                FilterStart = filter is null ? null : _code[filter.EmittedStart],
            });
        }
        instructions.Clear();
        instructions.Capacity = _code.Count;
        foreach (Instruction instruction in _code.Instructions) instructions.Add(instruction);
        _body.Body.ExceptionHandlers.Clear();
        foreach (ExceptionHandler handler in handlers) _body.Body.ExceptionHandlers.Add(handler);
    }
}
