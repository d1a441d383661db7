using GreenThreads.Weaver.Analysis;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>A call at which a woven method saves itself and goes on later.</summary>
internal sealed class SuspensionPoint
{
    /// <summary>Its number, from 1, in the order of the code.</summary>
    public required int Number { get; init; }

    /// <summary>The call.</summary>
    public required Instruction Call { get; init; }

    /// <summary>What it calls.</summary>
    public required CallTarget Target { get; init; }

    /// <summary>The constrained. prefix's type.</summary>
    public TypeReference? Constrained { get; init; }

    /// <summary>What lies on the stack below the arguments, bottom first; for newobj the new object on top.</summary>
    public required IReadOnlyList<StackValue> Pending { get; init; }

    /// <summary>The arguments, with the receiver.</summary>
    public required IReadOnlyList<StackValue> Arguments { get; init; }

    /// <summary>The type of the result; null for void.</summary>
    public required TypeReference? Result { get; init; }

    /// <summary>The variables to save, numbered as in <see cref="Liveness"/>.</summary>
    public required IReadOnlyList<int> Live { get; init; }

    /// <summary>Whether the method returns the callee's result as it is: then there is nothing to save.</summary>
    public required bool IsTail { get; init; }

    /// <summary>Whether a try block encloses the call.</summary>
    public required bool IsGuarded { get; init; }

    /// <summary>The out-of-line block that saves.</summary>
    public Instruction Save { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>The out-of-line block that restores.</summary>
    public Instruction Resume { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>Where the method goes on, with the result on the stack.</summary>
    public Instruction Continue { get; } = Instruction.Create(OpCodes.Nop);
}
