using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Twins;

namespace GreenThreads.Substitutions;

// Each first makes the plain call without a wait, which also throws what is to be thrown. If that comes to nothing, the green
// thread waits for a claim (CollectionWait). On a framework where BlockingCollection is made of something else the plain call is off-loaded, by
// one green thread of each side at a time (CollectionTurns).

/// <summary>Takes the place of blocking members of <see cref="BlockingCollection{T}"/> in woven code.</summary>
[Substitute(typeof(BlockingCollection<>))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class BlockingCollectionSubstitutes
{
    /// <summary>As <see cref="BlockingCollection{T}.Take()"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <returns>The item.</returns>
    public static T Take<T>(BlockingCollection<T> collection) => Take(collection, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.Take(CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The item.</returns>
    public static T Take<T>(BlockingCollection<T> collection, CancellationToken cancellationToken)
    {
        if (Continuation.CurrentOrNull is not GreenThread) return collection.Take(cancellationToken);
        if (TryTake(collection, out T? item, Timeout.Infinite, cancellationToken)) return item;
        return collection.Take(cancellationToken); // throws: it is empty and complete
    }

    /// <summary>As <see cref="BlockingCollection{T}.TryTake(out T, TimeSpan)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether there was an item in time.</returns>
    public static bool TryTake<T>(BlockingCollection<T> collection, [MaybeNullWhen(false)] out T item, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return collection.TryTake(out item, timeout);
        return TryTake(collection, out item, (int)milliseconds, CancellationToken.None);
    }

    /// <summary>As <see cref="BlockingCollection{T}.TryTake(out T, int)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether there was an item in time.</returns>
    public static bool TryTake<T>(BlockingCollection<T> collection, [MaybeNullWhen(false)] out T item, int millisecondsTimeout) =>
        TryTake(collection, out item, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.TryTake(out T, int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was an item in time.</returns>
    public static bool TryTake<T>(BlockingCollection<T> collection, [MaybeNullWhen(false)] out T item, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!EventWait.Suspends(millisecondsTimeout, cancellationToken)) return collection.TryTake(out item, millisecondsTimeout, cancellationToken);
        if (collection.TryTake(out item, 0, cancellationToken)) return true;
        if (collection.IsCompleted) return false;
        (bool taken, item) = WaitAndTake(collection, millisecondsTimeout, cancellationToken);
        return taken;
    }

    /// <summary>As <see cref="BlockingCollection{T}.Add(T)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    public static void Add<T>(BlockingCollection<T> collection, T item) => Add(collection, item, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.Add(T, CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static void Add<T>(BlockingCollection<T> collection, T item, CancellationToken cancellationToken)
    {
        if (Continuation.CurrentOrNull is not GreenThread) collection.Add(item, cancellationToken);
        else TryAdd(collection, item, Timeout.Infinite, cancellationToken);
    }

    /// <summary>As <see cref="BlockingCollection{T}.TryAdd(T, TimeSpan)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether there was room in time.</returns>
    public static bool TryAdd<T>(BlockingCollection<T> collection, T item, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return collection.TryAdd(item, timeout);
        return TryAdd(collection, item, (int)milliseconds, CancellationToken.None);
    }

    /// <summary>As <see cref="BlockingCollection{T}.TryAdd(T, int)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <returns>Whether there was room in time.</returns>
    public static bool TryAdd<T>(BlockingCollection<T> collection, T item, int millisecondsTimeout) =>
        TryAdd(collection, item, millisecondsTimeout, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.TryAdd(T, int, CancellationToken)"/>; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="item">The item.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was room in time.</returns>
    public static bool TryAdd<T>(BlockingCollection<T> collection, T item, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!EventWait.Suspends(millisecondsTimeout, cancellationToken)) return collection.TryAdd(item, millisecondsTimeout, cancellationToken);
        return collection.TryAdd(item, 0, cancellationToken) || WaitAndAdd(collection, item, millisecondsTimeout, cancellationToken);
    }

    /// <summary>As <see cref="BlockingCollection{T}.GetConsumingEnumerable()"/>; its steps suspend a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <returns>The items, taken one by one until the collection is complete.</returns>
    public static IEnumerable<T> GetConsumingEnumerable<T>(BlockingCollection<T> collection) =>
        GetConsumingEnumerable(collection, CancellationToken.None);

    /// <summary>As <see cref="BlockingCollection{T}.GetConsumingEnumerable(CancellationToken)"/>; its steps suspend a green thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The items, taken one by one until the collection is complete.</returns>
    public static IEnumerable<T> GetConsumingEnumerable<T>(BlockingCollection<T> collection, CancellationToken cancellationToken)
    {
        while (TryTake(collection, out T? item, Timeout.Infinite, cancellationToken)) yield return item;
    }

    private static (bool Taken, T? Item) WaitAndTake<T>(BlockingCollection<T> collection, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!CollectionInternals.Exist) return OffloadTake(collection, millisecondsTimeout, cancellationToken);
        SemaphoreSlim[] items = [CollectionInternals<T>.OccupiedNodes(collection)];
        if (CollectionWait.Enter(items, [CollectionInternals<T>.ConsumersSource(collection).Token], millisecondsTimeout, cancellationToken) != 0) return (false, default);
        return (true, CollectionWait.TakeClaimed(collection, cancellationToken));
    }

    private static bool WaitAndAdd<T>(BlockingCollection<T> collection, T item, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        if (!CollectionInternals.Exist) return OffloadAdd(collection, item, millisecondsTimeout, cancellationToken);
        SemaphoreSlim[] places = [CollectionInternals<T>.FreeNodes(collection)!]; // it is full, so there is a bound
        switch (CollectionWait.Enter(places, [CollectionInternals<T>.ProducersSource(collection).Token], millisecondsTimeout, cancellationToken))
        {
            case 0:
                CollectionWait.AddClaimed(collection, item, cancellationToken);
                return true;
            case -1:
                return false;
            default:
                throw new InvalidOperationException("CompleteAdding may not be used concurrently with additions to the collection.");
        }
    }

    private static (bool Taken, T? Item) OffloadTake<T>(BlockingCollection<T> collection, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        SemaphoreSlim turn = CollectionTurns.Of(collection).Takers;
        if (!WaitForTurn(turn, millisecondsTimeout, cancellationToken)) return (false, default);
        try
        {
            int left = Deadline.MillisecondsLeft(deadline);
            return TwinOperations.Offload(stop => (collection.TryTake(out T? item, left, stop), item), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private static bool OffloadAdd<T>(BlockingCollection<T> collection, T item, int millisecondsTimeout, CancellationToken cancellationToken)
    {
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        SemaphoreSlim turn = CollectionTurns.Of(collection).Adders;
        if (!WaitForTurn(turn, millisecondsTimeout, cancellationToken)) return false;
        try
        {
            int left = Deadline.MillisecondsLeft(deadline);
            return TwinOperations.Offload(stop => collection.TryAdd(item, left, stop), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private static bool WaitForTurn(SemaphoreSlim turn, int millisecondsTimeout, CancellationToken cancellationToken) =>
        TwinOperations.Call(stop => turn.WaitAsync(millisecondsTimeout, stop), cancellationToken);
}
