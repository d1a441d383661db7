using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>How a reference on the evaluation stack can be made again after a wait.</summary>
internal enum OriginKind
{
    /// <summary>Nothing is known.</summary>
    Unknown,

    /// <summary>The address of a local variable (<c>ldloca</c>).</summary>
    LocalAddress,

    /// <summary>The address of an argument (<c>ldarga</c>).</summary>
    ArgumentAddress,

    /// <summary>The value of a by-reference argument: its owner is a caller (<c>ldarg</c>).</summary>
    Argument,

    /// <summary>The value of a local variable (<c>ldloc</c>).</summary>
    Local,
}

/// <summary>A value on the abstract evaluation stack.</summary>
/// <param name="Type">Its type; the marker type of <see cref="StackAnalysis"/> for null.</param>
/// <param name="Origin">What it is, where that is known.</param>
/// <param name="Index">The local or argument of <paramref name="Origin"/>.</param>
/// <param name="Producer">The instruction that pushed it, where there is one.</param>
internal sealed record StackValue(TypeReference Type, OriginKind Origin = OriginKind.Unknown, int Index = -1, Instruction? Producer = null)
{
    /// <summary>Where paths join, the instructions of which one pushed it; else null.</summary>
    public IReadOnlyList<Instruction>? Producers { get; init; }
}
