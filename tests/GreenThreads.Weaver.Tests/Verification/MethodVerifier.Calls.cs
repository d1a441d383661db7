using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>Calls, new objects, delegates.</summary>
internal sealed partial class MethodVerifier
{
    private void Call(Instruction i)
    {
        if (i.Operand is CallSite site)
        {
            Report(Rule.Pointer, "a call through a function pointer");
            Pop();
            for (int p = site.Parameters.Count - 1; p >= 0; p--) PopTo(site.Parameters[p].ParameterType, $"argument {p}");
            if (site.HasThis) Pop();
            PushResult(site.ReturnType);
            return;
        }
        var callee = (MethodReference)i.Operand;
        MethodDefinition? definition = CheckMethod(callee);
        switch (i.OpCode.Code)
        {
            case Code.Ldftn:
                Push(StackType.NativeInt with { Function = callee });
                return;
            case Code.Ldvirtftn:
                PopTo(_system.Object, "receiver");
                Push(StackType.NativeInt with { Function = callee });
                return;
            case Code.Newobj:
                New(callee, definition);
                return;
        }
        if (definition is { IsAbstract: true } && i.OpCode.Code == Code.Call && _constrained is null) Report(Rule.Placement, $"{callee} has no body");
        if (definition is { IsVirtual: true, IsFinal: false } && i.OpCode.Code == Code.Call && callee.HasThis && _constrained is null && !definition.DeclaringType.IsSealed && !definition.DeclaringType.IsValueType) CheckNonVirtual(callee);
        PopArguments(callee);
        if (callee.HasThis) Receiver(i, callee, definition);
        PushResult(callee.ReturnType.Through(callee));
    }

    private void PushResult(TypeReference type)
    {
        if (type.Stripped().MetadataType != MetadataType.Void) Push(type);
    }

    private void PopArguments(MethodReference callee)
    {
        for (int p = callee.Parameters.Count - 1; p >= 0; p--)
        {
            ParameterDefinition parameter = callee.Parameters[p];
            TypeReference type = parameter.ParameterType.Through(callee);
            // a read-only reference goes to "in" parameters; the mark of those is on the definition
            if (_stack.Count > 0 && _stack[^1] is { Kind: StackKind.Reference, IsReadOnly: true } reference
                && callee.Resolve()?.Parameters[p] is { } defined && (defined.IsIn || defined.CustomAttributes.Any(a => a.AttributeType.Name is "IsReadOnlyAttribute" or "RequiresLocationAttribute" or "ScopedRefAttribute")))
                _stack[^1] = reference with { IsReadOnly = false };
            PopTo(type, $"argument {p} of {callee.Name}");
        }
    }

    private void Receiver(Instruction i, MethodReference callee, MethodDefinition? definition)
    {
        StackType receiver = Pop();
        TypeReference type = callee.DeclaringType;
        if (callee.Name == ".ctor")
        {
            ConstructorCall(receiver, type);
            return;
        }
        if (receiver.IsUninitialized)
        {
            Report(Rule.UninitializedThis, $"{callee.Name} is called before another constructor has run");
            return;
        }
        if (_constrained is not null)
        {
            if (receiver.Kind != StackKind.Reference || !TypeFacts.SamePlace(receiver.Type!, _constrained)) Report(receiver.IsInteger ? Rule.Pointer : Rule.Assignment, $"{receiver} is not a {_constrained}&");
            else if (!Assignability.IsSubtype(_constrained, _constrained is GenericParameter || _constrained.IsValue(), type) && !TypeFacts.Same(_constrained, type)) Report(Rule.Assignment, $"{_constrained} has no {callee}");
            return;
        }
        if (type.IsValue())
        {
            if (i.OpCode.Code == Code.Callvirt && definition is { IsVirtual: true }) Report(Rule.Placement, "a virtual call on a struct");
            if (receiver.IsInteger) Report(Rule.Pointer, "a call through a pointer");
            else if (receiver.Kind != StackKind.Reference || !TypeFacts.SamePlace(receiver.Type!, type)) Report(Rule.Assignment, $"{receiver} is not a {type}& (receiver of {callee.Name})");
            return;
        }
        if (!Assignability.IsAssignable(receiver, type)) Report(Rule.Assignment, $"{receiver} is not a {type} (receiver of {callee.Name})");
    }

    private void ConstructorCall(StackType receiver, TypeReference type)
    {
        if (type.IsValue())
        {
            if (receiver.IsInteger) Report(Rule.Pointer, "a constructor through a pointer");
            else if (receiver.Kind != StackKind.Reference || !TypeFacts.Same(receiver.Type!, type)) Report(Rule.Assignment, $"{receiver} is not a {type}&");
            return;
        }
        bool isOwn = TypeFacts.Same(type, _method.DeclaringType.Self()) || _method.DeclaringType.BaseType is { } parent && TypeFacts.Same(type, parent);
        if (!receiver.IsUninitialized || !isOwn)
        {
            Report(Rule.ConstructorCall, $"the constructor of {type} on {receiver}");
            return;
        }
        _thisReady = true;
        for (int s = 0; s < _stack.Count; s++)
        {
            if (_stack[s].IsUninitialized) _stack[s] = _stack[s] with { IsUninitialized = false };
        }
    }

    // call (not callvirt) of a virtual method: only base.M() and the like, on the own receiver.
    private void CheckNonVirtual(MethodReference callee)
    {
        int position = _stack.Count - callee.Parameters.Count - 1;
        if (position < 0 || _stack[position] is not { Kind: StackKind.Object, Type: { } type }) return;
        if (!_method.HasThis || !TypeFacts.Same(type, _method.DeclaringType.Self())) Report(Rule.Placement, $"{callee} is called without looking at the class of {type}");
    }

    private void New(MethodReference constructor, MethodDefinition? definition)
    {
        if (constructor.Name != ".ctor") Report(Rule.Placement, $"{constructor} is not a constructor");
        if (definition is { DeclaringType.IsAbstract: true }) Report(Rule.Placement, $"{constructor.DeclaringType} is abstract");
        if (definition?.DeclaringType.BaseType?.FullName == "System.MulticastDelegate" && constructor.Parameters.Count == 2) NewDelegate(constructor);
        else PopArguments(constructor);
        Push(constructor.DeclaringType);
    }

    private void NewDelegate(MethodReference constructor)
    {
        StackType pointer = Pop(), target = Pop();
        if (pointer.Function is not { } function)
        {
            Report(Rule.Pointer, "a delegate for an unknown function pointer");
            return;
        }
        if (target.Kind != StackKind.Object || target.IsUninitialized) Report(Rule.Assignment, $"{target} is not an object (target of a delegate)");
        else if (function.HasThis && !target.IsNull && !Assignability.IsSubtype(target.Type!, target.IsBoxed, function.DeclaringType) && !(target.IsBoxed && TypeFacts.Same(target.Type!, function.DeclaringType)))
            Report(Rule.Assignment, $"{target} has no {function}");
        MethodDefinition? invoke = constructor.DeclaringType.Resolve()?.Methods.FirstOrDefault(m => m.Name == "Invoke");
        if (invoke is null) return;
        int skipped = function.HasThis ? 0 : function.Parameters.Count - invoke.Parameters.Count; // a static method closed over its first argument
        if (skipped is not (0 or 1) || function.HasThis && function.Parameters.Count != invoke.Parameters.Count)
        {
            Report(Rule.Assignment, $"{function} does not fit {constructor.DeclaringType}");
            return;
        }
        for (int p = 0; p < invoke.Parameters.Count; p++)
        {
            TypeReference given = invoke.Parameters[p].ParameterType.Substitute(constructor.DeclaringType.ArgumentsOf(), []);
            TypeReference taken = function.Parameters[p + skipped].ParameterType.Through(function);
            if (!Assignability.IsAssignable(StackType.Of(given), taken)) Report(Rule.Assignment, $"{function} does not take a {given}");
        }
        TypeReference wanted = invoke.ReturnType.Substitute(constructor.DeclaringType.ArgumentsOf(), []), result = function.ReturnType.Through(function);
        bool isVoid = wanted.Stripped().MetadataType == MetadataType.Void;
        if (isVoid != (result.Stripped().MetadataType == MetadataType.Void) || !isVoid && !Assignability.IsAssignable(StackType.Of(result) with { IsReadOnly = false }, wanted)) Report(Rule.Assignment, $"{function} does not return a {wanted}");
    }

    private MethodDefinition? CheckMethod(MethodReference callee)
    {
        Checked(callee.DeclaringType);
        MethodDefinition? definition = callee.Resolve();
        if (definition is null)
        {
            // arrays have methods that nothing defines
            if (callee.DeclaringType is not ArrayType) Report(Rule.Unresolved, $"{callee} does not exist");
            return null;
        }
        if (definition.IsStatic == callee.HasThis) Report(Rule.Unresolved, $"{callee} is{(definition.IsStatic ? "" : " not")} static");
        if (!_access.IsVisible(definition, _method.DeclaringType)) Report(Rule.Visibility, $"{callee} is not visible");
        if (callee is GenericInstanceMethod instance)
        {
            foreach (TypeReference argument in instance.GenericArguments) Checked(argument);
            if (Access.Violation(definition, [.. instance.GenericArguments], callee.DeclaringType.ArgumentsOf(), [.. instance.GenericArguments]) is { } violation)
                Report(Rule.Constraint, $"{callee}: {violation}");
        }
        return definition;
    }
}
