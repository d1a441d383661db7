using GreenThreads.Weaver.Analysis;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>What is to be done with the calls of a method.</summary>
internal sealed class MethodPlan
{
    /// <summary>The calls at which the method can suspend.</summary>
    public Dictionary<Instruction, SuspensionPoint> Points { get; } = [];

    /// <summary>All calls that are not left exactly as compiled: points, substituted calls.</summary>
    public Dictionary<Instruction, CallTarget> Targets { get; } = [];

    /// <summary>Why calls that may wait pin instead, by call.</summary>
    public List<PinnedCall> Pinned { get; } = [];

    /// <summary>Objects to be captured before an instruction: how far below the top of the stack each lies.</summary>
    public Dictionary<Instruction, List<ObjectRoot>> Captures { get; } = [];

    /// <summary>Definitions of locals whose root is followed: the local and what it points into from there (null: nothing).</summary>
    public Dictionary<Instruction, (int Local, Root? Source)> Shadows { get; } = [];

    /// <summary>The stack before an instruction, as storable types.</summary>
    public required Func<Instruction, StackValue[]> StackBefore { get; init; }

    /// <summary>Whether a frame class is needed.</summary>
    public bool NeedsFrame => Points.Values.Any(p => !p.IsTail);

    /// <summary>Whether a frame keeps the receiver: a frame that is only entered by an exception does not use it.</summary>
    public bool NeedsReceiver => Points.Values.Any(p => !p.IsForwarding);
}

/// <summary>A call that may wait but cannot suspend the method.</summary>
/// <param name="Call">The instruction.</param>
/// <param name="Target">What it calls.</param>
/// <param name="Id">The kind of reason.</param>
/// <param name="Reason">The reason, as the end of a sentence.</param>
internal sealed record PinnedCall(Instruction Call, CallTarget Target, Diagnostics.DiagnosticId Id, string Reason);
