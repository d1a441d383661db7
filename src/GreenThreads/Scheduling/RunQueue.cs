using System.Runtime.InteropServices;

namespace GreenThreads.Scheduling;

// A bounded ring: one producer (the owner of the processor), which also consumes at the head, and thieves at the head.
//
// _tail is written by the owner alone (release): pairs with the acquiring read of a thief, which then sees the slots.
// _head is advanced by compare-exchange, by owner and thieves; who wins owns the slots that it skipped. A thief copies
// the slots first and exchanges then: if it loses, what it copied is void. A slot is written again only after _head has
// passed it, so a winner's copies were intact. Both numbers only grow; their difference is the length.
//
// The owner clears what it pops; slots of stolen threads keep a reference until the ring comes round (at most Capacity
// finished threads are kept alive by that).

/// <summary>The run queue of a processor.</summary>
internal sealed class RunQueue
{
    // A thousand threads that take turns do not overflow into the global queue; 8 KiB per processor.
    internal const int Capacity = 1024;
    private const uint Mask = Capacity - 1;

    // An array of a struct: stores into it need no covariance check.
    private readonly Slot[] _ring = new Slot[Capacity];
    private Ends _ends;

    /// <param name="start">First index; tests start near the wrap-around.</param>
    internal RunQueue(uint start = 0)
    {
        _ends.Head = start;
        _ends.Tail = start;
    }

    /// <summary>Any thread; exact only for the owner.</summary>
    internal int Count
    {
        get
        {
            uint head = Volatile.Read(ref _ends.Head);
            int count = (int)(Volatile.Read(ref _ends.Tail) - head);
            return Math.Clamp(count, 0, Capacity);
        }
    }

    /// <summary>Any thread.</summary>
    internal bool IsEmpty => Volatile.Read(ref _ends.Head) == Volatile.Read(ref _ends.Tail);

    /// <summary>Owner only. False when full.</summary>
    internal bool TryPush(GreenThread thread)
    {
        uint tail = _ends.Tail;
        if (tail - Volatile.Read(ref _ends.Head) == Capacity) return false;
        _ring[tail & Mask].Thread = thread;
        Volatile.Write(ref _ends.Tail, tail + 1);
        return true;
    }

    /// <summary>Owner only: the oldest thread, or null.</summary>
    internal GreenThread? Pop()
    {
        while (true)
        {
            uint head = Volatile.Read(ref _ends.Head);
            if (head == _ends.Tail) return null;
            ref Slot slot = ref _ring[head & Mask];
            GreenThread? thread = slot.Thread;
            if (Interlocked.CompareExchange(ref _ends.Head, head + 1, head) != head) continue;
            slot.Thread = null;
            return thread;
        }
    }

    /// <summary>Owner only: takes the older half out of a full ring, as a chain.</summary>
    internal bool TryTakeHalf(ref ThreadChain chain)
    {
        uint head = Volatile.Read(ref _ends.Head);
        uint count = (_ends.Tail - head) / 2;
        if (count == 0 || Interlocked.CompareExchange(ref _ends.Head, head + count, head) != head) return false;
        // the owner is here, so nobody writes these slots
        for (uint i = 0; i < count; i++)
        {
            ref Slot slot = ref _ring[(head + i) & Mask];
            chain.Add(slot.Thread!);
            slot.Thread = null;
        }
        return true;
    }

    /// <summary>A thief, owner of <paramref name="into"/>, which is empty: moves half of this queue there.</summary>
    /// <returns>One of the threads, not left in the queue; null when there was nothing to steal.</returns>
    internal GreenThread? Steal(RunQueue into)
    {
        while (true)
        {
            uint head = Volatile.Read(ref _ends.Head);
            uint count = Volatile.Read(ref _ends.Tail) - head;
            count -= count / 2;
            if (count == 0) return null;
            if (count > Capacity / 2) continue; // head and tail were read at different times
            uint tail = into._ends.Tail;
            for (uint i = 0; i < count; i++) into._ring[(tail + i) & Mask].Thread = _ring[(head + i) & Mask].Thread;
            if (Interlocked.CompareExchange(ref _ends.Head, head + count, head) != head) continue;
            count--;
            ref Slot last = ref into._ring[(tail + count) & Mask];
            GreenThread? thread = last.Thread;
            last.Thread = null;
            if (count != 0) Volatile.Write(ref into._ends.Tail, tail + count);
            return thread;
        }
    }

    private struct Slot
    {
        internal GreenThread? Thread;
    }

    // Apart from each other and from other objects: thieves read both in a loop.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Ends
    {
        [FieldOffset(64)]
        internal uint Head;

        [FieldOffset(128)]
        internal uint Tail;
    }
}
