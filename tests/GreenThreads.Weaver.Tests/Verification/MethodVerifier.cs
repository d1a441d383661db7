using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>
/// Verifies one method: follows every path, keeps the types on the stack, joins them where paths meet, and checks each
/// instruction against them (ECMA-335 III.1.8). What is found is added to a list; after a finding the path goes on with
/// what the instruction should have left.
/// </summary>
internal sealed partial class MethodVerifier
{
    private readonly MethodDefinition _method;
    private readonly MethodBody _body;
    private readonly Access _access;
    private readonly TypeSystem _system;
    private readonly Regions _regions;
    private readonly Dictionary<Instruction, int> _index = [];
    private readonly State?[] _states;
    private readonly Queue<int> _work = new();
    private readonly HashSet<Finding> _findings;
    private readonly bool _tracksThis;
    private List<StackType> _stack = [];
    private bool _thisReady;
    private Instruction _at = null!;

    // What is known before an instruction.
    private sealed record State(StackType[] Stack, bool ThisReady);

    private MethodVerifier(MethodDefinition method, Access access, HashSet<Finding> findings)
    {
        _method = method;
        _body = method.Body;
        _access = access;
        _system = method.Module.TypeSystem;
        _findings = findings;
        _regions = new Regions(_body);
        _states = new State?[_body.Instructions.Count];
        for (int i = 0; i < _body.Instructions.Count; i++) _index[_body.Instructions[i]] = i;
        _tracksThis = method is { IsConstructor: true, IsStatic: false } && !method.DeclaringType.IsValueType;
    }

    /// <summary>Adds what is wrong with a method to the findings.</summary>
    public static void Verify(MethodDefinition method, Access access, HashSet<Finding> findings) => new MethodVerifier(method, access, findings).Run();

    private void Run()
    {
        if (_states.Length == 0) return; // implemented by the runtime
        Enter(0, [], !_tracksThis);
        while (_work.TryDequeue(out int index))
        {
            State state = _states[index]!;
            _stack = [.. state.Stack];
            _thisReady = state.ThisReady;
            _at = _body.Instructions[index];
            EnterHandlers(index, state);
            bool falls = Step(_at);
            if (!falls) continue;
            if (index + 1 == _body.Instructions.Count) Report(Rule.Branch, "control falls off the end");
            else Go(index, index + 1);
        }
    }

    // A handler begins with the exception or with nothing, whatever the try block has pushed.
    private void EnterHandlers(int index, State state)
    {
        foreach (Regions.Part part in _regions.Parts)
        {
            if (part.Start != index) continue;
            if (part.IsTry)
            {
                if (state.Stack.Length > 0) Report(Rule.RegionStack, $"{state.Stack.Length} values are on the stack where a try block begins");
                ExceptionHandler handler = part.Handler;
                StackType[] caught = handler.HandlerType switch
                {
                    ExceptionHandlerType.Catch => [new StackType(StackKind.Object, handler.CatchType)],
                    ExceptionHandlerType.Filter => [new StackType(StackKind.Object, _system.Object)],
                    _ => [],
                };
                if (handler.FilterStart is not null) Enter(_index[handler.FilterStart], caught, state.ThisReady);
                Enter(_index[handler.HandlerStart], caught, state.ThisReady);
            }
        }
    }

    private void Go(int from, int to)
    {
        if (_regions.WhyNotBranch(from, to) is { } why) Report(Rule.Branch, $"control {why}");
        Enter(to, [.. _stack], _thisReady);
    }

    private void Branch(object target)
    {
        foreach (Instruction each in target as Instruction[] ?? [(Instruction)target]) Go(_index[_at], _index[each]);
    }

    private void Enter(int index, StackType[] stack, bool thisReady)
    {
        State? known = _states[index];
        if (known is null)
        {
            _states[index] = new State(stack, thisReady);
            _work.Enqueue(index);
            return;
        }
        if (known.Stack.Length != stack.Length)
        {
            Report(Rule.StackDepth, $"{stack.Length} values are on the stack, {known.Stack.Length} on another path to IL_{_body.Instructions[index].Offset:x4}");
            return;
        }
        var merged = new StackType[stack.Length];
        bool changed = known.ThisReady && !thisReady;
        for (int i = 0; i < stack.Length; i++)
        {
            if (Assignability.Merge(known.Stack[i], stack[i]) is not { } type)
            {
                Report(Rule.Join, $"{stack[i]} meets {known.Stack[i]} at IL_{_body.Instructions[index].Offset:x4}");
                type = known.Stack[i];
            }
            merged[i] = type;
            changed |= !IsSame(type, known.Stack[i]);
        }
        if (!changed) return;
        _states[index] = new State(merged, known.ThisReady && thisReady);
        _work.Enqueue(index);
    }

    private static bool IsSame(StackType a, StackType b) =>
        a.Kind == b.Kind && a.IsReadOnly == b.IsReadOnly && a.IsLocal == b.IsLocal && a.IsBoxed == b.IsBoxed && a.IsUninitialized == b.IsUninitialized
        && (a.Type is null ? b.Type is null : b.Type is not null && TypeFacts.Same(a.Type, b.Type));

    private void Report(Rule rule, string text) => _findings.Add(new Finding(_method.FullName, _at?.Offset ?? 0, rule, $"{_at?.OpCode.Name}: {text}"));

    private void Push(StackType type) => _stack.Add(type);

    private void Push(TypeReference type) => Push(StackType.Of(type));

    private StackType Pop()
    {
        if (_stack.Count == 0)
        {
            Report(Rule.StackDepth, "the stack is empty");
            return StackType.Int32;
        }
        StackType top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private void PopTo(TypeReference place, string what)
    {
        StackType value = Pop();
        if (!Assignability.IsAssignable(value, place)) Report(value.IsUninitialized ? Rule.UninitializedThis : Rule.Assignment, $"{value} is not a {place.Stripped()} ({what})");
    }

    private void PopInt(string what)
    {
        StackType value = Pop();
        if (!value.IsInteger) Report(Rule.Operand, $"{value} is not an integer ({what})");
    }

    // An address that is read (or written) as a type; a pointer is only noted.
    private void PopAddress(TypeReference type, bool isWritten)
    {
        StackType address = Pop();
        if (address.IsInteger) Report(Rule.Pointer, "a pointer is used");
        else if (address.Kind != StackKind.Reference) Report(Rule.Operand, $"{address} is not an address");
        else if (!TypeFacts.SamePlace(address.Type!, type) && !IsObjectPlace(address.Type!, type, isWritten)) Report(Rule.Assignment, $"{address} does not refer to a {type}");
        else if (isWritten && address.IsReadOnly) Report(Rule.ReadOnly, $"{address} is read-only");
    }

    private static bool IsObjectPlace(TypeReference place, TypeReference type, bool isWritten) =>
        StackType.Of(place).Kind == StackKind.Object && StackType.Of(type).Kind == StackKind.Object
        && (isWritten ? Assignability.IsSubtype(type, false, place) : Assignability.IsSubtype(place, false, type));

    private bool IsInsideHandler(ExceptionHandlerType type) =>
        _regions.Around(_index[_at]).FirstOrDefault(p => !p.IsTry) is { IsFilter: false } part && part.Handler.HandlerType == type;
}
