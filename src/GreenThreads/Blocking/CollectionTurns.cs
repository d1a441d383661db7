using System.Runtime.CompilerServices;

namespace GreenThreads.Blocking;

// BlockingCollection has no asynchronous members, and a thousand green threads that take from one must not occupy a
// thousand OS threads. Those that have to wait queue up here, first come first served: the first makes the plain call on
// one thread of the blocking pool, the others are suspended until it is their turn.

/// <summary>The green threads that wait to take from a collection, or to add to one.</summary>
internal sealed class CollectionTurns
{
    private static readonly ConditionalWeakTable<object, CollectionTurns> s_all = [];

    /// <summary>Free when nobody takes on behalf of a green thread.</summary>
    internal SemaphoreSlim Takers { get; } = new(1, 1);

    /// <summary>Free when nobody adds on behalf of a green thread.</summary>
    internal SemaphoreSlim Adders { get; } = new(1, 1);

    /// <summary>Those of a collection.</summary>
    internal static CollectionTurns Of(object collection) => s_all.GetValue(collection, static _ => new CollectionTurns());
}
