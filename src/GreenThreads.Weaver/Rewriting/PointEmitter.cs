using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Emits the out-of-line code of suspension points and the switches that lead back to them.</summary>
internal sealed class PointEmitter
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
    private readonly VariableDefinition? _state;
    private VariableDefinition? _callee;
    private readonly int _arguments;
    private readonly Dictionary<SuspensionPoint, IReadOnlyList<Slot>> _slots = [];

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
        if (!inTry) return;
        _state = new VariableDefinition(body.Module.TypeSystem.Int32);
        body.Body.Variables.Add(_state);
    }

    /// <summary>Emits the entry of a resumed body: takes the frame and goes to its point.</summary>
    public void EmitDispatch(Region root, Func<Region, SuspensionPoint, Instruction> target)
    {
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Call, _runtime.TakeFrame);
        _code.Emit(OpCodes.Castclass, _frame.Instance);
        _code.Emit(OpCodes.Stloc, _frameLocal);
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldfld, _runtime.State);
        _code.Emit(OpCodes.Ldc_I4, PointMask);
        _code.Emit(OpCodes.And);
        if (_state is not null)
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
        EmitSwitch(region, target);
        return first;
    }

    /// <summary>Gives every point its places in the frame; before any of them is emitted, so that each knows all fields.</summary>
    public void Allocate(IEnumerable<SuspensionPoint> points)
    {
        foreach (SuspensionPoint point in points) _slots.Add(point, SlotsOf(point));
    }

    /// <summary>Emits the blocks that save and restore at a point.</summary>
    public void EmitSaveAndResume(SuspensionPoint point, Instruction suspended)
    {
        IReadOnlyList<Slot> slots = _slots[point];
        EmitSave(point, slots, suspended);
        EmitResume(point, slots);
    }

    private const int PointMask = (1 << 24) - 1;
    private const int NeedsCaller = 1 << 29;
    private const int Unguarded = 1 << 30;
    private const int Forwarding = 1 << 28;

    // A value in the frame. What it is: a variable, an entry of the stack, an object that references point into, the
    // receiver of a call that may be repeated, a value in a ref struct, or a part of a reference.
    private enum SlotKind
    {
        Variable,
        Pending,
        Root,
        Receiver,
        Leaf,
        Offset,
        Length,
    }

    private sealed record Slot(SlotKind Kind, int Index, FieldReference Field, Root? Root = null, RemadeValue? Remade = null);

    private IReadOnlyList<Slot> SlotsOf(SuspensionPoint point)
    {
        var slots = new List<Slot>();
        var used = new Dictionary<string, int>();
        TypeSystem system = _body.Module.TypeSystem;
        foreach (int variable in point.Live) Add(SlotKind.Variable, variable, VariableType(variable));
        for (int i = 0; i < point.Pending.Count; i++)
        {
            if (!point.Pending[i].Type.IsByRefLike()) Add(SlotKind.Pending, i, point.Pending[i].Type);
        }
        foreach (Root root in point.HeldRoots) Add(SlotKind.Root, -1, system.Object, root);
        if (HasReceiver(point)) Add(SlotKind.Receiver, 0, point.ArgumentTypes[0]);
        foreach (RemadeValue remade in point.Remade)
        {
            if (remade.IsWhole) continue;
            if (_references.LeavesOf(remade) is { } leaves)
            {
                for (int i = 0; i < leaves.Count; i++)
                {
                    bool isValue = leaves[i].Kind == LeafKind.Value;
                    Add(isValue ? SlotKind.Leaf : SlotKind.Offset, i, isValue ? leaves[i].Type : system.Int64, null, remade);
                    if (leaves[i].Kind == LeafKind.Span) Add(SlotKind.Length, i, system.Int32, null, remade);
                }
                continue;
            }
            Add(SlotKind.Offset, -1, system.Int64, null, remade);
            if (ReferenceEmitter.IsSpan(remade.Type)) Add(SlotKind.Length, -1, system.Int32, null, remade);
        }
        return slots;

        void Add(SlotKind kind, int index, TypeReference type, Root? root = null, RemadeValue? remade = null)
        {
            type = type.Bare();
            used.TryGetValue(type.FullName, out int ordinal);
            used[type.FullName] = ordinal + 1;
            slots.Add(new Slot(kind, index, _frame.Field(type, ordinal), root, remade));
        }
    }

    // A repeated call goes to the same object; its other arguments are not looked at.
    private static bool HasReceiver(SuspensionPoint point) =>
        point.CanRepeat && !point.Target.IsSubstituted && point.Call.Operand is MethodReference { HasThis: true }
        && point.ArgumentTypes[0].IsObjectReference() && point.Target.Kind != CallKind.Constructor;

    private void EmitSave(SuspensionPoint point, IReadOnlyList<Slot> slots, Instruction suspended)
    {
        _code.Append(point.Save);
        if (point.Result is not null) _code.Emit(OpCodes.Pop);
        var values = new VariableDefinition[point.Pending.Count];
        for (int i = point.Pending.Count - 1; i >= 0; i--)
        {
            values[i] = _temporaries.Take(point.Pending[i].Type);
            _code.Emit(OpCodes.Stloc, values[i]);
        }
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldarg, _continuation);
        if (_frame.This is not null) _code.Emit(OpCodes.Ldarg, _body.Parameters[0]);
        _code.Emit(OpCodes.Call, _frame.Take);
        _code.Emit(OpCodes.Stloc, _frameLocal);
        List<FieldReference> stale = [.. _frame.ReferencesBut([.. slots.Select(s => s.Field)])];
        if (stale.Count > 1)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Call, _frame.Clear);
            stale.Clear();
        }
        foreach (Slot slot in slots)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            switch (slot.Kind)
            {
                case SlotKind.Variable: EmitLoad(slot.Index); break;
                case SlotKind.Pending: _code.Emit(OpCodes.Ldloc, values[slot.Index]); break;
                case SlotKind.Root: _code.Emit(OpCodes.Ldloc, _roots[slot.Root!]); break;
                case SlotKind.Receiver: _code.Emit(OpCodes.Ldloc, _argumentLocals[point.ArgumentTypes[0], 0]); break;
                default: EmitPart(slot, LocalOf(point, slot.Remade!, values)); break;
            }
            _code.Emit(OpCodes.Stfld, slot.Field);
        }
        foreach (FieldReference field in stale)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Ldnull);
            _code.Emit(OpCodes.Stfld, field);
        }
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldc_I4, point.Number | (point.IsGuarded ? 0 : Unguarded) | (point.NeedsCaller ? NeedsCaller : 0)
            | (point.IsForwarding ? Forwarding : 0));
        _code.Emit(OpCodes.Call, _runtime.PushAt);
        _code.Emit(point.IsGuarded ? OpCodes.Leave : OpCodes.Br, suspended);
        _temporaries.Return(values);
    }

    private void EmitPart(Slot slot, VariableDefinition local)
    {
        RemadeValue value = slot.Remade!;
        if (_references.LeavesOf(value) is { } leaves)
        {
            if (slot.Kind == SlotKind.Leaf)
            {
                _references.EmitLeaf(value, leaves[slot.Index], local);
                return;
            }
            (value, local) = _references.EmitPart(value, leaves[slot.Index], local);
        }
        if (slot.Kind == SlotKind.Offset) _references.EmitOffset(value, local);
        else _references.EmitLength(value, local);
    }

    private VariableDefinition LocalOf(SuspensionPoint point, RemadeValue value, VariableDefinition[] pending) => value.Place switch
    {
        RemadePlace.Local => _body.Body.Variables[value.Index],
        RemadePlace.Pending => pending[value.Index],
        _ => _argumentLocals[point.ArgumentTypes[value.Index], value.Index],
    };

    private void EmitResume(SuspensionPoint point, IReadOnlyList<Slot> slots)
    {
        _code.Append(point.Resume);
        if (_state is not null)
        {
            // a loop enters the switch of its try block again
            _code.Emit(OpCodes.Ldc_I4_0);
            _code.Emit(OpCodes.Stloc, _state);
        }
        foreach (Slot slot in slots)
        {
            if (slot.Kind is not (SlotKind.Variable or SlotKind.Root)) continue;
            EmitField(slot);
            if (slot.Kind == SlotKind.Root) _code.Emit(OpCodes.Stloc, _roots[slot.Root!]);
            else if (slot.Index < _arguments) _code.Emit(OpCodes.Starg, _body.Parameters[slot.Index]);
            else _code.Emit(OpCodes.Stloc, _body.Body.Variables[slot.Index - _arguments]);
        }
        // spans before references to the variables that hold them
        foreach (RemadeValue remade in point.Remade.Where(r => r.Place == RemadePlace.Local).OrderBy(r => r.Root is VariableRoot))
        {
            EmitMake(remade, slots);
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
        EmitPending(point, slots, point.Pending.Count);
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
        if (point.CanRepeat) EmitRepeat(point, slots, repeat);
    }

    // The callee needs references again: the call is repeated, in resuming mode, with the callee's frame waiting.
    private void EmitRepeat(SuspensionPoint point, IReadOnlyList<Slot> slots, Instruction repeat)
    {
        _code.Append(repeat);
        bool isConstructor = point.Target.Kind == CallKind.Constructor;
        EmitPending(point, slots, point.Pending.Count - (isConstructor ? 1 : 0));
        if (isConstructor)
        {
            // the object exists already: its constructor's body is entered again, as a method
            EmitPendingEntry(point, slots, point.Pending.Count - 1);
            _code.Emit(OpCodes.Dup);
        }
        for (int i = 0; i < point.ArgumentTypes.Count; i++)
        {
            RemadeValue? remade = point.Remade.FirstOrDefault(r => r.Place == RemadePlace.Argument && r.Index == i);
            if (remade is not null) EmitMake(remade, slots);
            else if (i == 0 && slots.FirstOrDefault(s => s.Kind == SlotKind.Receiver) is { } receiver) EmitField(receiver);
            else continue;
            _code.Emit(OpCodes.Stloc, _argumentLocals[point.ArgumentTypes[i], i]); // the call may suspend again, and is then taken apart again
        }
        for (int i = 0; i < point.ArgumentTypes.Count; i++)
        {
            bool isKept = i == 0 && slots.Any(s => s.Kind == SlotKind.Receiver) || point.Remade.Any(r => r.Place == RemadePlace.Argument && r.Index == i);
            _code.Emit(OpCodes.Ldloc, isKept ? _argumentLocals[point.ArgumentTypes[i], i] : _argumentLocals.Default(point.ArgumentTypes[i]));
        }
        if (isConstructor)
        {
            _code.Emit(OpCodes.Ldarg, _continuation);
            _code.Emit(OpCodes.Call, _context.BodyOf(point.Target.Callee, point.Target.Definition!));
        }
        else
        {
            if (point.Target.Kind == CallKind.Direct) _code.Emit(OpCodes.Ldarg, _continuation);
            if (point.Constrained is not null) _code.Emit(OpCodes.Constrained, point.Constrained);
            _code.Emit(point.Call.OpCode, (MethodReference)point.Call.Operand);
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

    private void EmitPending(SuspensionPoint point, IReadOnlyList<Slot> slots, int count)
    {
        for (int i = 0; i < count; i++) EmitPendingEntry(point, slots, i);
    }

    private void EmitPendingEntry(SuspensionPoint point, IReadOnlyList<Slot> slots, int index)
    {
        RemadeValue? remade = point.Remade.FirstOrDefault(r => r.Place == RemadePlace.Pending && r.Index == index);
        if (remade is not null) EmitMake(remade, slots);
        else EmitField(slots.Single(s => s.Kind == SlotKind.Pending && s.Index == index));
    }

    private void EmitMake(RemadeValue remade, IReadOnlyList<Slot> slots)
    {
        if (_references.LeavesOf(remade) is not null)
        {
            _references.EmitMakeRefStruct(remade, (leaf, isLength) =>
                EmitField(slots.Single(s => s.Remade == remade && s.Index == leaf && s.Kind == SlotKind.Length == isLength)));
            return;
        }
        _references.EmitMake(
            remade,
            () => EmitField(slots.Single(s => s.Kind == SlotKind.Offset && s.Remade == remade)),
            () => EmitField(slots.Single(s => s.Kind == SlotKind.Length && s.Remade == remade)));
    }

    private void EmitField(Slot slot)
    {
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldfld, slot.Field);
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

    private void EmitLoad(int variable)
    {
        if (variable < _arguments) _code.Emit(OpCodes.Ldarg, _body.Parameters[variable]);
        else _code.Emit(OpCodes.Ldloc, _body.Body.Variables[variable - _arguments]);
    }
}
