using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Twins;

namespace GreenThreads.Substitutions;

// The members that take several collections. A wait enters the semaphores of all that it makes sense to wait for, and gives back
// those that it has entered beside the first.

public static partial class BlockingCollectionSubstitutes
{
    /// <summary>As <see cref="BlockingCollection{T}.TakeFromAny(BlockingCollection{T}[], out T)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <returns>The index of the collection that it comes from.</returns>
    public static int TakeFromAny<T>(BlockingCollection<T>[] collections, out T? item) => TakeFromAny(collections, out item, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.TakeFromAny(BlockingCollection{T}[], out T, CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The index of the collection that it comes from.</returns>
    public static int TakeFromAny<T>(BlockingCollection<T>[] collections, out T? item, CancellationToken cancellationToken)
    {
        if (Continuation.CurrentOrNull is not GreenThread) return BlockingCollection<T>.TakeFromAny(collections, out item, cancellationToken);
        int index = TryTakeFromAny(collections, out item, Timeout.Infinite, cancellationToken);
        return index >= 0 ? index : BlockingCollection<T>.TakeFromAny(collections, out item, cancellationToken); // throws: all are complete
    }

    /// <summary>As <see cref="BlockingCollection{T}.TryTakeFromAny(BlockingCollection{T}[], out T, TimeSpan)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>The index of the collection that it comes from; -1 for none.</returns>
    public static int TryTakeFromAny<T>(BlockingCollection<T>[] collections, out T? item, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return BlockingCollection<T>.TryTakeFromAny(collections, out item, timeout);
        return TryTakeFromAny(collections, out item, (int)milliseconds, CancellationToken.None);
    }

    /// <summary>As <see cref="BlockingCollection{T}.TryTakeFromAny(BlockingCollection{T}[], out T, int)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>The index of the collection that it comes from; -1 for none.</returns>
    public static int TryTakeFromAny<T>(BlockingCollection<T>[] collections, out T? item, int millisecondsTimeout) =>
        TryTakeFromAny(collections, out item, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.TryTakeFromAny(BlockingCollection{T}[], out T, int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The index of the collection that it comes from; -1 for none.</returns>
    public static int TryTakeFromAny<T>(BlockingCollection<T>[] collections, out T? item, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!EventWait.Suspends(millisecondsTimeout, cancellationToken)) return BlockingCollection<T>.TryTakeFromAny(collections, out item, millisecondsTimeout, cancellationToken);
        int index = BlockingCollection<T>.TryTakeFromAny(collections, out item, 0, cancellationToken);
        if (index < 0) (index, item) = WaitAndTakeAny([.. collections], millisecondsTimeout, cancellationToken);
        return index;
    }

    /// <summary>As <see cref="BlockingCollection{T}.AddToAny(BlockingCollection{T}[], T)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <returns>The index of the collection that it was added to.</returns>
    public static int AddToAny<T>(BlockingCollection<T>[] collections, T item) => AddToAny(collections, item, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.AddToAny(BlockingCollection{T}[], T, CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The index of the collection that it was added to.</returns>
    public static int AddToAny<T>(BlockingCollection<T>[] collections, T item, CancellationToken cancellationToken) =>
        Continuation.CurrentOrNull is GreenThread
            ? TryAddToAny(collections, item, Timeout.Infinite, cancellationToken)
            : BlockingCollection<T>.AddToAny(collections, item, cancellationToken);

    /// <summary>As <see cref="BlockingCollection{T}.TryAddToAny(BlockingCollection{T}[], T, TimeSpan)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>The index of the collection that it was added to; -1 for none.</returns>
    public static int TryAddToAny<T>(BlockingCollection<T>[] collections, T item, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return BlockingCollection<T>.TryAddToAny(collections, item, timeout);
        return TryAddToAny(collections, item, (int)milliseconds, CancellationToken.None);
    }

    /// <summary>As <see cref="BlockingCollection{T}.TryAddToAny(BlockingCollection{T}[], T, int)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>The index of the collection that it was added to; -1 for none.</returns>
    public static int TryAddToAny<T>(BlockingCollection<T>[] collections, T item, int millisecondsTimeout) =>
        TryAddToAny(collections, item, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.TryAddToAny(BlockingCollection{T}[], T, int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collections">The collections.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The index of the collection that it was added to; -1 for none.</returns>
    public static int TryAddToAny<T>(BlockingCollection<T>[] collections, T item, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!EventWait.Suspends(millisecondsTimeout, cancellationToken)) return BlockingCollection<T>.TryAddToAny(collections, item, millisecondsTimeout, cancellationToken);
        int index = BlockingCollection<T>.TryAddToAny(collections, item, 0, cancellationToken);
        return index >= 0 ? index : WaitAndAddAny([.. collections], item, millisecondsTimeout, cancellationToken);
    }

    // The array is a copy, as in the plain call: the caller may write into its own meanwhile.
    private static (int Index, T? Item) WaitAndTakeAny<T>(BlockingCollection<T>[] collections, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!CollectionInternals.Exist)
        {
            return TwinOperations.Offload(
                stop => (BlockingCollection<T>.TryTakeFromAny(collections, out T? item, millisecondsTimeout, stop), item), cancellationToken);
        }
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        for (;;)
        {
            BlockingCollection<T>[] open = Array.FindAll(collections, static c => !c.IsCompleted);
            if (open.Length == 0) return (-1, default);
            int entered = CollectionWait.Enter(
                Array.ConvertAll(open, static c => CollectionInternals<T>.OccupiedNodes(c)),
                Array.ConvertAll(open, static c => CollectionInternals<T>.ConsumersSource(c).Token),
                Deadline.MillisecondsLeft(deadline),
                cancellationToken);
            if (entered == -1) return (-1, default);
            if (entered >= 0) return (Array.IndexOf(collections, open[entered]), CollectionWait.TakeClaimed(open[entered], cancellationToken));
        }
    }

    private static int WaitAndAddAny<T>(BlockingCollection<T>[] collections, T item, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!CollectionInternals.Exist)
            return TwinOperations.Offload(stop => BlockingCollection<T>.TryAddToAny(collections, item, millisecondsTimeout, stop), cancellationToken);
        // all are full, so all have a bound
        int entered = CollectionWait.Enter(
            Array.ConvertAll(collections, static c => CollectionInternals<T>.FreeNodes(c)!),
            Array.ConvertAll(collections, static c => CollectionInternals<T>.ProducersSource(c).Token),
            millisecondsTimeout,
            cancellationToken);
        if (entered >= 0) CollectionWait.AddClaimed(collections[entered], item, cancellationToken);
        return entered == -2 ? BlockingCollection<T>.TryAddToAny(collections, item, 0, cancellationToken) : entered; // throws: one is complete
    }
}
