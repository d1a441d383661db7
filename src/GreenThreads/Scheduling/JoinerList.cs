using System.Runtime.CompilerServices;

namespace GreenThreads.Scheduling;

// Joiners of one thread beyond the first, a handful to a node: the node costs 11 bytes for each, not 32.
//
// A place is claimed by counting _claimed up, and filled by exchanging null for the joiner. The end of the thread exchanges
// every place for the mark of the end. Whoever comes second to a place sees the other one: a joiner that finds the mark
// wakes itself, and each joiner is woken by exactly one of the two. docs/models/joiners.pml checks it.

/// <summary>A node of the list of those that wait for the end of a thread.</summary>
internal sealed class JoinerList
{
    internal const int Capacity = 12;

    internal readonly object Next;

    // Interlocked, may exceed Capacity.
    private int _claimed;

    private Places _places;

    internal JoinerList(object joiner, object next)
    {
        Next = next;
        _places[0] = joiner;
        _claimed = 1;
    }

    /// <summary>Adds a joiner; any thread.</summary>
    /// <param name="joiner">The joiner.</param>
    /// <param name="mark">The mark of the end.</param>
    /// <param name="ended">Whether the thread has ended: the caller has to wake the joiner.</param>
    /// <returns>False: the node is full.</returns>
    internal bool TryAdd(object joiner, object mark, out bool ended)
    {
        ended = false;
        if (Volatile.Read(ref _claimed) >= Capacity) return false;
        int place = Interlocked.Increment(ref _claimed) - 1;
        if (place >= Capacity) return false;
        ended = ReferenceEquals(Interlocked.CompareExchange(ref _places[place], joiner, null), mark);
        return true;
    }

    /// <summary>Before the joiners are taken: has their memory fetched, all at once.</summary>
    internal void PrefetchJoiners()
    {
        foreach (object? joiner in _places) Prefetch.Thread(joiner);
    }

    /// <summary>At the end of the thread: the joiner at a place, or null; leaves the mark.</summary>
    internal object? Take(int place, object mark) => Interlocked.Exchange(ref _places[place], mark);

    [InlineArray(Capacity)]
    private struct Places
    {
        private object? _first;
    }
}
