using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Emits a call as woven code makes it, and the test after it.</summary>
internal sealed class CallEmitter(ParameterDefinition continuation, CodeBuffer code, ArgumentLocals arguments, WeaveContext context)
{
    private readonly RuntimeTypes _runtime = context.Runtime;

    /// <summary>Emits the call.</summary>
    /// <param name="instruction">The original instruction; it stays in the code as the call.</param>
    /// <param name="target">What is called.</param>
    /// <param name="point">The suspension point; null where the method does not suspend here.</param>
    /// <param name="isPrepared">Whether <see cref="EmitPreparation"/> stands before the arguments.</param>
    public void Emit(Instruction instruction, CallTarget target, SuspensionPoint? point, bool isPrepared)
    {
        if (target.IsSubstituted)
        {
            if (target.LoadReceiver) code.Emit(OpCodes.Ldobj, ((MethodReference)instruction.Operand).DeclaringType);
            instruction.OpCode = OpCodes.Call;
            instruction.Operand = target.Callee;
        }
        if (point is null)
        {
            code.Append(instruction);
            return;
        }
        if (point.IsPoll && !context.Chaos)
        {
            EmitPollTest(point);
            return;
        }
        bool isOffered = target.Kind is CallKind.Slot or CallKind.Delegate;
        if (context.Calls.For((MethodReference)instruction.Operand, point) is { } helper)
        {
            if (point.CanRepeat)
            {
                EmitAside(point, keepFirst: false);
                EmitArguments(point, 0);
            }
            code.Emit(OpCodes.Ldarg, continuation);
            (instruction.OpCode, instruction.Operand) = (OpCodes.Call, helper);
            code.Append(instruction);
            EmitAfterCall(point);
            return;
        }
        if (point.CanRepeat || isOffered && !isPrepared && point.ArgumentTypes.Count > 1) EmitAside(point, keepFirst: isOffered && !point.CanRepeat);
        switch (target.Kind)
        {
            case CallKind.Direct:
                if (!isPrepared) EmitNullCheck(instruction, target, point);
                instruction.Operand = context.BodyOf(target.Callee, target.Definition!);
                if (instruction.Operand is MethodReference { HasThis: false } || target.Definition!.DeclaringType.IsValueType) instruction.OpCode = OpCodes.Call;
                if (point.CanRepeat) EmitArguments(point, 0);
                code.Emit(OpCodes.Ldarg, continuation);
                if (point.IsExplicitTail) code.Emit(OpCodes.Tail);
                code.Append(instruction);
                break;
            case CallKind.StaticSlot:
                if (point.CanRepeat) EmitArguments(point, 0);
                code.Emit(OpCodes.Constrained, point.Constrained!);
                code.Emit(OpCodes.Ldftn, target.Callee);
                code.Emit(OpCodes.Ldarg, continuation);
                code.Emit(OpCodes.Call, _runtime.OfferEntry);
                code.Emit(OpCodes.Constrained, point.Constrained!);
                code.Append(instruction);
                break;
            case CallKind.Constructor:
                if (point.CanRepeat) EmitArguments(point, 0);
                code.Emit(OpCodes.Ldc_I8, target.Key);
                code.Emit(OpCodes.Ldarg, continuation);
                code.Emit(OpCodes.Call, _runtime.OfferConstructor);
                code.Append(instruction);
                break;
            case CallKind.Delegate or CallKind.Slot:
                if (point.CanRepeat) code.Emit(OpCodes.Ldloc, arguments[point.ArgumentTypes[0], 0]);
                if (isPrepared)
                {
                    if (point.IsExplicitTail) code.Emit(OpCodes.Tail);
                    code.Append(instruction);
                }
                else if (point.Constrained is null) EmitOffered(instruction, target, point);
                else EmitConstrained(instruction, target, point, point.Constrained);
                break;
        }
        EmitAfterCall(point);
    }

    private void EmitAfterCall(SuspensionPoint point)
    {
        if (point.IsTail) return;
        code.Append(point.After);
        if (context.Chaos && point.Result?.IsByRefLike() != true) EmitAfter(point, _runtime.ChaosAfter);
        if (point.IsPolled)
        {
            EmitPollTest(point);
            return;
        }
        EmitSuspensionTest(point);
        code.Append(point.Continue);
    }

    /// <summary>Emits the out-of-line block of a loop that lets others run after a call.</summary>
    public void EmitPoll(SuspensionPoint point)
    {
        if (!point.IsPolled) return;
        code.Append(point.Poll);
        EmitAfter(point, _runtime.PollAfter);
        code.Emit(OpCodes.Br, point.Test);
    }

    private void EmitSuspensionTest(SuspensionPoint point)
    {
        code.Emit(OpCodes.Ldarg, continuation);
        code.Emit(OpCodes.Ldfld, _runtime.Mode);
        code.Emit(OpCodes.Brtrue, point.Save);
    }

    private void EmitPollTest(SuspensionPoint point)
    {
        if (point.IsPolled)
        {
            code.Emit(OpCodes.Ldarg, continuation);
            code.Emit(OpCodes.Ldfld, _runtime.YieldMark);
            code.Emit(OpCodes.Brtrue, point.Poll);
            code.Append(point.Test);
            EmitSuspensionTest(point);
        }
        else
        {
            code.Emit(OpCodes.Ldarg, continuation);
            code.Emit(OpCodes.Ldfld, _runtime.PinDepth);
            code.Emit(OpCodes.Ldarg, continuation);
            code.Emit(OpCodes.Volatile); // else the JIT may read it once, before the loop
            code.Emit(OpCodes.Ldfld, _runtime.YieldMark);
            code.Emit(OpCodes.Blt, point.Poll);
        }
        code.Append(point.Continue);
    }

    /// <summary>
    /// Whether the receiver is looked at before the call, so that it has to be on top of the stack: arguments above it step aside,
    /// or are only pushed after that.
    /// </summary>
    public bool LooksAtReceiver(Instruction instruction, CallTarget target, SuspensionPoint point) =>
        !point.CanRepeat && point.Constrained is null && !target.IsSubstituted && context.Calls.For((MethodReference)instruction.Operand, point) is null
        && (target.Kind is CallKind.Slot or CallKind.Delegate || target.Kind == CallKind.Direct && NeedsNullCheck(instruction, target));

    /// <summary>Emits what looks at the receiver, which is on top of the stack.</summary>
    /// <param name="call">The call.</param>
    /// <param name="target">What it calls.</param>
    /// <param name="point">The suspension point.</param>
    /// <param name="pure">What pushes the arguments, between here and the call.</param>
    public void EmitPreparation(Instruction call, CallTarget target, SuspensionPoint point, IReadOnlyList<Instruction> pure)
    {
        code.Emit(OpCodes.Dup);
        if (target.Kind == CallKind.Direct) code.Emit(OpCodes.Call, _runtime.CheckReceiver);
        else EmitOffer(call, target, point, pure);
    }

    // The receiver lies below the arguments: they step aside while the hand-shake is offered. Arguments of a call that
    // may be repeated stay in their locals, to be taken apart when it suspends.
    private void EmitAside(SuspensionPoint point, bool keepFirst)
    {
        for (int i = point.ArgumentTypes.Count - 1; i >= (keepFirst ? 1 : 0); i--)
            code.Emit(OpCodes.Stloc, arguments[point.ArgumentTypes[i], i]);
    }

    // A woven body is a static method, whose receiver is not tested by the call.
    private void EmitNullCheck(Instruction instruction, CallTarget target, SuspensionPoint point)
    {
        if (!NeedsNullCheck(instruction, target)) return;
        if (point.CanRepeat)
        {
            code.Emit(OpCodes.Ldloc, arguments[point.ArgumentTypes[0], 0]);
            code.Emit(OpCodes.Call, _runtime.CheckReceiver);
            return;
        }
        EmitAside(point, keepFirst: true);
        code.Emit(OpCodes.Dup);
        code.Emit(OpCodes.Call, _runtime.CheckReceiver);
        EmitArguments(point, 1);
    }

    private static bool NeedsNullCheck(Instruction instruction, CallTarget target) =>
        !target.IsSubstituted && instruction.OpCode.Code == Code.Callvirt && !target.Definition!.DeclaringType.IsValueType;

    private void EmitArguments(SuspensionPoint point, int from)
    {
        for (int i = from; i < point.ArgumentTypes.Count; i++) code.Emit(OpCodes.Ldloc, arguments[point.ArgumentTypes[i], i]);
    }

    private void EmitOffered(Instruction instruction, CallTarget target, SuspensionPoint point)
    {
        code.Emit(OpCodes.Dup);
        EmitOffer(instruction, target, point, null);
        EmitArguments(point, 1);
        if (point.IsExplicitTail && point.Constrained is null) code.Emit(OpCodes.Tail);
        code.Append(instruction);
    }

    private void EmitOffer(Instruction call, CallTarget target, SuspensionPoint point, IReadOnlyList<Instruction>? pure)
    {
        if (target.Kind == CallKind.Slot) EmitKey(target);
        code.Emit(OpCodes.Ldarg, continuation);
        code.Emit(OpCodes.Call, target.Kind == CallKind.Slot ? _runtime.Offer : _runtime.OfferDelegate);
        if (target.Kind == CallKind.Delegate) EmitMulticast(call, point, pure);
    }

    // The loop of a delegate over several targets is not woven: one that is, is called instead.
    private void EmitMulticast(Instruction call, SuspensionPoint point, IReadOnlyList<Instruction>? pure)
    {
        if (point.CanRepeat || context.MulticastOf((MethodReference)call.Operand) is not { } all)
        {
            code.Emit(OpCodes.Pop);
            return;
        }
        if (!point.IsTail)
        {
            (point.InvokeAll, point.PureArguments) = (all, pure);
            code.Emit(OpCodes.Brfalse, point.Multicast);
            return;
        }
        Instruction single = Instruction.Create(OpCodes.Nop);
        code.Emit(OpCodes.Brtrue, single);
        EmitCallOfAll(point, all, pure);
        code.Emit(OpCodes.Ret);
        code.Append(single);
    }

    /// <summary>Emits the out-of-line block that calls all targets of a delegate, which is on the stack.</summary>
    public void EmitAll(SuspensionPoint point)
    {
        code.Append(point.Multicast);
        EmitCallOfAll(point, point.InvokeAll!, point.PureArguments);
        code.Emit(OpCodes.Br, point.After);
    }

    private void EmitCallOfAll(SuspensionPoint point, MethodReference all, IReadOnlyList<Instruction>? pure)
    {
        if (pure is null) EmitArguments(point, 1);
        else foreach (Instruction push in pure) code.Append(SequencePoints.CopyOf(push));
        code.Emit(OpCodes.Ldarg, continuation);
        code.Emit(OpCodes.Call, all);
    }

    // The id of the slot. That of a generic interface is called in one instantiation: it belongs to the key, but where
    // variance lets a call name another one than the class implements; there it is announced beside it.
    private void EmitKey(CallTarget target)
    {
        if (target.Contract is { } contract && contract.Resolve().IsVariant()) code.Emit(OpCodes.Call, _runtime.Announce.Of(contract));
        foreach (Instruction instruction in KeyOf(target, _runtime)) code.Append(instruction);
    }

    /// <summary>What pushes the id of a slot.</summary>
    public static IEnumerable<Instruction> KeyOf(CallTarget target, RuntimeTypes runtime)
    {
        yield return Instruction.Create(OpCodes.Ldc_I8, target.Key);
        if (target.Contract is null || target.Contract.Resolve().IsVariant()) yield break;
        yield return Instruction.Create(OpCodes.Call, runtime.Contract.Of(target.Contract));
        yield return Instruction.Create(OpCodes.Xor);
    }

    // T may be a struct, whose method is called by reference, or a class: then the reference is read and called.
    private void EmitConstrained(Instruction instruction, CallTarget target, SuspensionPoint point, TypeReference constrained)
    {
        Instruction isStruct = Instruction.Create(OpCodes.Nop);
        Instruction joined = Instruction.Create(OpCodes.Nop);
        code.Emit(OpCodes.Call, _runtime.IsValueType.Of(constrained));
        code.Emit(OpCodes.Brtrue, isStruct);
        code.Emit(OpCodes.Ldobj, constrained);
        code.Emit(OpCodes.Box, constrained);
        EmitOffered(instruction, target, point);
        code.Emit(OpCodes.Br, joined);
        code.Append(isStruct);
        EmitKey(target);
        code.Emit(OpCodes.Ldarg, continuation);
        code.Emit(OpCodes.Call, _runtime.OfferStruct.Of(constrained));
        EmitArguments(point, 1);
        code.Emit(OpCodes.Constrained, constrained);
        code.Emit(OpCodes.Callvirt, target.Callee);
        code.Append(joined);
    }

    private void EmitAfter(SuspensionPoint point, Dictionary<int, MethodReference> hook)
    {
        if (point.Result is null)
        {
            code.Emit(OpCodes.Ldarg, continuation);
            code.Emit(OpCodes.Call, hook[1]);
            return;
        }
        code.Emit(OpCodes.Ldarg, continuation);
        code.Emit(OpCodes.Call, hook[2].Of(point.Result));
    }
}
