using System.Collections.Concurrent;
using GreenThreads.Twins;

namespace GreenThreads.Blocking;

// A plain Take claims an item by entering the semaphore that counts them, and then takes one from the collection underneath; a plain
// Add the same with the free places. A green thread does both halves in the same way, but enters the semaphore asynchronously. The second
// halves are those of the plain calls, in their order, since a claim cannot be handed to a plain call: given back first, it
// would go to the next one who waits, and thousands would pass it round. OS threads and others' code use the plain calls, and all
// claim from the same semaphores: first come first served, nothing twice, nothing lost.

/// <summary>The waits of green threads for items and places of a <see cref="BlockingCollection{T}"/>.</summary>
internal static class CollectionWait
{
    private const int Completed = unchecked((int)0x80000000); // of _currentAdders

    /// <summary>Claims one of several semaphores for the calling green thread.</summary>
    /// <param name="semaphores">The semaphores.</param>
    /// <param name="ends">For each, a token that is cancelled when it is of no use to wait for it any more.</param>
    /// <param name="millisecondsTimeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The index of the one; -1: the time has passed; -2: one of <paramref name="ends"/> was cancelled.</returns>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    internal static int Enter(SemaphoreSlim[] semaphores, CancellationToken[] ends, int millisecondsTimeout, CancellationToken cancellationToken) =>
        TwinOperations.Call(stop => EnterAsync(semaphores, ends, millisecondsTimeout, stop), cancellationToken);

    /// <summary>The second half of a take: the caller has claimed an item.</summary>
    [NotWoven]
    internal static T TakeClaimed<T>(BlockingCollection<T> collection, CancellationToken cancellationToken)
    {
        bool taken = false;
        bool failed = true;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            taken = CollectionInternals<T>.Items(collection).TryTake(out T? item);
            failed = false;
            if (!taken) throw new InvalidOperationException("The underlying collection was modified from outside of the BlockingCollection<T>.");
            return item!;
        }
        finally
        {
            if (taken) CollectionInternals<T>.FreeNodes(collection)?.Release();
            else if (failed) CollectionInternals<T>.OccupiedNodes(collection).Release();
            if (collection.IsCompleted) CollectionInternals<T>.ConsumersSource(collection).Cancel(); // it was the last one
        }
    }

    /// <summary>The second half of an add: the caller has claimed a place.</summary>
    [NotWoven]
    internal static void AddClaimed<T>(BlockingCollection<T> collection, T item, CancellationToken cancellationToken)
    {
        ref int adders = ref CollectionInternals<T>.CurrentAdders(collection);
        SpinWait spinner = default;
        for (;;)
        {
            int seen = Volatile.Read(ref adders);
            if ((seen & Completed) != 0)
            {
                spinner.Reset();
                while (Volatile.Read(ref adders) != Completed) spinner.SpinOnce(); // they are in the middle of what follows
                throw new InvalidOperationException("The collection has been marked as complete with regards to additions.");
            }
            if (Interlocked.CompareExchange(ref adders, seen + 1, seen) == seen) break;
            spinner.SpinOnce(sleep1Threshold: -1);
        }
        try
        {
            bool added;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                added = CollectionInternals<T>.Items(collection).TryAdd(item);
            }
            catch
            {
                CollectionInternals<T>.FreeNodes(collection)?.Release();
                throw;
            }
            if (!added) throw new InvalidOperationException("The underlying collection didn't accept the item.");
            CollectionInternals<T>.OccupiedNodes(collection).Release();
        }
        finally
        {
            Interlocked.Decrement(ref adders);
        }
    }

    // Ends only when each of the semaphores has been entered or given up: what is entered beside the first is given back.
    [NotWoven]
    private static async Task<int> EnterAsync(SemaphoreSlim[] semaphores, CancellationToken[] ends, int millisecondsTimeout, CancellationToken stop)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource([stop, .. ends]);
        var entries = new Task<bool>[semaphores.Length];
        for (int i = 0; i < entries.Length; i++) entries[i] = semaphores[i].WaitAsync(millisecondsTimeout, cancel.Token);
        if (entries.Length > 1)
        {
            await Task.WhenAny(entries).ConfigureAwait(false);
            await cancel.CancelAsync().ConfigureAwait(false);
        }
        int entered = -1;
        for (int i = 0; i < entries.Length; i++)
        {
            await ((Task)entries[i]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!entries[i].IsCompletedSuccessfully || !entries[i].Result) continue;
            if (entered < 0) entered = i;
            else semaphores[i].Release();
        }
        if (entered >= 0) return entered;
        stop.ThrowIfCancellationRequested();
        return Array.Exists(ends, static end => end.IsCancellationRequested) ? -2 : -1;
    }
}
