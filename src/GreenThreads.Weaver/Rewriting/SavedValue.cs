using GreenThreads.Weaver.Analysis;
using Mono.Cecil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>What a value in a frame is.</summary>
internal enum SavedKind
{
    /// <summary>A variable or parameter.</summary>
    Variable,

    /// <summary>An entry of the evaluation stack.</summary>
    Pending,

    /// <summary>An object that references point into.</summary>
    Root,

    /// <summary>The receiver, or another argument by value, of a call that may be repeated.</summary>
    Argument,

    /// <summary>A value in a ref struct.</summary>
    Leaf,

    /// <summary>The distance of a reference from its root.</summary>
    Offset,

    /// <summary>The length of a span.</summary>
    Length,
}

/// <summary>A value that a suspension point saves in the frame.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Which variable, stack entry or part.</param>
/// <param name="Type">Its type in the frame.</param>
/// <param name="Root">Of a root: the root.</param>
/// <param name="Remade">Of a part of a reference: the reference.</param>
internal sealed record SavedValue(SavedKind Kind, int Index, TypeReference Type, Root? Root = null, RemadeValue? Remade = null)
{
    /// <summary>Whether the value lies in the same local at every point.</summary>
    public bool HasLocal => Kind is SavedKind.Variable or SavedKind.Root;
}
