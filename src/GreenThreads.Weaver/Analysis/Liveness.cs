using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Which locals and arguments may still be read after each instruction (backward data flow). Variables are numbered:
/// first the arguments, then the locals.
/// </summary>
/// <remarks>
/// Taking a variable's address is a use, except to construct or clear it (that is a definition). In a try block a
/// definition does not end the life of a variable that a handler reads. A <c>leave</c> passes through the finally
/// blocks on its way, so what they read is live too. What a <c>fixed</c> statement fixes is in use to the statement's end,
/// where it is overwritten with null: a pointer that somebody else has kept points into it.
/// </remarks>
internal sealed class Liveness
{
    private readonly FlowGraph _flow;
    private readonly ulong[] _after;
    private readonly int _words;
    private readonly int _arguments;
    private readonly int _count;

    public Liveness(FlowGraph flow, StackAnalysis stacks)
    {
        _flow = flow;
        MethodDefinition method = flow.Method;
        _arguments = Variables.ArgumentCount(method);
        _count = _arguments + method.Body.Variables.Count;
        _words = (_count + WordBits - 1) / WordBits;
        int length = flow.Instructions.Length;
        var uses = new int[length];
        var definitions = new int[length];
        Array.Fill(uses, -1);
        Array.Fill(definitions, -1);
        for (int i = 0; i < length; i++) Classify(i, uses, definitions);
        for (int i = 0; i < length; i++) MarkConstruction(i, stacks, uses, definitions);
        _after = Solve(uses, definitions);
        for (int i = 0; i < method.Body.Variables.Count; i++)
        {
            if (method.Body.Variables[i].VariableType is PinnedType) RestrictToFixed(Local(i), definitions);
        }
    }

    /// <summary>Number of the variable that is an argument.</summary>
    public int Argument(int index) => index;

    /// <summary>Number of the variable that is a local.</summary>
    public int Local(int index) => _arguments + index;

    /// <summary>The variables that are live after the instruction, in order.</summary>
    public IEnumerable<int> LiveAfter(int number)
    {
        for (int i = 0; i < _count; i++)
        {
            if ((_after[number * _words + i / WordBits] & Bit(i)) != 0) yield return i;
        }
    }

    private void Classify(int number, int[] uses, int[] definitions)
    {
        Instruction instruction = _flow.Instructions[number];
        switch (instruction.OpCode.Code)
        {
            case Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg or Code.Ldarg_S or Code.Ldarga or Code.Ldarga_S:
                uses[number] = Argument(Variables.ArgumentIndex(instruction, _flow.Method));
                break;
            case Code.Starg or Code.Starg_S:
                definitions[number] = Argument(Variables.ArgumentIndex(instruction, _flow.Method));
                break;
            case Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc or Code.Ldloc_S or Code.Ldloca or Code.Ldloca_S:
                uses[number] = Local(Variables.LocalIndex(instruction));
                break;
            case Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc or Code.Stloc_S:
                (EndsFixed(number) ? uses : definitions)[number] = Local(Variables.LocalIndex(instruction));
                break;
        }
    }

    // `ldnull; stloc x`, or `ldc.i4.0; conv.u; stloc x`, where x is a pinned local.
    private bool EndsFixed(int number) =>
        number > 0
        && _flow.Method.Body.Variables[Variables.LocalIndex(_flow.Instructions[number])].VariableType is PinnedType
        && (_flow.Instructions[number - 1].OpCode.Code == Code.Ldnull
            || (number > 1 && _flow.Instructions[number - 1].OpCode.Code == Code.Conv_U && IsZero(_flow.Instructions[number - 2])));

    // In its short form, or in the long one that the body has after a change.
    private static bool IsZero(Instruction instruction) => instruction.OpCode.Code == Code.Ldc_I4_0 || instruction is { OpCode.Code: Code.Ldc_I4, Operand: 0 };

    // A pinned local is not in use where nothing has been fixed yet: its end is also reached by the paths on which there was
    // nothing to fix (a null string).
    private void RestrictToFixed(int variable, int[] definitions)
    {
        var isFixed = new bool[_flow.Instructions.Length];
        var left = new Stack<int>();
        for (int i = 0; i < definitions.Length; i++)
        {
            if (definitions[i] == variable) Reach(i);
        }
        while (left.TryPop(out int number))
        {
            foreach (int successor in _flow.Successors(number)) Follow(successor);
            foreach (ExceptionHandler handler in _flow.HandlersOf[number] ?? [])
            {
                Follow(_flow.Number(handler.HandlerStart));
                if (handler.FilterStart is not null) Follow(_flow.Number(handler.FilterStart));
            }
        }
        for (int i = 0; i < isFixed.Length; i++)
        {
            if (!isFixed[i]) _after[i * _words + variable / WordBits] &= ~Bit(variable);
        }

        void Follow(int number)
        {
            bool ends = _flow.Instructions[number].OpCode.Code is Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc or Code.Stloc_S
                && Local(Variables.LocalIndex(_flow.Instructions[number])) == variable && EndsFixed(number);
            if (!ends) Reach(number);
        }

        void Reach(int number)
        {
            if (isFixed[number]) return;
            isFixed[number] = true;
            left.Push(number);
        }
    }

    // `ldloca x; …; call X::.ctor` and `ldloca x; initobj X` define x.
    private void MarkConstruction(int number, StackAnalysis stacks, int[] uses, int[] definitions)
    {
        Instruction instruction = _flow.Instructions[number];
        int depth;
        switch (instruction.OpCode.Code)
        {
            case Code.Initobj:
                depth = 1;
                break;
            case Code.Call when instruction.Operand is MethodReference { Name: ".ctor" } constructor && constructor.DeclaringType.IsValueType:
                depth = constructor.Parameters.Count + 1;
                break;
            default:
                return;
        }
        if (stacks.Before(number) is not { } stack || stack.Length < depth) return;
        StackValue target = stack[^depth];
        if (target.Producer?.OpCode.Code is not (Code.Ldloca or Code.Ldloca_S or Code.Ldarga or Code.Ldarga_S)) return;
        if (((ByReferenceType)target.Type).ElementType.FullName != ConstructedType(instruction).FullName) return;
        int producer = _flow.Number(target.Producer);
        // a duplicated address is used again after the construction: that is a plain use
        if (producer + 1 < _flow.Instructions.Length && _flow.Instructions[producer + 1].OpCode.Code == Code.Dup) return;
        definitions[number] = uses[producer];
        uses[producer] = -1;
    }

    private static TypeReference ConstructedType(Instruction instruction) =>
        instruction.Operand is MethodReference method ? method.DeclaringType : (TypeReference)instruction.Operand;

    // Both results have a row of bits for each instruction, one for each variable.
    private ulong[] Solve(int[] uses, int[] definitions)
    {
        int length = _flow.Instructions.Length;
        var before = new ulong[length * _words];
        var after = new ulong[length * _words];
        Span<ulong> entry = new ulong[_words];
        bool changed = _words > 0;
        while (changed)
        {
            changed = false;
            for (int i = length - 1; i >= 0; i--)
            {
                Span<ulong> live = Row(after, i);
                foreach (int successor in _flow.Successors(i)) Add(live, Row(before, successor));
                if (_flow.Instructions[i].OpCode.Code is Code.Leave or Code.Leave_S) AddFinallies(i, live, before);
                live.CopyTo(entry);
                if (definitions[i] >= 0) entry[definitions[i] / WordBits] &= ~Bit(definitions[i]);
                if (uses[i] >= 0) entry[uses[i] / WordBits] |= Bit(uses[i]);
                if (_flow.HandlersOf[i] is { } handlers)
                {
                    foreach (ExceptionHandler handler in handlers)
                    {
                        AddHandler(handler.FilterStart ?? handler.HandlerStart, entry, live, before);
                        if (handler.FilterStart is not null) AddHandler(handler.HandlerStart, entry, live, before);
                    }
                }
                Span<ulong> known = Row(before, i);
                if (entry.SequenceEqual(known)) continue;
                entry.CopyTo(known);
                changed = true;
            }
        }
        return after;
    }

    // The exception may come from this very instruction, after a suspension in it.
    private void AddHandler(Instruction start, Span<ulong> entry, Span<ulong> live, ulong[] before)
    {
        Span<ulong> reads = Row(before, _flow.Number(start));
        Add(entry, reads);
        Add(live, reads);
    }

    private void AddFinallies(int number, Span<ulong> live, ulong[] before)
    {
        if (_flow.HandlersOf[number] is not { } handlers) return;
        foreach (ExceptionHandler handler in handlers)
        {
            if (handler.HandlerType == ExceptionHandlerType.Finally) Add(live, Row(before, _flow.Number(handler.HandlerStart)));
        }
    }

    private Span<ulong> Row(ulong[] rows, int number) => rows.AsSpan(number * _words, _words);

    private static void Add(Span<ulong> bits, ReadOnlySpan<ulong> others)
    {
        for (int i = 0; i < bits.Length; i++) bits[i] |= others[i];
    }

    private static ulong Bit(int variable) => 1UL << variable % WordBits;

    private const int WordBits = 64;
}
