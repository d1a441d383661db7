using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Emits a call as woven code makes it, and the test after it.</summary>
internal sealed class CallEmitter(
    ParameterDefinition? continuation, CodeBuffer code, Temporaries temporaries, WeaveContext context)
{
    private readonly RuntimeTypes _runtime = context.Runtime;

    /// <summary>Emits the call.</summary>
    /// <param name="instruction">The original instruction; it stays in the code as the call.</param>
    /// <param name="target">What is called.</param>
    /// <param name="point">The suspension point; null where the method does not suspend here.</param>
    public void Emit(Instruction instruction, CallTarget target, SuspensionPoint? point)
    {
        if (target.IsSubstituted)
        {
            if (target.LoadReceiver) code.Emit(OpCodes.Ldobj, StructReceiver((MethodReference)instruction.Operand));
            instruction.OpCode = OpCodes.Call;
            instruction.Operand = target.Callee;
        }
        if (point is null)
        {
            code.Append(instruction);
            return;
        }
        switch (target.Kind)
        {
            case CallKind.Direct:
                instruction.Operand = context.BodyOf(target.Callee, target.Definition!);
                code.Emit(OpCodes.Ldarg, continuation!);
                code.Append(instruction);
                break;
            case CallKind.Constructor:
                code.Emit(OpCodes.Ldc_I8, target.Key);
                code.Emit(OpCodes.Ldarg, continuation!);
                code.Emit(OpCodes.Call, _runtime.OfferConstructor);
                code.Append(instruction);
                break;
            case CallKind.Delegate or CallKind.Slot:
                EmitOffered(instruction, target, point);
                break;
        }
        if (point.IsTail) return;
        if (context.Chaos) EmitChaos(point);
        code.Emit(OpCodes.Ldarg, continuation!);
        code.Emit(OpCodes.Ldfld, _runtime.Mode);
        code.Emit(OpCodes.Brtrue, point.Save);
        code.Append(point.Continue);
    }

    private static TypeReference StructReceiver(MethodReference callee)
    {
        TypeReference type = callee.DeclaringType;
        type.IsValueType = true;
        return type;
    }

    // The receiver lies below the arguments: they step aside while the hand-shake is offered.
    private void EmitOffered(Instruction instruction, CallTarget target, SuspensionPoint point)
    {
        List<VariableDefinition> aside = [];
        for (int i = point.Arguments.Count - 1; i > 0; i--)
        {
            VariableDefinition temporary = temporaries.Take(ArgumentType(point, i));
            code.Emit(OpCodes.Stloc, temporary);
            aside.Add(temporary);
        }
        aside.Reverse();
        Instruction? byValue = null;
        Instruction joined = Instruction.Create(OpCodes.Nop);
        if (point.Constrained is { } constrained)
        {
            // T may be a struct (its methods are called pinned) or a class (then the reference is read and called)
            byValue = Instruction.Create(OpCodes.Nop);
            var isValueType = new GenericInstanceMethod(_runtime.IsValueType);
            isValueType.GenericArguments.Add(constrained);
            code.Emit(OpCodes.Call, isValueType);
            code.Emit(OpCodes.Brtrue, byValue);
            code.Emit(OpCodes.Ldobj, constrained);
            code.Emit(OpCodes.Box, constrained);
        }
        code.Emit(OpCodes.Dup);
        if (target.Kind == CallKind.Slot) code.Emit(OpCodes.Ldc_I8, target.Key);
        code.Emit(OpCodes.Ldarg, continuation!);
        code.Emit(OpCodes.Call, target.Kind == CallKind.Slot ? _runtime.Offer : _runtime.OfferDelegate);
        foreach (VariableDefinition temporary in aside) code.Emit(OpCodes.Ldloc, temporary);
        code.Append(instruction);
        if (byValue is not null)
        {
            code.Emit(OpCodes.Br, joined);
            code.Append(byValue);
            foreach (VariableDefinition temporary in aside) code.Emit(OpCodes.Ldloc, temporary);
            code.Emit(OpCodes.Constrained, point.Constrained!);
            code.Emit(OpCodes.Callvirt, target.Callee);
            code.Append(joined);
        }
        temporaries.Return(aside);
    }

    private TypeReference ArgumentType(SuspensionPoint point, int index)
    {
        var callee = (MethodReference)point.Call.Operand;
        return callee.Parameters[index - 1].ParameterType.Through(callee).Bare();
    }

    private void EmitChaos(SuspensionPoint point)
    {
        if (point.Result is null)
        {
            code.Emit(OpCodes.Ldarg, continuation!);
            code.Emit(OpCodes.Call, _runtime.ChaosAfter[1]);
            return;
        }
        var after = new GenericInstanceMethod(_runtime.ChaosAfter[2]);
        after.GenericArguments.Add(point.Result);
        code.Emit(OpCodes.Ldarg, continuation!);
        code.Emit(OpCodes.Call, after);
    }
}
