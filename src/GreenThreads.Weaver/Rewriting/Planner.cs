using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Decides for each call of a method whether it is a suspension point, and what is saved there.</summary>
internal sealed class Planner(MethodDefinition method, FlowGraph flow, Suspendability analysis)
{
    private readonly StackAnalysis _stacks = new(flow);
    private Liveness? _liveness;

    /// <summary>Plans a method that gets a woven body.</summary>
    public MethodPlan Plan()
    {
        var plan = new MethodPlan();
        _liveness = new Liveness(flow, _stacks);
        for (int i = 0; i < flow.Instructions.Length; i++)
        {
            Instruction instruction = flow.Instructions[i];
            if (instruction.OpCode.Code == Code.Calli && _stacks.Before(i) is not null)
            {
                plan.Pinned.Add(new PinnedCall(instruction, new CallTarget(CallKind.Plain, null!, null), DiagnosticId.IndirectCall, "it goes through a function pointer"));
                continue;
            }
            if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj)) continue;
            CallTarget target = analysis.Classify(instruction);
            if (target.IsSubstituted) plan.Targets[instruction] = target;
            if (!target.CanSuspend || _stacks.Before(i) is not { } stack) continue;
            if (WhyPinned(i, target, stack) is var (id, reason))
            {
                plan.Pinned.Add(new PinnedCall(instruction, target, id, reason));
                continue;
            }
            plan.Points[instruction] = MakePoint(plan.Points.Count + 1, i, target, stack);
            plan.Targets[instruction] = target;
        }
        return plan;
    }

    private static int ArgumentCount(Instruction call, CallTarget target)
    {
        var callee = (MethodReference)call.Operand;
        return callee.Parameters.Count + (callee.HasThis && call.OpCode.Code != Code.Newobj ? 1 : 0);
    }

    private (DiagnosticId Id, string Reason)? WhyPinned(int number, CallTarget target, StackValue[] stack)
    {
        Instruction call = flow.Instructions[number];
        if (flow.InHandler[number] is { } handler)
            return (DiagnosticId.WaitInHandler, $"it is in a {handler.HandlerType.ToString().ToLowerInvariant()} block");
        if (call.Previous?.OpCode.Code == Code.Constrained && call.Previous.Operand is not GenericParameter)
            return (DiagnosticId.ReferenceAcrossWait, "its receiver is a struct");
        int pending = stack.Length - ArgumentCount(call, target);
        for (int i = 0; i < pending; i++)
        {
            if (stack[i].Type.IsPointer()) return (DiagnosticId.PointerAcrossWait, "a pointer is in use across it");
            if (!stack[i].Type.IsByRefLike() || IsRemade(stack[i])) continue;
            return (DiagnosticId.ReferenceAcrossWait, $"a {Describe(stack[i].Type)} is in use across it");
        }
        if (IsTail(number, target)) return null;
        foreach (int variable in LiveAfter(number, stack))
        {
            TypeReference type = TypeOf(variable);
            if (type is PinnedType || type.IsPointer())
                return (DiagnosticId.PointerAcrossWait, $"{NameOf(variable)} is {(type is PinnedType ? "pinned (fixed)" : "a pointer")} and in use across it");
            if (type.IsByRefLike())
                return (DiagnosticId.ReferenceAcrossWait, $"{NameOf(variable)}, a {Describe(type)}, is in use across it");
        }
        return null;
    }

    private SuspensionPoint MakePoint(int number, int position, CallTarget target, StackValue[] stack)
    {
        Instruction call = flow.Instructions[position];
        int arguments = ArgumentCount(call, target);
        List<StackValue> pending = [.. stack.Take(stack.Length - arguments).Select(Store)];
        TypeReference? result = null;
        var callee = (MethodReference)call.Operand;
        if (target.Kind == CallKind.Constructor) pending.Add(new StackValue(callee.DeclaringType));
        else if (call.OpCode.Code == Code.Newobj) result = callee.DeclaringType;
        else if (callee.ReturnType.Bare().MetadataType != MetadataType.Void) result = callee.ReturnType.Through(callee).Bare();
        return new SuspensionPoint
        {
            Number = number,
            Call = call,
            Target = target,
            Constrained = call.Previous?.OpCode.Code == Code.Constrained ? (TypeReference)call.Previous.Operand : null,
            Pending = pending,
            Arguments = [.. stack.Skip(stack.Length - arguments)],
            Result = result,
            Live = [.. LiveAfter(position, stack).Order()],
            IsTail = IsTail(position, target),
            IsGuarded = flow.HandlersOf[position] is not null,
        };
    }

    private StackValue Store(StackValue value) => value with { Type = _stacks.StorageType(value) };

    // Addresses of variables are taken again; the variables are then live.
    private static bool IsRemade(StackValue value) =>
        value.Type is ByReferenceType && value.Origin is OriginKind.LocalAddress or OriginKind.ArgumentAddress;

    private IEnumerable<int> LiveAfter(int number, StackValue[] stack)
    {
        var live = new SortedSet<int>(_liveness!.LiveAfter(number));
        foreach (StackValue value in stack)
        {
            if (value.Origin == OriginKind.LocalAddress) live.Add(_liveness.Local(value.Index));
            if (value.Origin == OriginKind.ArgumentAddress) live.Add(_liveness.Argument(value.Index));
        }
        if (method.HasThis) live.Remove(0); // the receiver has a place of its own in the frame
        return live;
    }

    // `return Callee(…);`: the callee's result is the method's, so the caller can take it directly.
    private bool IsTail(int number, CallTarget target)
    {
        if (flow.HandlersOf[number] is not null || target.Kind == CallKind.Constructor) return false;
        Instruction call = flow.Instructions[number];
        if (call.Next?.OpCode.Code != Code.Ret || call.Previous?.OpCode.Code == Code.Constrained) return false;
        if (call.OpCode.Code == Code.Newobj) return false;
        var callee = (MethodReference)call.Operand;
        TypeReference result = callee.ReturnType.Through(callee).Bare();
        TypeReference own = method.ReturnType.Bare();
        return result.FullName == own.FullName || result.IsObjectReference() && own.IsObjectReference();
    }

    private TypeReference TypeOf(int variable)
    {
        int arguments = Variables.ArgumentCount(method);
        return variable < arguments ? Variables.ArgumentType(method, variable) : method.Body.Variables[variable - arguments].VariableType;
    }

    private string NameOf(int variable)
    {
        int arguments = Variables.ArgumentCount(method);
        if (variable < arguments)
        {
            int parameter = variable - (method.HasThis ? 1 : 0);
            return parameter < 0 ? "'this'" : $"'{method.Parameters[parameter].Name}'";
        }
        VariableDefinition local = method.Body.Variables[variable - arguments];
        return method.DebugInformation.TryGetName(local, out string name) ? $"'{name}'" : "a temporary";
    }

    private static string Describe(TypeReference type) =>
        type.Bare() is ByReferenceType reference ? $"reference to {reference.ElementType.Name}" : type.Bare().Name.Split('`')[0];
}
