using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Code that cannot be read as instructions, which obfuscators leave to confuse tools: no copy of it can be written either.</summary>
internal static class BrokenIL
{
    /// <summary>Reads all code of the module, which the analysis would do later.</summary>
    /// <exception cref="MethodWeaveException">A method has such code.</exception>
    public static void Check(ModuleDefinition module)
    {
        foreach (MethodDefinition method in module.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods).Where(m => m.HasBody))
        {
            try
            {
                foreach (Instruction instruction in method.Body.Instructions) Check(instruction);
                if (method.Body.ExceptionHandlers.Any(h => h.TryStart is null || h.TryEnd is null || h.HandlerStart is null))
                    throw new UnknownILException("a clause of it begins within an instruction");
            }
            catch (Exception exception) when (exception is not AssemblyResolutionException and not OutOfMemoryException)
            {
                throw new MethodWeaveException(method.FullName, exception);
            }
        }
    }

    private static void Check(Instruction instruction)
    {
        bool isBroken = instruction.OpCode.OperandType switch
        {
            OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget => instruction.Operand is null,
            OperandType.InlineSwitch => ((Instruction?[])instruction.Operand).Contains(null),
            OperandType.InlineVar or OperandType.ShortInlineVar or OperandType.InlineArg or OperandType.ShortInlineArg or OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig => instruction.Operand is null,
            _ => instruction.OpCode.Code == Code.Nop && instruction.OpCode != OpCodes.Nop, // no such instruction
        };
        if (isBroken) throw new UnknownILException($"what is at IL_{instruction.Offset:X4} is no instruction, or leads to none");
    }
}
