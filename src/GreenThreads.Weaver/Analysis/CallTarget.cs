using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>How woven code makes a call.</summary>
internal enum CallKind
{
    /// <summary>As compiled: the callee never suspends its caller.</summary>
    Plain,

    /// <summary>The callee's woven body is called, with the hidden parameter.</summary>
    Direct,

    /// <summary>A virtual or interface slot, after a hand-shake.</summary>
    Slot,

    /// <summary>A delegate, after a hand-shake.</summary>
    Delegate,

    /// <summary>A static abstract or virtual member of a type parameter, after a hand-shake.</summary>
    StaticSlot,

    /// <summary>A struct's constructor by newobj; becomes a direct call before the method is planned.</summary>
    NewStruct,

    /// <summary>A constructor by newobj, after a hand-shake.</summary>
    Constructor,
}

/// <summary>What a call instruction calls.</summary>
/// <param name="Kind">How.</param>
/// <param name="Callee">The method that is named in the woven call, without the hidden parameter; a substitute takes the place of the original.</param>
/// <param name="Definition">What it resolves to; null where it does not.</param>
internal sealed record CallTarget(CallKind Kind, MethodReference Callee, MethodDefinition? Definition)
{
    /// <summary>Whether a substitute took the place of the member that the IL names.</summary>
    public bool IsSubstituted { get; init; }

    /// <summary>Whether the substitute takes by value the struct whose address the IL pushes.</summary>
    public bool LoadReceiver { get; init; }

    /// <summary>The id of the slot or constructor of the hand-shake.</summary>
    public long Key { get; init; }

    /// <summary>Of a slot of a generic interface: the interface as the call names it, which the id does not tell; else null.</summary>
    public TypeReference? Contract { get; init; }

    /// <summary>Whether the slot is declared in woven code.</summary>
    public bool IsOwnSlot { get; init; }

    /// <summary>Whether the callee is known to wait, and not only possibly overridden by something that does.</summary>
    public bool Definite { get; init; }

    /// <summary>Whether the callee flushes a stream or writer and disposes of it.</summary>
    public bool FlushesStream { get; init; }

    /// <summary>Whether something that is woven implements the called slot and may wait.</summary>
    public bool HasWaitingImplementation { get; init; }

    /// <summary>Whether the call can suspend the caller.</summary>
    public bool CanSuspend => Kind != CallKind.Plain;
}
