using GreenThreads;

namespace KeyValueServer.Store;

/// <summary>The clients that wait for items of lists, the longest waiting first. Guarded by the gate of the keyspace.</summary>
[NotWoven]
internal sealed class ListWaiters
{
    private readonly Dictionary<byte[], LinkedList<ListWaiter>> _byKey = new(BytesComparer.Instance);

    /// <summary>How many clients wait.</summary>
    internal int Count { get; private set; }

    /// <summary>A client begins to wait.</summary>
    internal void Add(ListWaiter waiter)
    {
        foreach (byte[] key in waiter.Keys.Distinct(BytesComparer.Instance))
        {
            if (!_byKey.TryGetValue(key, out LinkedList<ListWaiter>? waiters)) _byKey[key] = waiters = [];
            waiters.AddLast(waiter);
        }
        Count++;
    }

    /// <summary>A client waits no more.</summary>
    /// <returns>False if it was served before.</returns>
    internal bool Remove(ListWaiter waiter)
    {
        bool found = false;
        foreach (byte[] key in waiter.Keys)
        {
            if (!_byKey.TryGetValue(key, out LinkedList<ListWaiter>? waiters) || !waiters.Remove(waiter)) continue;
            found = true;
            if (waiters.Count == 0) _byKey.Remove(key);
        }
        if (found) Count--;
        return found;
    }

    /// <summary>Items were pushed: they go to those who wait.</summary>
    internal void Serve(Keyspace keyspace, ReadOnlySpan<byte> key)
    {
        if (Count == 0) return;
        byte[] copy = key.ToArray();
        while (_byKey.TryGetValue(copy, out LinkedList<ListWaiter>? waiters) && keyspace.TryFind(copy, out BytesDeque? list))
        {
            ListWaiter waiter = waiters.First!.Value;
            Remove(waiter);
            waiter.Served.TrySend((copy, list.Pop(waiter.Left)));
            keyspace.RemoveIfEmpty(copy, list.Count);
        }
    }
}
