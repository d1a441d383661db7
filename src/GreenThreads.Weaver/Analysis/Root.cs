using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// What a reference or span points into. A reference cannot be stored in a frame, but the thing that it points into can;
/// with the distance from it the reference is made again after a wait.
/// </summary>
internal abstract record Root
{
    /// <summary>Whether the reference may lie outside of what the root names: it was moved by Unsafe.</summary>
    public bool IsLoose { get; init; }
}

/// <summary>What lies on the stack where an <see cref="ObjectRoot"/> is captured.</summary>
internal enum OwnerKind
{
    /// <summary>The object itself.</summary>
    Object,

    /// <summary>The address of a Memory; captured is its array, or what stands for its manager.</summary>
    Memory,

    /// <summary>The address of a ReadOnlyMemory; as Memory, or its string.</summary>
    ReadOnlyMemory,

    /// <summary>An ArraySegment; captured is its array.</summary>
    Segment,

    /// <summary>A List; captured is its present array.</summary>
    List,
}

/// <summary>A heap object, which was on the stack before the producing instruction and is captured there.</summary>
/// <param name="Producer">The instruction that took the reference.</param>
/// <param name="Depth">How far below the top of the stack the object lies before it.</param>
/// <param name="Owner">What lies there.</param>
internal sealed record ObjectRoot(Instruction Producer, int Depth, OwnerKind Owner = OwnerKind.Object) : Root;

/// <summary>The heap object that a local of reference or span type points into; a shadow local follows it.</summary>
/// <param name="Local">The local.</param>
internal sealed record ShadowRoot(int Local) : Root;

/// <summary>A variable of this activation.</summary>
/// <param name="Variable">Its number, as in <see cref="Liveness"/>.</param>
internal sealed record VariableRoot(int Variable) : Root;

/// <summary>What a parameter of reference or span type points into: only the caller can make that again.</summary>
/// <param name="Argument">The parameter, with <c>this</c> as 0.</param>
internal sealed record ParameterRoot(int Argument) : Root;

/// <summary>What the one reference in a ref struct points into that is a parameter, or that a parameter refers to.</summary>
/// <param name="Argument">The parameter, with <c>this</c> as 0.</param>
internal sealed record LeafRoot(int Argument) : Root;

/// <summary>A static field, also one that holds the constants of a span: its address is taken again.</summary>
/// <param name="Field">The field, as the IL of the method names it.</param>
internal sealed record StaticRoot(FieldReference Field) : Root;

/// <summary>Nothing: an empty span.</summary>
internal sealed record EmptyRoot : Root;

/// <summary>One of several: which one is found when the reference is taken apart, by where it points.</summary>
/// <param name="Candidates">At least two; whether the reference points into the last one is not looked at.</param>
internal sealed record ChoiceRoot(IReadOnlyList<Root> Candidates) : Root
{
    public bool Equals(ChoiceRoot? other) => other is not null && Candidates.SequenceEqual(other.Candidates);

    public override int GetHashCode() => Candidates.Count;
}

/// <summary>Puts roots together.</summary>
internal static class Roots
{
    /// <summary>The roots that a root stands for.</summary>
    public static IReadOnlyList<Root> Each(this Root root) => root is ChoiceRoot choice ? choice.Candidates : [root];

    /// <summary>What a value points into that is one or the other; null where that cannot be told apart when it has to be.</summary>
    public static Root? Or(this Root? a, Root? b)
    {
        if (a is null || b is null) return null;
        if (a is EmptyRoot) return b;
        if (b is EmptyRoot || a == b) return a;
        var candidates = new List<Root>();
        foreach (Root root in a.Each().Concat(b.Each()))
        {
            int known = candidates.FindIndex(c => c with { IsLoose = root.IsLoose } == root);
            if (known < 0) candidates.Add(root);
            else if (root.IsLoose) candidates[known] = root;
        }
        if (candidates.Count == 1) return candidates[0];
        Root[] ordered = [.. candidates.OrderBy(Rank)];
        return Rank(ordered[^2]) == 3 ? null : new ChoiceRoot(ordered);
    }

    // By how it is known that a reference points into it; of the last kind it is not known, so there can be one only.
    private static int Rank(Root root) => root switch
    {
        _ when root.IsLoose => 3,
        VariableRoot => 0,
        ParameterRoot => 1,
        ObjectRoot or ShadowRoot => 2,
        _ => 3,
    };
}
