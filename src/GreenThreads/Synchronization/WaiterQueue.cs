using System.Runtime.CompilerServices;

namespace GreenThreads.Synchronization;

/// <summary>Waiters in the order in which they came. Every member: under the gate of the source.</summary>
internal struct WaiterQueue
{
    private Waiter? _first;
    private Waiter? _last;

    /// <summary>May be read without the gate too, as a hint.</summary>
    internal readonly bool IsEmpty => _first is null;

    /// <summary>The one that came first; it may belong to a select that has been won elsewhere.</summary>
    internal readonly Waiter? First => _first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Waiter waiter)
    {
        waiter.IsQueued = true;
        Waiter? last = _last;
        _last = waiter;
        if (last is null)
        {
            _first = waiter;
            return;
        }
        waiter.Previous = last;
        last.Next = waiter;
    }

    internal void Remove(Waiter waiter)
    {
        Waiter? next = waiter.Next;
        Waiter? previous = waiter.Previous;
        if (previous is null) _first = next;
        else previous.Next = next;
        if (next is null) _last = previous;
        else next.Previous = previous;
        waiter.Next = null;
        waiter.Previous = null;
        waiter.IsQueued = false;
    }

    /// <summary>Takes the first one out that is not (as a part of a select) won elsewhere; the caller grants or refuses it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Waiter? Take()
    {
        Waiter? first = _first;
        if (first is null) return null;
        if (first.Next is null && first.Claim is null)
        {
            _first = null;
            _last = null;
            first.IsQueued = false;
            return first;
        }
        return TakeSlow();
    }

    private Waiter? TakeSlow()
    {
        while (_first is { } first)
        {
            // first the claim, then the link: once a node is seen out of the queue, nobody will win with it any more
            bool won = first.Claim is not { } claim || claim.TryWin(first);
            Remove(first);
            if (won) return first;
        }
        return null;
    }

    /// <summary>Whether one of them really waits (is not part of a select that has been won elsewhere).</summary>
    internal readonly bool HasOpen()
    {
        for (Waiter? waiter = _first; waiter is not null; waiter = waiter.Next)
        {
            if (waiter.Claim is not { } claim || claim.IsOpen) return true;
        }
        return false;
    }

    /// <summary>The number of waiters; walks the queue.</summary>
    internal readonly int Count()
    {
        int count = 0;
        for (Waiter? waiter = _first; waiter is not null; waiter = waiter.Next) count++;
        return count;
    }
}
