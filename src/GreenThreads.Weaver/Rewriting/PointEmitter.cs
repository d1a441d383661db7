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
    private readonly Temporaries _temporaries;
    private readonly RuntimeTypes _runtime;
    private readonly VariableDefinition _frameLocal;
    private readonly VariableDefinition? _state;
    private readonly int _arguments;
    private readonly Dictionary<SuspensionPoint, IReadOnlyList<Slot>> _slots = [];

    /// <param name="body">The woven body.</param>
    /// <param name="continuation">Its hidden parameter.</param>
    /// <param name="frame">Its frame class.</param>
    /// <param name="code">Where to emit.</param>
    /// <param name="temporaries">Locals to use.</param>
    /// <param name="context">The weave.</param>
    /// <param name="inTry">Whether points lie in try blocks, so that the resume point must be carried into them.</param>
    public PointEmitter(
        MethodDefinition body, ParameterDefinition continuation, FrameLayout frame, CodeBuffer code, Temporaries temporaries, WeaveContext context, bool inTry)
    {
        _body = body;
        _continuation = continuation;
        _frame = frame;
        _code = code;
        _temporaries = temporaries;
        _runtime = context.Runtime;
        _arguments = Variables.ArgumentCount(body) - 1;
        _frameLocal = new VariableDefinition(frame.Instance);
        body.Body.Variables.Add(_frameLocal);
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
    private const int Unguarded = 1 << 30;

    // A value in the frame: of a variable, or of the stack (Variable is -1).
    private sealed record Slot(FieldReference Field, int Variable, int StackIndex, TypeReference Type);

    private IReadOnlyList<Slot> SlotsOf(SuspensionPoint point)
    {
        var slots = new List<Slot>();
        var used = new Dictionary<string, int>();
        foreach (int variable in point.Live) Add(variable, -1, VariableType(variable));
        for (int i = 0; i < point.Pending.Count; i++)
        {
            if (!IsAddress(point.Pending[i])) Add(-1, i, point.Pending[i].Type);
        }
        return slots;

        void Add(int variable, int stackIndex, TypeReference type)
        {
            type = type.Bare();
            used.TryGetValue(type.FullName, out int ordinal);
            used[type.FullName] = ordinal + 1;
            slots.Add(new Slot(_frame.Field(type, ordinal), variable, stackIndex, type));
        }
    }

    private void EmitSave(SuspensionPoint point, IReadOnlyList<Slot> slots, Instruction suspended)
    {
        _code.Append(point.Save);
        if (point.Result is not null) _code.Emit(OpCodes.Pop);
        var values = new VariableDefinition?[point.Pending.Count];
        for (int i = point.Pending.Count - 1; i >= 0; i--)
        {
            if (IsAddress(point.Pending[i]))
            {
                _code.Emit(OpCodes.Pop);
                continue;
            }
            values[i] = _temporaries.Take(point.Pending[i].Type);
            _code.Emit(OpCodes.Stloc, values[i]!);
        }
        Instruction have = Instruction.Create(OpCodes.Nop);
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Brtrue, have);
        _code.Emit(OpCodes.Newobj, _frame.Constructor);
        _code.Emit(OpCodes.Stloc, _frameLocal);
        if (_frame.This is not null)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Ldarg, _body.Body.ThisParameter);
            _code.Emit(OpCodes.Stfld, _frame.This);
        }
        _code.Append(have);
        foreach (Slot slot in slots)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            if (slot.Variable >= 0) EmitLoad(slot.Variable);
            else _code.Emit(OpCodes.Ldloc, values[slot.StackIndex]!);
            _code.Emit(OpCodes.Stfld, slot.Field);
        }
        foreach (FieldReference stale in _frame.ReferencesBut([.. slots.Select(s => s.Field)]))
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Ldnull);
            _code.Emit(OpCodes.Stfld, stale);
        }
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldc_I4, point.Number | (point.IsGuarded ? 0 : Unguarded));
        _code.Emit(OpCodes.Stfld, _runtime.State);
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Call, _runtime.Push);
        _code.Emit(point.IsGuarded ? OpCodes.Leave : OpCodes.Br, suspended);
        _temporaries.Return(values.OfType<VariableDefinition>());
    }

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
            if (slot.Variable < 0) continue;
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Ldfld, slot.Field);
            if (slot.Variable < _arguments) _code.Emit(OpCodes.Starg, ParameterOf(slot.Variable));
            else _code.Emit(OpCodes.Stloc, _body.Body.Variables[slot.Variable - _arguments]);
        }
        for (int i = 0; i < point.Pending.Count; i++)
        {
            StackValue value = point.Pending[i];
            if (value.Origin == OriginKind.LocalAddress) _code.Emit(OpCodes.Ldloca, _body.Body.Variables[value.Index]);
            else if (value.Origin == OriginKind.ArgumentAddress) _code.Emit(OpCodes.Ldarga, ParameterOf(value.Index));
            else
            {
                _code.Emit(OpCodes.Ldloc, _frameLocal);
                _code.Emit(OpCodes.Ldfld, slots.Single(s => s.StackIndex == i).Field);
            }
        }
        _code.Emit(OpCodes.Ldarg, _continuation);
        if (point.Result is null)
        {
            _code.Emit(OpCodes.Call, _runtime.Arrive);
        }
        else
        {
            var take = new GenericInstanceMethod(_runtime.TakeResult);
            take.GenericArguments.Add(point.Result);
            _code.Emit(OpCodes.Call, take);
        }
        _code.Emit(OpCodes.Br, point.Continue);
    }

    private static bool IsAddress(StackValue value) => value.Origin is OriginKind.LocalAddress or OriginKind.ArgumentAddress;

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
        variable < _arguments ? Variables.ArgumentType(_body, variable) : _body.Body.Variables[variable - _arguments].VariableType;

    private ParameterDefinition ParameterOf(int argument)
    {
        int index = argument - (_body.HasThis ? 1 : 0);
        return index < 0 ? _body.Body.ThisParameter : _body.Parameters[index];
    }

    private void EmitLoad(int variable)
    {
        if (variable < _arguments) _code.Emit(OpCodes.Ldarg, ParameterOf(variable));
        else _code.Emit(OpCodes.Ldloc, _body.Body.Variables[variable - _arguments]);
    }
}
