using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Numbers of instructions that may run after another one; asked for so often that it allocates only for a switch.</summary>
internal readonly struct Successors
{
    private readonly int _first;
    private readonly int _second;
    private readonly int[]? _others;

    public Successors(int only) => (Count, _first) = (1, only);

    public Successors(int first, int second) => (Count, _first, _second) = (2, first, second);

    public Successors(int first, int[] others) => (Count, _first, _others) = (1 + others.Length, first, others);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>One of them.</summary>
    public int this[int index] => index == 0 ? _first : _others is null ? _second : _others[index - 1];

    /// <summary>Goes through them in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    internal struct Enumerator(Successors successors)
    {
        private int _index = -1;

        public readonly int Current => successors[_index];

        public bool MoveNext() => ++_index < successors.Count;
    }
}

/// <summary>The instructions of a method by number, their successors, and the protected regions around them.</summary>
internal sealed class FlowGraph
{
    private readonly Dictionary<Instruction, int> _numbers;

    public FlowGraph(MethodDefinition method)
    {
        Method = method;
        Instructions = [.. method.Body.Instructions];
        _numbers = new Dictionary<Instruction, int>(Instructions.Length);
        for (int i = 0; i < Instructions.Length; i++) _numbers.Add(Instructions[i], i);
        Handlers = [.. method.Body.ExceptionHandlers];
        HandlersOf = new ExceptionHandler[]?[Instructions.Length];
        InHandler = new ExceptionHandler?[Instructions.Length];
        if (Handlers.Length == 0) return;
        FindTries();
        foreach (ExceptionHandler handler in Handlers)
        {
            int start = handler.FilterStart is null ? Number(handler.HandlerStart) : Number(handler.FilterStart);
            for (int i = start; i < End(handler.HandlerEnd); i++) InHandler[i] ??= handler;
        }
    }

    public MethodDefinition Method { get; }

    public Instruction[] Instructions { get; }

    public ExceptionHandler[] Handlers { get; }

    /// <summary>By instruction number: the clauses whose try block holds it, innermost first; null for none.</summary>
    public ExceptionHandler[]?[] HandlersOf { get; }

    /// <summary>By instruction number: the innermost clause whose filter or handler block holds it; null for none.</summary>
    public ExceptionHandler?[] InHandler { get; }

    /// <summary>The position of an instruction in the method.</summary>
    public int Number(Instruction instruction) =>
        _numbers.TryGetValue(instruction, out int number) ? number : throw new UnknownILException("a branch leaves the method");

    /// <summary>The position behind a region whose end is the given instruction; null stands for the end of the method.</summary>
    public int End(Instruction? end) => end is null ? Instructions.Length : Number(end);

    /// <summary>The instructions that may run next, without exceptions; for <c>leave</c> the target, not the finally blocks on the way.</summary>
    public Successors Successors(int number)
    {
        Instruction instruction = Instructions[number];
        return instruction.OpCode.FlowControl switch
        {
            FlowControl.Branch => new Successors(Number((Instruction)instruction.Operand)),
            FlowControl.Cond_Branch when instruction.Operand is Instruction[] targets => new Successors(Next(number), Array.ConvertAll(targets, Number)),
            FlowControl.Cond_Branch => new Successors(Next(number), Number((Instruction)instruction.Operand)),
            FlowControl.Return or FlowControl.Throw => default,
            _ => new Successors(Next(number)),
        };
    }

    // One list for all instructions between two edges of try blocks.
    private void FindTries()
    {
        (int Start, int End)[] tries = [.. Handlers.Select(h => (Number(h.TryStart), End(h.TryEnd)))];
        var isEdge = new bool[Instructions.Length + 1];
        foreach ((int start, int end) in tries) isEdge[start] = isEdge[end] = true;
        ExceptionHandler[]? around = null;
        for (int i = 0; i < Instructions.Length; i++)
        {
            if (isEdge[i])
            {
                around = [.. Handlers.Where((_, k) => tries[k].Start <= i && i < tries[k].End)];
                if (around.Length == 0) around = null;
            }
            HandlersOf[i] = around;
        }
    }

    private int Next(int number) =>
        number + 1 < Instructions.Length ? number + 1 : throw new UnknownILException("control runs off the end of the method");
}
