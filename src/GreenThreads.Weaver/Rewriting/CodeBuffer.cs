using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>The instructions of a body under construction, with marks for branch targets that are not emitted yet.</summary>
/// <param name="expected">About how many there will be.</param>
internal sealed class CodeBuffer(int expected)
{
    private readonly List<Instruction> _instructions = new(expected);
    private readonly Dictionary<Region, Instruction> _marks = [];
    private readonly Dictionary<Instruction, Region> _regions = [];

    public int Count => _instructions.Count;

    public IReadOnlyList<Instruction> Instructions => _instructions;

    public Instruction this[int index] => _instructions[index];

    /// <summary>The instruction at the index; null behind the last one.</summary>
    public Instruction? At(int index) => index < _instructions.Count ? _instructions[index] : null;

    /// <summary>Stands for the entry of a region in branches.</summary>
    public Instruction Mark(Region region)
    {
        if (_marks.TryGetValue(region, out Instruction? mark)) return mark;
        mark = Instruction.Create(OpCodes.Nop);
        _marks.Add(region, mark);
        _regions.Add(mark, region);
        return mark;
    }

    /// <summary>The region that a mark stands for.</summary>
    public Region? RegionOf(Instruction mark) => _regions.GetValueOrDefault(mark);

    public Instruction Append(Instruction instruction)
    {
        _instructions.Add(instruction);
        return instruction;
    }

    public void RemoveLast() => _instructions.RemoveAt(_instructions.Count - 1);

    public Instruction Emit(OpCode opCode) => Append(Instruction.Create(opCode));
    public Instruction Emit(OpCode opCode, int value) => Append(Instruction.Create(opCode, value));
    public Instruction Emit(OpCode opCode, long value) => Append(Instruction.Create(opCode, value));
    public Instruction Emit(OpCode opCode, FieldReference field) => Append(Instruction.Create(opCode, field));
    public Instruction Emit(OpCode opCode, MethodReference method) => Append(Instruction.Create(opCode, method));
    public Instruction Emit(OpCode opCode, TypeReference type) => Append(Instruction.Create(opCode, type));
    public Instruction Emit(OpCode opCode, ParameterDefinition parameter) => Append(Instruction.Create(opCode, parameter));
    public Instruction Emit(OpCode opCode, VariableDefinition variable) => Append(Instruction.Create(opCode, variable));
    public Instruction Emit(OpCode opCode, Instruction target) => Append(Instruction.Create(opCode, target));
    public Instruction Emit(OpCode opCode, Instruction[] targets) => Append(Instruction.Create(opCode, targets));
}
