using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

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
        HandlersOf = new List<ExceptionHandler>[Instructions.Length];
        InHandler = new ExceptionHandler?[Instructions.Length];
        foreach (ExceptionHandler handler in Handlers)
        {
            for (int i = Number(handler.TryStart); i < End(handler.TryEnd); i++) (HandlersOf[i] ??= []).Add(handler);
            int start = handler.FilterStart is null ? Number(handler.HandlerStart) : Number(handler.FilterStart);
            for (int i = start; i < End(handler.HandlerEnd); i++) InHandler[i] ??= handler;
        }
    }

    public MethodDefinition Method { get; }

    public Instruction[] Instructions { get; }

    public ExceptionHandler[] Handlers { get; }

    /// <summary>By instruction number: the clauses whose try block holds it, innermost first; null for none.</summary>
    public List<ExceptionHandler>?[] HandlersOf { get; }

    /// <summary>By instruction number: the innermost clause whose filter or handler block holds it; null for none.</summary>
    public ExceptionHandler?[] InHandler { get; }

    /// <summary>The position of an instruction in the method.</summary>
    public int Number(Instruction instruction) =>
        _numbers.TryGetValue(instruction, out int number) ? number : throw new UnknownILException("a branch leaves the method");

    /// <summary>The position behind a region whose end is the given instruction; null stands for the end of the method.</summary>
    public int End(Instruction? end) => end is null ? Instructions.Length : Number(end);

    /// <summary>The instructions that may run next, without exceptions; for <c>leave</c> the target, not the finally blocks on the way.</summary>
    public IEnumerable<int> Successors(int number)
    {
        Instruction instruction = Instructions[number];
        switch (instruction.OpCode.FlowControl)
        {
            case FlowControl.Branch:
                yield return Number((Instruction)instruction.Operand);
                break;
            case FlowControl.Cond_Branch:
                yield return Next(number);
                if (instruction.Operand is Instruction[] targets)
                {
                    foreach (Instruction target in targets) yield return Number(target);
                }
                else
                {
                    yield return Number((Instruction)instruction.Operand);
                }
                break;
            case FlowControl.Return or FlowControl.Throw:
                break;
            default:
                yield return Next(number);
                break;
        }
    }

    private int Next(int number) =>
        number + 1 < Instructions.Length ? number + 1 : throw new UnknownILException("control runs off the end of the method");
}
