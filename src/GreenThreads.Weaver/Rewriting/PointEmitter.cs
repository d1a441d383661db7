using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Emits the out-of-line code of suspension points and the switches that lead back to them.</summary>
internal sealed partial class PointEmitter
{
    private readonly MethodDefinition _body;
    private readonly ParameterDefinition _continuation;
    private readonly FrameLayout _frame;
    private readonly CodeBuffer _code;
    private readonly ArgumentLocals _argumentLocals;
    private readonly Temporaries _temporaries;
    private readonly ReferenceEmitter _references;
    private readonly RootLocals _roots;
    private readonly WeaveContext _context;
    private readonly RuntimeTypes _runtime;
    private readonly VariableDefinition _frameLocal;
    private readonly bool _inTry;
    private VariableDefinition? _state;
    private VariableDefinition? _callee;
    private readonly int _arguments;
    private readonly Dictionary<SuspensionPoint, IReadOnlyList<SavedValue>> _values = [];
    private readonly Instruction _saveAll = Instruction.Create(OpCodes.Nop);
    private readonly Instruction _return = Instruction.Create(OpCodes.Nop);
    private FramePlaces _places = null!;
    private int _onlyState;

    /// <param name="body">The woven body.</param>
    /// <param name="continuation">Its hidden parameter.</param>
    /// <param name="frame">Its frame class.</param>
    /// <param name="code">Where to emit.</param>
    /// <param name="arguments">Where the arguments of calls that may be repeated are.</param>
    /// <param name="roots">Where the objects are that references point into.</param>
    /// <param name="context">The weave.</param>
    /// <param name="inTry">Whether points lie in try blocks, so that the resume point must be carried into them.</param>
    public PointEmitter(
        MethodDefinition body, ParameterDefinition continuation, FrameLayout frame, CodeBuffer code,
        ArgumentLocals arguments, RootLocals roots, WeaveContext context, bool inTry)
    {
        _body = body;
        _continuation = continuation;
        _frame = frame;
        _code = code;
        _argumentLocals = arguments;
        _temporaries = new Temporaries(body);
        _roots = roots;
        _context = context;
        _runtime = context.Runtime;
        _arguments = body.Parameters.Count - 1;
        _frameLocal = new VariableDefinition(frame.Instance);
        body.Body.Variables.Add(_frameLocal);
        _references = new ReferenceEmitter(body, code, roots, context, _arguments);
        body.Body.InitLocals = true; // the frame and the resume point start as zero
        _inTry = inTry;
    }

    /// <summary>The first instruction of the block that saves for all points.</summary>
    public Instruction SaveAll => _saveAll;

    /// <summary>Gives every point its places in the frame; before any of them is emitted.</summary>
    public void Allocate(IReadOnlyCollection<SuspensionPoint> points)
    {
        foreach (SuspensionPoint point in points) _values.Add(point, ValuesOf(point));
        _places = new FramePlaces(_body, _frame, _values.Where(v => !IsPoll(v.Key)).ToDictionary(), LocalOf);
        foreach (SuspensionPoint point in points.Where(IsPoll)) _pollFields.Add(point, FieldsOf(_values[point]));
        if (points.Count == 1) _onlyState = StateOf(points.First());
        if (points.Count == 1 && !points.First().IsGuarded) return;
        _state = new VariableDefinition(_body.Module.TypeSystem.Int32);
        _body.Body.Variables.Add(_state);
    }

    /// <summary>Emits the entry of a resumed body: takes the frame, restores what the points share, and goes to its point.</summary>
    public void EmitDispatch(Region root, Func<Region, SuspensionPoint, Instruction> target)
    {
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Call, _runtime.TakeFrame);
        _code.Emit(OpCodes.Castclass, _frame.Instance);
        _code.Emit(OpCodes.Stloc, _frameLocal);
        foreach (Place place in _places.Shared)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Ldfld, place.Field);
            EmitStore(place.Holder);
        }
        if (_state is null) return; // the only point follows
        if (_values.Count == 1)
        {
            _code.Emit(OpCodes.Ldc_I4, root.Points[0].Number);
            _code.Emit(OpCodes.Stloc, _state);
            _code.Emit(OpCodes.Br, target(root, root.Points[0]));
            return;
        }
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldfld, _runtime.State);
        _code.Emit(OpCodes.Ldc_I4, PointShift);
        _code.Emit(OpCodes.Shr);
        if (_inTry)
        {
            _code.Emit(OpCodes.Stloc, _state);
            _code.Emit(OpCodes.Ldloc, _state);
        }
        EmitSwitch(root, target);
        _code.Emit(OpCodes.Ldnull); // no such point: the frame is corrupt
        _code.Emit(OpCodes.Throw);
    }

    /// <summary>Emits the switch at the start of a try block.</summary>
    /// <returns>Its first instruction: where branches into the block go.</returns>
    public Instruction EmitTryDispatch(Region region, Func<Region, SuspensionPoint, Instruction> target)
    {
        Instruction first = _code.Emit(OpCodes.Ldloc, _state!);
        if (region.Points.Count == 1) _code.Emit(OpCodes.Brtrue, target(region, region.Points[0]));
        else EmitSwitch(region, target);
        return first;
    }

    /// <summary>Emits what restoring and saving at a point has of its own.</summary>
    public void EmitResumeAndSave(SuspensionPoint point)
    {
        if (IsPoll(point))
        {
            EmitPoll(point);
            return;
        }
        EmitResume(point);
        EmitSave(point);
    }

    /// <summary>Emits the block that saves for all points and returns; behind the last point.</summary>
    public void EmitSaveAll()
    {
        if (_code[_code.Count - 1] is { OpCode.Code: Code.Br } last && last.Operand == _saveAll) _code.RemoveLast();
        _code.Append(_saveAll);
        EmitTake();
        foreach (Place place in _places.Shared)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            EmitLoad(place.Holder);
            _code.Emit(OpCodes.Stfld, place.Field);
        }
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        if (_values.Count == 1) _code.Emit(OpCodes.Ldc_I4, _onlyState);
        else _code.Emit(OpCodes.Ldloc, _state!);
        _code.Emit(OpCodes.Call, _runtime.PushAt);
        _code.Append(_return);
    }

    // As in GreenThreads.Continuations.Frame.
    private const int PointShift = 3;
    private const int Guarded = 1;
    private const int NeedsCaller = 2;
    private const int Forwarding = 4;

    private static int StateOf(SuspensionPoint point) => point.Number << PointShift | (point.IsGuarded ? Guarded : 0)
        | (point.NeedsCaller ? NeedsCaller : 0) | (point.IsForwarding ? Forwarding : 0);

    private IReadOnlyList<SavedValue> ValuesOf(SuspensionPoint point)
    {
        var values = new List<SavedValue>();
        TypeSystem system = _body.Module.TypeSystem;
        foreach (int variable in point.Live) Add(SavedKind.Variable, variable, VariableType(variable));
        for (int i = 0; i < point.Pending.Count; i++)
        {
            if (!point.Pending[i].Type.IsByRefLike()) Add(SavedKind.Pending, i, point.Pending[i].Type);
        }
        foreach (Root root in point.HeldRoots) Add(SavedKind.Root, -1, system.Object, root);
        if (HasReceiver(point)) Add(SavedKind.Argument, 0, point.ArgumentTypes[0]);
        foreach (int kept in point.KeptArguments) Add(SavedKind.Argument, kept, point.ArgumentTypes[kept]);
        foreach (RemadeValue remade in point.Remade)
        {
            if (remade.IsWhole) continue;
            if (_references.LeavesOf(remade) is { } leaves)
            {
                for (int i = 0; i < leaves.Count; i++)
                {
                    bool isValue = leaves[i].Kind == LeafKind.Value;
                    Add(isValue ? SavedKind.Leaf : SavedKind.Offset, i, isValue ? leaves[i].Type : system.Int64, null, remade);
                    if (leaves[i].Kind == LeafKind.Span) Add(SavedKind.Length, i, system.Int32, null, remade);
                }
                continue;
            }
            Add(SavedKind.Offset, -1, system.Int64, null, remade);
            if (ReferenceEmitter.IsSpan(remade.Type)) Add(SavedKind.Length, -1, system.Int32, null, remade);
        }
        return values;

        void Add(SavedKind kind, int index, TypeReference type, Root? root = null, RemadeValue? remade = null) =>
            values.Add(new SavedValue(kind, index, type.Bare(), root, remade));
    }

    // A repeated call goes to the same object; of its other arguments only those are looked at that may be references.
    private static bool HasReceiver(SuspensionPoint point) =>
        point.CanRepeat && !point.Target.IsSubstituted && point.Call.Operand is MethodReference { HasThis: true }
        && point.ArgumentTypes[0].IsObjectReference() && point.Target.Kind != CallKind.Constructor;

    private void EmitSave(SuspensionPoint point)
    {
        _code.Append(point.Save);
        if (point.Result is not null) _code.Emit(OpCodes.Pop);
        IReadOnlyList<SavedValue> values = _values[point];
        SavedValue?[] saved = new SavedValue?[point.Pending.Count];
        foreach (SavedValue value in values.Where(v => v.Kind == SavedKind.Pending)) saved[value.Index] = value;
        var pending = new VariableDefinition[point.Pending.Count];
        for (int i = point.Pending.Count - 1; i >= 0; i--)
        {
            if (saved[i] is { } value && _places[point, value] is { IsShared: true } place)
            {
                EmitStore(place.Holder);
                continue;
            }
            pending[i] = _temporaries.Take(point.Pending[i].Type);
            _code.Emit(OpCodes.Stloc, pending[i]);
        }
        var used = new HashSet<Place>();
        var own = new List<SavedValue>();
        foreach (SavedValue value in values)
        {
            Place place = _places[point, value];
            used.Add(place);
            if (!place.IsShared)
            {
                own.Add(value);
            }
            else if (value.Kind != SavedKind.Pending && !(value.HasLocal && LocalOf(value) == place.Holder))
            {
                EmitValue(point, value, pending);
                EmitStore(place.Holder);
            }
        }
        foreach (Place place in _places.Shared)
        {
            if (!used.Contains(place)) EmitClear(place);
        }
        // in a try block before it is left: where there is no memory for a frame the call has failed, see Continuation.NewFrame
        if (own.Count > 0 || point.IsGuarded) EmitTake();
        foreach (SavedValue value in own)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            EmitValue(point, value, pending);
            _code.Emit(OpCodes.Stfld, _places[point, value].Field);
        }
        _temporaries.Return(pending.Where(p => p is not null));
        if (_values.Count > 1)
        {
            _code.Emit(OpCodes.Ldc_I4, StateOf(point));
            _code.Emit(OpCodes.Stloc, _state!);
        }
        _code.Emit(point.IsGuarded ? OpCodes.Leave : OpCodes.Br, _saveAll);
    }

    // frame ??= a spare one or a new one
    private void EmitTake()
    {
        Instruction end = Instruction.Create(OpCodes.Nop);
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Brtrue, end);
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Call, _runtime.NewFrame.Of(_frame.Instance));
        _code.Emit(OpCodes.Stloc, _frameLocal);
        if (_frame.This is not null)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Ldarg, _body.Parameters[0]);
            _code.Emit(OpCodes.Stfld, _frame.This);
        }
        _code.Append(end);
    }

    private void EmitClear(Place place)
    {
        if (ZeroValues.Of(HolderType(place)) is { } zero)
        {
            foreach (OpCode opCode in zero) _code.Emit(opCode);
            EmitStore(place.Holder);
            return;
        }
        if (place.Holder is ParameterDefinition parameter) _code.Emit(OpCodes.Ldarga, parameter);
        else _code.Emit(OpCodes.Ldloca, (VariableDefinition)place.Holder);
        _code.Emit(OpCodes.Initobj, HolderType(place));
    }

    private static TypeReference HolderType(Place place) =>
        (place.Holder is ParameterDefinition parameter ? parameter.ParameterType : ((VariableDefinition)place.Holder).VariableType).Bare();

    // Pushes a value as it is when the point saves.
    private void EmitValue(SuspensionPoint point, SavedValue value, VariableDefinition[] pending)
    {
        switch (value.Kind)
        {
            case SavedKind.Variable or SavedKind.Root: EmitLoad(LocalOf(value)); break;
            case SavedKind.Pending: _code.Emit(OpCodes.Ldloc, pending[value.Index]); break;
            case SavedKind.Argument: _code.Emit(OpCodes.Ldloc, _argumentLocals[point.ArgumentTypes[value.Index], value.Index]); break;
            default: EmitPart(value, LocalOf(point, value.Remade!, pending)); break;
        }
    }

    // The local or parameter of a value that has one.
    private object LocalOf(SavedValue value) => value.Kind == SavedKind.Root ? _roots[value.Root!]
        : value.Index < _arguments ? _body.Parameters[value.Index]
        : _body.Body.Variables[value.Index - _arguments];

    private void EmitPart(SavedValue saved, VariableDefinition local)
    {
        RemadeValue value = saved.Remade!;
        if (_references.LeavesOf(value) is { } leaves)
        {
            if (saved.Kind == SavedKind.Leaf)
            {
                _references.EmitLeaf(value, leaves[saved.Index], local);
                return;
            }
            (value, local) = _references.EmitPart(value, leaves[saved.Index], local);
        }
        if (saved.Kind == SavedKind.Offset) _references.EmitOffset(value, local);
        else _references.EmitLength(value, local);
    }

    private VariableDefinition LocalOf(SuspensionPoint point, RemadeValue value, VariableDefinition[] pending) => value.Place switch
    {
        RemadePlace.Local => _body.Body.Variables[value.Index],
        RemadePlace.Pending => pending[value.Index],
        _ => _argumentLocals[point.ArgumentTypes[value.Index], value.Index],
    };

    private void EmitResume(SuspensionPoint point)
    {
        _code.Append(point.Resume);
        if (_inTry)
        {
            // a loop enters the switch of its try block again
            _code.Emit(OpCodes.Ldc_I4_0);
            _code.Emit(OpCodes.Stloc, _state!);
        }
        foreach (SavedValue value in _values[point])
        {
            if (!value.HasLocal || _places[point, value].IsShared && _places[point, value].Holder == LocalOf(value)) continue;
            EmitSaved(point, value);
            EmitStore(LocalOf(value));
        }
        // spans before references to the variables that hold them
        foreach (RemadeValue remade in point.Remade.Where(r => r.Place == RemadePlace.Local).OrderBy(r => r.Root is VariableRoot))
        {
            EmitMake(point, remade);
            _code.Emit(OpCodes.Stloc, _body.Body.Variables[remade.Index]);
        }
        Instruction repeat = Instruction.Create(OpCodes.Nop);
        if (point.CanRepeat)
        {
            _code.Emit(OpCodes.Ldarg, _continuation);
            _code.Emit(OpCodes.Call, _runtime.CalleeToRepeat);
            _code.Emit(OpCodes.Dup);
            _code.Emit(OpCodes.Stloc, CalleeLocal());
            _code.Emit(OpCodes.Brtrue, repeat);
        }
        EmitPending(point, point.Pending.Count);
        _code.Emit(OpCodes.Ldarg, _continuation);
        if (point.Result is null)
        {
            _code.Emit(OpCodes.Call, _runtime.Arrive);
        }
        else if (point.Result.IsByRefLike())
        {
            _code.Emit(OpCodes.Call, _runtime.Arrive); // throws: a callee that returns a reference is always called again
            _code.Emit(OpCodes.Ldloc, _argumentLocals.Default(point.Result));
        }
        else
        {
            _code.Emit(OpCodes.Call, _runtime.TakeResult.Of(point.Result));
        }
        _code.Emit(OpCodes.Br, point.Continue);
        if (point.CanRepeat) EmitRepeat(point, repeat);
    }

    // The callee needs references again: the call is repeated, in resuming mode, with the callee's frame waiting.
    private void EmitRepeat(SuspensionPoint point, Instruction repeat)
    {
        _code.Append(repeat);
        bool isConstructor = point.Target.Kind == CallKind.Constructor;
        EmitPending(point, point.Pending.Count - (isConstructor ? 1 : 0));
        if (isConstructor)
        {
            // the object exists already: its constructor's body is entered again, as a method
            EmitPendingEntry(point, point.Pending.Count - 1);
            _code.Emit(OpCodes.Dup);
        }
        Dictionary<int, SavedValue> kept = _values[point].Where(v => v.Kind == SavedKind.Argument).ToDictionary(v => v.Index);
        for (int i = 0; i < point.ArgumentTypes.Count; i++)
        {
            RemadeValue? remade = point.Remade.FirstOrDefault(r => r.Place == RemadePlace.Argument && r.Index == i);
            if (remade is not null) EmitMake(point, remade);
            else if (kept.TryGetValue(i, out SavedValue? argument)) EmitSaved(point, argument);
            else continue;
            _code.Emit(OpCodes.Stloc, _argumentLocals[point.ArgumentTypes[i], i]); // the call may suspend again, and is then taken apart again
        }
        for (int i = 0; i < point.ArgumentTypes.Count; i++)
        {
            bool isKept = kept.ContainsKey(i) || point.Remade.Any(r => r.Place == RemadePlace.Argument && r.Index == i);
            _code.Emit(OpCodes.Ldloc, isKept ? _argumentLocals[point.ArgumentTypes[i], i] : _argumentLocals.Default(point.ArgumentTypes[i]));
        }
        if (isConstructor)
        {
            _code.Emit(OpCodes.Ldarg, _continuation);
            _code.Emit(OpCodes.Call, _context.BodyOf(point.Target.Callee, point.Target.Definition!));
        }
        else
        {
            // a slot or delegate as it was compiled: a hand-shake would overwrite the result that is on its way
            bool isDirect = point.Target.Kind == CallKind.Direct;
            if (isDirect) _code.Emit(OpCodes.Ldarg, _continuation);
            if (point.Constrained is not null) _code.Emit(OpCodes.Constrained, point.Constrained);
            if (isDirect) _code.Emit(point.Call.OpCode, (MethodReference)point.Call.Operand);
            else _code.Emit(point.Target.Kind == CallKind.StaticSlot ? OpCodes.Call : OpCodes.Callvirt, point.Target.Callee);
        }
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Ldloc, CalleeLocal());
        _code.Emit(OpCodes.Call, _runtime.EndRepeated);
        _code.Emit(OpCodes.Br, point.After);
    }

    // The frame of a callee whose call is repeated.
    private VariableDefinition CalleeLocal()
    {
        if (_callee is not null) return _callee;
        _callee = new VariableDefinition(_runtime.Frame);
        _body.Body.Variables.Add(_callee);
        return _callee;
    }

    private void EmitPending(SuspensionPoint point, int count)
    {
        for (int i = 0; i < count; i++) EmitPendingEntry(point, i);
    }

    private void EmitPendingEntry(SuspensionPoint point, int index)
    {
        RemadeValue? remade = point.Remade.FirstOrDefault(r => r.Place == RemadePlace.Pending && r.Index == index);
        if (remade is not null) EmitMake(point, remade);
        else EmitSaved(point, _values[point].Single(v => v.Kind == SavedKind.Pending && v.Index == index));
    }

    private void EmitMake(SuspensionPoint point, RemadeValue remade)
    {
        if (_references.LeavesOf(remade) is not null)
        {
            _references.EmitMakeRefStruct(remade, (leaf, isLength) =>
                EmitSaved(point, _values[point].Single(v => v.Remade == remade && v.Index == leaf && v.Kind == SavedKind.Length == isLength)));
            return;
        }
        _references.EmitMake(
            remade,
            () => EmitSaved(point, _values[point].Single(v => v.Kind == SavedKind.Offset && v.Remade == remade)),
            () => EmitSaved(point, _values[point].Single(v => v.Kind == SavedKind.Length && v.Remade == remade)));
    }

    // Pushes a value as it was when the point saved.
    private void EmitSaved(SuspensionPoint point, SavedValue value)
    {
        Place place = _places[point, value];
        if (place.IsShared)
        {
            EmitLoad(place.Holder);
            return;
        }
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldfld, place.Field);
    }

    private void EmitSwitch(Region region, Func<Region, SuspensionPoint, Instruction> target)
    {
        int lowest = region.Points.Min(p => p.Number);
        int highest = region.Points.Max(p => p.Number);
        Instruction next = Instruction.Create(OpCodes.Nop);
        var targets = new Instruction[highest - lowest + 1];
        Array.Fill(targets, next);
        foreach (SuspensionPoint point in region.Points) targets[point.Number - lowest] = target(region, point);
        _code.Emit(OpCodes.Ldc_I4, lowest);
        _code.Emit(OpCodes.Sub);
        _code.Emit(OpCodes.Switch, targets);
        _code.Append(next);
    }

    private TypeReference VariableType(int variable) =>
        variable < _arguments ? _body.Parameters[variable].ParameterType : _body.Body.Variables[variable - _arguments].VariableType;

    private void EmitLoad(object holder)
    {
        if (holder is ParameterDefinition parameter) _code.Emit(OpCodes.Ldarg, parameter);
        else _code.Emit(OpCodes.Ldloc, (VariableDefinition)holder);
    }

    private void EmitStore(object holder)
    {
        if (holder is ParameterDefinition parameter) _code.Emit(OpCodes.Starg, parameter);
        else _code.Emit(OpCodes.Stloc, (VariableDefinition)holder);
    }
}
