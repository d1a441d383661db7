using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace GreenThreads.Blocking;

// What a BlockingCollection of .NET 10 is made of: a semaphore that counts the items, one that counts the free places of a
// bounded one, and two sources that are cancelled when it is of no use to wait for either any more. A test binds them.

/// <summary>Whether the fields below are there on the framework that the process runs on.</summary>
[NotWoven]
internal static class CollectionInternals
{
    /// <summary>If not, threads wait in another way. Written by tests only.</summary>
    internal static bool Exist { get; set; } = Binds(static () => CollectionInternals<int>.TouchAll(new BlockingCollection<int>(1)));

    /// <summary>Whether something that uses fields by name finds them.</summary>
    internal static bool Binds(Action use)
    {
        try
        {
            use();
            return true;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }
}

/// <summary>Fields of <see cref="BlockingCollection{T}"/> that are not public.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
[NotWoven]
internal static class CollectionInternals<T>
{
    internal static void TouchAll(BlockingCollection<T> collection)
    {
        _ = Items(collection).Count;
        _ = OccupiedNodes(collection).CurrentCount;
        _ = FreeNodes(collection)?.CurrentCount;
        _ = ConsumersSource(collection).IsCancellationRequested;
        _ = ProducersSource(collection).IsCancellationRequested;
        _ = CurrentAdders(collection);
    }

    /// <summary>The collection underneath.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_collection")]
    internal static extern ref IProducerConsumerCollection<T> Items(BlockingCollection<T> collection);

    /// <summary>Counts the items that nobody has claimed.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_occupiedNodes")]
    internal static extern ref SemaphoreSlim OccupiedNodes(BlockingCollection<T> collection);

    /// <summary>Counts the places that nobody has claimed; null without a bound.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_freeNodes")]
    internal static extern ref SemaphoreSlim? FreeNodes(BlockingCollection<T> collection);

    /// <summary>Cancelled when there is nothing to take any more.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_consumersCancellationTokenSource")]
    internal static extern ref CancellationTokenSource ConsumersSource(BlockingCollection<T> collection);

    /// <summary>Cancelled when adding is complete.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_producersCancellationTokenSource")]
    internal static extern ref CancellationTokenSource ProducersSource(BlockingCollection<T> collection);

    /// <summary>How many are adding; the highest bit: adding is complete.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_currentAdders")]
    internal static extern ref int CurrentAdders(BlockingCollection<T> collection);
}
