using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

// A variable that is in use across a call, even one outside of the loop, is written to the stack each time it changes. So
// the variables of a loop that only polls are handed to a method that saves them, and are restored without a call after that:
// nothing that a poll calls fails. What the common block has restored before it is overwritten, or not in use.
internal sealed partial class PointEmitter
{
    private readonly Dictionary<SuspensionPoint, FieldReference[]> _pollFields = [];

    private bool IsPoll(SuspensionPoint point) => point.IsPoll && !_context.Chaos;

    // The fields of all points, used in another way.
    private FieldReference[] FieldsOf(IReadOnlyList<SavedValue> values)
    {
        var used = new Dictionary<string, int>();
        return [.. values.Select(value =>
        {
            used.TryGetValue(value.Type.FullName, out int ordinal);
            used[value.Type.FullName] = ordinal + 1;
            return _frame.Field(value.Type, ordinal);
        })];
    }

    private void EmitPoll(SuspensionPoint point)
    {
        IReadOnlyList<SavedValue> values = _values[point]; // all are variables
        FieldReference[] fields = _pollFields[point];
        _code.Append(point.Resume);
        if (_inTry)
        {
            _code.Emit(OpCodes.Ldc_I4_0);
            _code.Emit(OpCodes.Stloc, _state!);
        }
        _code.Emit(OpCodes.Ldarg, _continuation);
        _code.Emit(OpCodes.Ldc_I4_0);
        _code.Emit(OpCodes.Stfld, _runtime.Mode);
        for (int i = 0; i < fields.Length; i++)
        {
            _code.Emit(OpCodes.Ldloc, _frameLocal);
            _code.Emit(OpCodes.Ldfld, fields[i]);
            EmitStore(LocalOf(values[i]));
            if (!fields[i].FieldType.IsObjectReference()) continue;
            _code.Emit(OpCodes.Ldloc, _frameLocal); // the frame stays, and is to keep nothing alive
            _code.Emit(OpCodes.Ldnull);
            _code.Emit(OpCodes.Stfld, fields[i]);
        }
        _code.Emit(OpCodes.Br, point.Continue);
        _code.Append(point.Save);
        _code.Append(point.Poll);
        _code.Emit(OpCodes.Ldloc, _frameLocal);
        _code.Emit(OpCodes.Ldarg, _continuation);
        if (_frame.This is not null) _code.Emit(OpCodes.Ldarg, _body.Parameters[0]);
        foreach (SavedValue value in values) EmitLoad(LocalOf(value));
        _code.Emit(OpCodes.Call, _frame.AddPoll(fields, StateOf(point)));
        _code.Emit(point.IsGuarded ? OpCodes.Leave : OpCodes.Br, _return);
    }
}
