using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>What a call instruction calls, whatever turns out to wait. Found once for each; what waits is decided upon it.</summary>
/// <param name="Kind">How woven code makes the call where the callee waits; plain where it never does.</param>
/// <param name="Callee">The method that is named in the woven call, without the hidden parameter.</param>
/// <param name="Definition">What it resolves to; null where it does not.</param>
internal sealed record CallShape(CallKind Kind, MethodReference Callee, MethodDefinition? Definition)
{
    /// <summary>The method that declares the called slot.</summary>
    public MethodDefinition? Root { get; init; }

    /// <summary>Whether it waits whatever the module's methods do: a substitute, a delegate, a slot that code elsewhere implements.</summary>
    public bool IsAlways { get; init; }

    /// <summary>Whether a referenced woven assembly implements the slot with a method that may wait.</summary>
    public bool IsImplementedElsewhere { get; init; }

    /// <summary>Whether the module's own implementations count for what surely waits: not for slots of the framework.</summary>
    public bool IsOwnSlot { get; init; }

    /// <inheritdoc cref="CallTarget.IsSubstituted"/>
    public bool IsSubstituted { get; init; }

    /// <inheritdoc cref="CallTarget.LoadReceiver"/>
    public bool LoadReceiver { get; init; }

    /// <inheritdoc cref="CallTarget.Contract"/>
    public TypeReference? Contract { get; init; }

    /// <summary>The id of the slot or constructor of the hand-shake.</summary>
    public long Key { get; init; }
}
