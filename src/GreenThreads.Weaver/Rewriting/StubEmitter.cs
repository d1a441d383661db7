using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// Writes the new body of an original method: the entry for everybody who does not call the woven body directly. A
/// hand-shake that is its own, or a thread that is pinned anyway (as every plain OS thread is), goes straight to the
/// woven body; otherwise the thread is pinned meanwhile.
/// </summary>
/// <remarks>
/// A stack trace shows the woven body under the method's own name and not the stub, which is therefore marked as aggressively
/// inlined: such methods are left out of traces. It is not inlined: "no inlining" is stronger.
/// </remarks>
internal sealed class StubEmitter(MethodDefinition method, WeaveContext context)
{
    private readonly RuntimeTypes _runtime = context.Runtime;
    private readonly ILProcessor _il = method.Body.GetILProcessor();
    private readonly VariableDefinition _continuation = new(context.Runtime.Continuation);
    private readonly Instruction _take = Instruction.Create(OpCodes.Nop);
    private readonly Instruction _direct = Instruction.Create(OpCodes.Nop);
    private readonly Instruction _onBox = Instruction.Create(OpCodes.Nop);
    private readonly Instruction _repeatOnBox = Instruction.Create(OpCodes.Nop);
    private VariableDefinition? _body;
    private bool _takesKey;

    // A key says nothing of a generic method's type arguments, and a struct's receiver is no object.
    private readonly bool _notesBody = method is { HasThis: true, IsConstructor: false, HasGenericParameters: false, DeclaringType.IsValueType: false }
        && !Eligibility.HasOpenParameters(method);
    private readonly MethodDefinition? _boxed = context.Boxed.GetValueOrDefault(method);

    // call g = Current
    // for each slot: is the key that of a call of it that enters this method? goto TAKE
    // is the key that of a delegate over this method, or the thread pinned anyway? goto DIRECT; else it is pinned now
    // return PinnedCalls.Call(…, g, &body), or where that cannot be called: try { body(…, g) } finally { Unpin(g) } return
    // TAKE: g.Handshake = 0
    // DIRECT: return body(…, g)

    /// <summary>Emits the stub; the method's body must be empty.</summary>
    public void Emit()
    {
        method.ImplAttributes |= MethodImplAttributes.AggressiveInlining | MethodImplAttributes.NoInlining;
        method.Body.Variables.Add(_continuation);
        method.Body.InitLocals = true;
        _il.Emit(OpCodes.Call, _runtime.Current);
        _il.Emit(OpCodes.Stloc, _continuation);
        if (_notesBody && !method.DeclaringType.HasGenericParameters)
        {
            _body = new VariableDefinition(method.Module.TypeSystem.IntPtr);
            method.Body.Variables.Add(_body);
            _il.Emit(OpCodes.Ldftn, Body(method));
            _il.Emit(OpCodes.Stloc, _body);
        }
        bool isConstructor = method is { IsConstructor: true, DeclaringType.IsValueType: false };
        if (!isConstructor) EmitSlotAcceptance();
        if (!_notesBody) _il.Emit(OpCodes.Ldloc, _continuation);
        if (isConstructor)
        {
            _il.Emit(OpCodes.Ldc_I8, Signatures.Id(method));
            _il.Emit(OpCodes.Call, _runtime.EntersConstructor);
        }
        else if (method.IsConstructor || method.HasThis && method.DeclaringType.IsValueType || Eligibility.HasOpenParameters(method))
        {
            _il.Emit(OpCodes.Call, _runtime.EntersUnpinned);
        }
        else if (_notesBody)
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldftn, Instantiated(SlotTable.On(method, method.DeclaringType.AsSelf())));
            EmitBody();
            _il.Emit(OpCodes.Ldloc, _continuation);
            _il.Emit(OpCodes.Call, _runtime.EntersOwn);
        }
        else
        {
            _il.Emit(OpCodes.Ldftn, Instantiated(SlotTable.On(method, method.DeclaringType.AsSelf())));
            _il.Emit(OpCodes.Call, _runtime.EntersDelegate);
        }
        EmitEntered();
        EmitPinned();
        if (_takesKey)
        {
            _il.Append(_take);
            if (_notesBody)
            {
                _il.Emit(OpCodes.Ldarg_0);
                EmitBody();
                _il.Emit(OpCodes.Ldloc, _continuation);
                _il.Emit(OpCodes.Call, _runtime.TakeOwn);
            }
            else
            {
                EmitTakeKey();
            }
        }
        _il.Append(_direct);
        EmitCall(method, method.HasThis);
        _il.Emit(OpCodes.Ret);
        if (_boxed is not null) EmitOnBox();
    }

    // A caller that hands references in again, or gets one, repeats its call without an offer: what it called before shows in the frame that
    // waits for it.
    private void EmitEntered()
    {
        if (_boxed is null || !method.ReturnType.IsByRefLike() && !method.Parameters.Any(p => p.ParameterType.IsByRefLike()))
        {
            _il.Emit(OpCodes.Brtrue, _direct);
            return;
        }
        Instruction pinned = Instruction.Create(OpCodes.Nop);
        _il.Emit(OpCodes.Brfalse, pinned);
        _il.Emit(OpCodes.Ldloc, _continuation);
        _il.Emit(OpCodes.Ldfld, _runtime.Mode);
        _il.Emit(OpCodes.Brfalse, _direct);
        _il.Emit(OpCodes.Ldloc, _continuation);
        _il.Emit(OpCodes.Call, _runtime.CalleeToRepeat);
        _il.Emit(OpCodes.Isinst, Body(_boxed).DeclaringType);
        _il.Emit(OpCodes.Brtrue, _repeatOnBox);
        _il.Emit(OpCodes.Br, _direct);
        _il.Append(pinned);
    }

    private void EmitSlotAcceptance()
    {
        foreach (Slot slot in context.Analysis.Slots.SlotsOf(method))
        {
            if (!method.DeclaringType.IsValueType)
            {
                EmitAcceptance(slot, _runtime.Matches, _take);
                if (method.DeclaringType.IsInterface) EmitAcceptance(slot, _runtime.MatchesDefault, _take);
                continue;
            }
            TypeReference self = method.DeclaringType.AsSelf();
            EmitAcceptance(slot, _runtime.MatchesStruct.Of(self), _take);
            if (_boxed is not null) EmitAcceptance(slot, _runtime.MatchesBoxed.Of(self), _onBox);
        }
    }

    private void EmitAcceptance(Slot slot, MethodReference matches, Instruction accepted)
    {
        _takesKey |= accepted == _take;
        Instruction next = Instruction.Create(OpCodes.Nop);
        if (!method.DeclaringType.IsValueType) _il.Emit(OpCodes.Ldarg_0);
        EmitKey(slot);
        _il.Emit(OpCodes.Ldloc, _continuation);
        _il.Emit(OpCodes.Call, matches);
        _il.Emit(OpCodes.Brfalse, next);
        EmitReachesThrough(slot, next);
        if (method.DeclaringType.IsSealed) _il.Emit(OpCodes.Br, accepted);
        else EmitImplementsSlot(slot, accepted);
        _il.Append(next);
    }

    private void EmitTakeKey()
    {
        _il.Emit(OpCodes.Ldloc, _continuation);
        _il.Emit(OpCodes.Call, _runtime.TakeKey);
    }

    // As the caller makes it: see CallEmitter.
    private void EmitKey(Slot slot)
    {
        _il.Emit(OpCodes.Ldc_I8, Signatures.Id(slot.Root));
        if (GenericContract(slot) is not { } contract || slot.Root.DeclaringType.IsVariant()) return;
        _il.Emit(OpCodes.Call, _runtime.Contract.Of(contract));
        _il.Emit(OpCodes.Xor);
    }

    private void EmitReachesThrough(Slot slot, Instruction next)
    {
        if (GenericContract(slot) is not { } contract || !slot.Root.DeclaringType.IsVariant()) return;
        if (method.DeclaringType.IsValueType)
        {
            _il.Emit(OpCodes.Call, _runtime.StructReachesThrough.Of(method.DeclaringType.AsSelf(), contract));
        }
        else
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Call, _runtime.ReachesThrough.Of(contract));
        }
        _il.Emit(OpCodes.Brfalse, next);
    }

    private TypeReference? GenericContract(Slot slot) =>
        slot.Root.DeclaringType is { IsInterface: true, HasGenericParameters: true } ? method.Module.ImportReference(slot.Reference.DeclaringType, method) : null;

    // The receiver's class may be derived from the stub's: does it leave the slot to the stub?
    private void EmitImplementsSlot(Slot slot, Instruction accepted)
    {
        TypeReference self = method.DeclaringType.AsSelf();
        if (!method.DeclaringType.IsInterface)
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Call, _runtime.IsExactly.Of(self));
            _il.Emit(OpCodes.Brtrue, accepted);
        }
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldvirtftn, Instantiated(Import(slot)));
        _il.Emit(OpCodes.Ldftn, Instantiated(SlotTable.On(method, self)));
        _il.Emit(OpCodes.Beq, accepted);
    }

    // `this` is the inside of a box: that, and not a reference, is what can wait.
    private void EmitOnBox()
    {
        _il.Append(_onBox);
        EmitTakeKey();
        _il.Append(_repeatOnBox);
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Call, _runtime.BoxOf.Of(method.DeclaringType.AsSelf()));
        EmitCall(_boxed!, withReceiver: false);
        _il.Emit(OpCodes.Ret);
    }

    // Of an interface piece by piece: it may be declared elsewhere, on an instantiation over types of this module. The slot of a
    // base class is named by the method itself.
    private MethodReference Import(Slot slot) => slot.Root.DeclaringType.IsInterface
        ? SlotTable.On(method.Module.ImportReference(slot.Root), method.Module.ImportReference(slot.Reference.DeclaringType, method))
        : method.Module.ImportReference(slot.Reference, method);

    private MethodReference Instantiated(MethodReference reference) =>
        method.HasGenericParameters ? reference.Of(method.GenericParameters) : reference;

    // The thread is pinned by now.
    private void EmitPinned()
    {
        bool returns = method.ReturnType.Bare().MetadataType != MetadataType.Void;
        if (PinnedArguments(returns) is { } types && _runtime.PinnedCalls.TryGetValue((returns, types.Count - (returns ? 1 : 0)), out MethodReference? call))
        {
            EmitArguments(method.HasThis);
            EmitBody();
            _il.Emit(OpCodes.Call, types.Count == 0 ? call : call.Of(types));
            _il.Emit(OpCodes.Ret);
            return;
        }
        VariableDefinition? result = null;
        if (returns)
        {
            result = new VariableDefinition(method.ReturnType);
            method.Body.Variables.Add(result);
        }
        Instruction end = returns ? Instruction.Create(OpCodes.Ldloc, result) : Instruction.Create(OpCodes.Ret);
        Instruction tryStart = Instruction.Create(OpCodes.Nop);
        _il.Append(tryStart);
        EmitCall(method, method.HasThis);
        if (returns) _il.Emit(OpCodes.Stloc, result);
        _il.Emit(OpCodes.Leave, end);
        Instruction cleanup = Instruction.Create(OpCodes.Ldloc, _continuation);
        _il.Append(cleanup);
        _il.Emit(OpCodes.Call, _runtime.Unpin);
        _il.Emit(OpCodes.Endfinally);
        _il.Append(end);
        if (returns) _il.Emit(OpCodes.Ret);
        method.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally)
        {
            TryStart = tryStart,
            TryEnd = cleanup,
            HandlerStart = cleanup,
            HandlerEnd = end,
        });
    }

    // The type arguments with which the runtime library calls the body; null where there is one that cannot be such.
    private List<TypeReference>? PinnedArguments(bool returns)
    {
        var types = new List<TypeReference>();
        if (method.HasThis) types.Add(Variables.ArgumentType(method, 0));
        foreach (ParameterDefinition parameter in method.Parameters) types.Add(parameter.ParameterType.Bare());
        if (returns) types.Add(method.ReturnType.Bare());
        return types.Any(t => t.IsByRefLike() || t.IsPointer()) ? null : types;
    }

    private void EmitCall(MethodDefinition callee, bool withReceiver)
    {
        EmitArguments(withReceiver);
        _il.Emit(OpCodes.Call, Body(callee));
    }

    private void EmitArguments(bool withReceiver)
    {
        if (withReceiver) _il.Emit(OpCodes.Ldarg_0);
        foreach (ParameterDefinition parameter in method.Parameters) _il.Emit(OpCodes.Ldarg, parameter);
        _il.Emit(OpCodes.Ldloc, _continuation);
    }

    // Thrice: from a local, but where shared code would look it up on each entry.
    private void EmitBody()
    {
        if (_body is null) _il.Emit(OpCodes.Ldftn, Body(method));
        else _il.Emit(OpCodes.Ldloc, _body);
    }

    private MethodReference Body(MethodDefinition callee) =>
        context.BodyOf(Instantiated(SlotTable.On(callee, method.DeclaringType.AsSelf())), callee);
}
