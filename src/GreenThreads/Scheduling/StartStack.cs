using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GreenThreads.Scheduling;

// A bounded stack: the owner of the processor pushes and pops at the top, thieves take from the bottom. (A deque after Chase
// and Lev; theirs lets a thief take one at a time, here half of it goes at once, so every change is an exchange.)
//
// All three ends are in one word, each 16 bits that only wrap:
//
//   bottom ....... first ....... top        bottom = first: nobody steals
//   [ being copied )[ on the stack )
//
//   push       top + 1                       the owner, after it has written the slot
//   pop        top - 1                       the owner, which reads the slot then
//   take half  first + n, copy, bottom + n   a thief: claims, copies, gives the slots free. One at a time: while bottom and
//                                            first differ nobody else steals, and the owner pops the newest only
//
// A slot from bottom to top is never written: what a thief has claimed stays until it has copied it, and a thief that claims
// gets what is there at that moment, whatever came and went since it read the word. docs/models/stack.pml checks it.

/// <summary>The threads of a processor that were started and have not run yet.</summary>
internal sealed class StartStack
{
    // As many as in a RunQueue; a power of two, less than half of the range of an end.
    internal const int Capacity = RunQueue.Capacity;
    private const uint Mask = Capacity - 1;
    private const int TopShift = 48;
    private const int FirstShift = 24;
    private const long OnTop = 1L << TopShift;

    private readonly Slot[] _ring = new Slot[Capacity];
    private Word _word;

    /// <param name="start">First index; tests start near the wrap-around.</param>
    internal StartStack(ushort start = 0) => _word.Ends = Pack(start, start, start);

    /// <summary>Any thread; exact only for the owner while nobody steals.</summary>
    internal int Count
    {
        get
        {
            long ends = Volatile.Read(ref _word.Ends);
            return (ushort)(Top(ends) - First(ends));
        }
    }

    /// <summary>Any thread.</summary>
    internal bool IsEmpty
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            long ends = Volatile.Read(ref _word.Ends);
            return Top(ends) == First(ends);
        }
    }

    /// <summary>Owner only; a full fence. False when full.</summary>
    internal bool TryPush(GreenThread thread)
    {
        long ends = Volatile.Read(ref _word.Ends);
        if ((ushort)(Top(ends) - Bottom(ends)) == Capacity) return false;
        _ring[Top(ends) & Mask].Thread = thread;
        Interlocked.Add(ref _word.Ends, OnTop);
        return true;
    }

    /// <summary>Owner only: the thread that was started last, or null.</summary>
    internal GreenThread? PopNewest()
    {
        while (true)
        {
            long ends = Volatile.Read(ref _word.Ends);
            if (Top(ends) == First(ends)) return null;
            if (Interlocked.CompareExchange(ref _word.Ends, ends - OnTop, ends) != ends) continue;
            return Take((uint)(Top(ends) - 1));
        }
    }

    /// <summary>Owner only: the thread that has waited longest, or, while somebody steals, the newest; or null.</summary>
    internal GreenThread? PopOldest()
    {
        while (true)
        {
            long ends = Volatile.Read(ref _word.Ends);
            if (Top(ends) == First(ends)) return null;
            if (First(ends) != Bottom(ends)) return PopNewest();
            var first = (ushort)(First(ends) + 1);
            if (Interlocked.CompareExchange(ref _word.Ends, Pack(Top(ends), first, first), ends) != ends) continue;
            return Take(First(ends)); // free already, but only the owner writes
        }
    }

    /// <summary>Owner only: takes the older half out, as a chain. False: empty, or somebody steals.</summary>
    internal bool TryTakeHalf(ref ThreadChain chain)
    {
        if (!TryClaim(out uint first, out int count)) return false;
        for (uint i = 0; i < count; i++) chain.Add(Take(first + i));
        Free(count);
        return true;
    }

    /// <summary>A thief, owner of <paramref name="into"/>, which is empty: moves the older half of this stack there.</summary>
    /// <returns>The newest of them, not left there; null when there was nothing to steal.</returns>
    internal GreenThread? Steal(StartStack into)
    {
        if (!TryClaim(out uint first, out int count)) return null;
        int left = count - 1;
        // room for sure: it is empty, and somebody who still copies from it has claimed a half at most
        uint top = Top(into._word.Ends);
        for (uint i = 0; i < left; i++) into._ring[(top + i) & Mask].Thread = Take(first + i);
        GreenThread thread = Take(first + (uint)left);
        Free(count);
        if (left != 0) Interlocked.Add(ref into._word.Ends, left * OnTop);
        return thread;
    }

    private bool TryClaim(out uint first, out int count)
    {
        while (true)
        {
            long ends = Volatile.Read(ref _word.Ends);
            first = First(ends);
            count = (ushort)(Top(ends) - first);
            count -= count / 2;
            if (count == 0 || first != Bottom(ends)) return false;
            long claimed = Pack(Top(ends), (ushort)(first + count), Bottom(ends));
            if (Interlocked.CompareExchange(ref _word.Ends, claimed, ends) == ends) return true;
        }
    }

    private void Free(int count)
    {
        while (true)
        {
            long ends = Volatile.Read(ref _word.Ends);
            long freed = Pack(Top(ends), First(ends), (ushort)(Bottom(ends) + count));
            if (Interlocked.CompareExchange(ref _word.Ends, freed, ends) == ends) return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GreenThread Take(uint index)
    {
        ref Slot slot = ref _ring[index & Mask];
        GreenThread thread = slot.Thread!;
        slot.Thread = null;
        return thread;
    }

    private static ushort Top(long ends) => (ushort)(ends >> TopShift);

    private static ushort First(long ends) => (ushort)(ends >> FirstShift);

    private static ushort Bottom(long ends) => (ushort)ends;

    private static long Pack(ushort top, ushort first, ushort bottom) => ((long)top << TopShift) | ((long)first << FirstShift) | bottom;

    private struct Slot
    {
        internal GreenThread? Thread;
    }

    // Apart from other objects: thieves read it in a loop.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Word
    {
        [FieldOffset(64)]
        internal long Ends;
    }
}
