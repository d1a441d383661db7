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

    /// <summary>The types of the arguments as the callee takes them, with the receiver.</summary>
    public required IReadOnlyList<TypeReference> ArgumentTypes { get; init; }

    /// <summary>References and spans that have to be made again.</summary>
    public required IReadOnlyList<RemadeValue> Remade { get; init; }

    /// <summary>The roots that are held by locals of the rewriter: saved with the variables.</summary>
    public required List<Root> HeldRoots { get; init; }

    /// <summary>Whether the callee gets or returns references, so that it may have to be called again instead of being resumed by itself.</summary>
    public required bool CanRepeat { get; init; }

    /// <summary>
    /// Of a call that may be repeated: the arguments that the callee declares by a type parameter that may be a ref struct and that
    /// are values here.
    /// </summary>
    public required IReadOnlyList<int> KeptArguments { get; init; }

    /// <summary>Whether the method's own caller has to make references again.</summary>
    public required bool NeedsCaller { get; init; }

    /// <summary>The type of the result; null for void.</summary>
    public required TypeReference? Result { get; init; }

    /// <summary>The variables to save, numbered as in <see cref="Liveness"/>.</summary>
    public required IReadOnlyList<int> Live { get; init; }

    /// <summary>Whether the method returns the callee's result as it is and saves no frame.</summary>
    public required bool IsTail { get; init; }

    /// <summary>Whether the method returns the callee's result as it is: a frame is only entered by an exception.</summary>
    public required bool IsForwarding { get; init; }

    /// <summary>Whether a try block encloses the call.</summary>
    public required bool IsGuarded { get; init; }

    /// <summary>Whether this is a loop that lets others run, and no call of the method as it was written.</summary>
    public bool IsPoll { get; init; }

    /// <summary>Whether a loop around the point lets others run here, after the call.</summary>
    public bool IsPolled { get; set; }

    /// <summary>The out-of-line call that lets others run.</summary>
    public Instruction Poll { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>Where that goes on: the test whether the call suspends.</summary>
    public Instruction Test { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>Right behind the call, before the test whether it suspends.</summary>
    public Instruction After { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>The out-of-line block that saves.</summary>
    public Instruction Save { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>The out-of-line block that restores.</summary>
    public Instruction Resume { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>Whether the call is in tail position and marked as a tail call (tail.): so is the woven one.</summary>
    public bool IsExplicitTail { get; init; }

    /// <summary>What calls all targets where a delegate has several; null where that is not done out of line.</summary>
    public MethodReference? InvokeAll { get; set; }

    /// <summary>What pushes the arguments, where they are not in locals.</summary>
    public IReadOnlyList<Instruction>? PureArguments { get; set; }

    /// <summary>The out-of-line block that does it.</summary>
    public Instruction Multicast { get; } = Instruction.Create(OpCodes.Nop);

    /// <summary>Where the method goes on, with the result on the stack.</summary>
    public Instruction Continue { get; } = Instruction.Create(OpCodes.Nop);
}

/// <summary>Where a reference or span is that has to be made again.</summary>
internal enum RemadePlace
{
    /// <summary>In a local variable.</summary>
    Local,

    /// <summary>On the stack below the arguments.</summary>
    Pending,

    /// <summary>Among the arguments of the call.</summary>
    Argument,
}

/// <summary>A reference or span in use across a wait.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Index">Which local, stack entry or argument.</param>
/// <param name="Type">Its type.</param>
/// <param name="Root">What it points into.</param>
/// <param name="IsWhole">Whether it is the very address or parameter that the root names, without a distance.</param>
internal sealed record RemadeValue(RemadePlace Place, int Index, TypeReference Type, Root Root, bool IsWhole);
