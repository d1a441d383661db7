using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// What a reference or span points into. A reference cannot be stored in a frame, but the thing that it points into can;
/// with the distance from it the reference is made again after a wait.
/// </summary>
internal abstract record Root;

/// <summary>A heap object, which was on the stack before the producing instruction and is captured there.</summary>
/// <param name="Producer">The instruction that took the reference.</param>
/// <param name="Depth">How far below the top of the stack the object lies before it.</param>
internal sealed record ObjectRoot(Instruction Producer, int Depth) : Root;

/// <summary>The heap object that a local of reference or span type points into; a shadow local follows it.</summary>
/// <param name="Local">The local.</param>
internal sealed record ShadowRoot(int Local) : Root;

/// <summary>A variable of this activation.</summary>
/// <param name="Variable">Its number, as in <see cref="Liveness"/>.</param>
internal sealed record VariableRoot(int Variable) : Root;

/// <summary>What a parameter of reference or span type points into: only the caller can make that again.</summary>
/// <param name="Argument">The parameter, with <c>this</c> as 0.</param>
internal sealed record ParameterRoot(int Argument) : Root;

/// <summary>A static field: its address is taken again.</summary>
/// <param name="Producer">The ldsflda instruction.</param>
internal sealed record StaticRoot(Instruction Producer) : Root;

/// <summary>Nothing: an empty span.</summary>
internal sealed record EmptyRoot : Root;
