using System.Diagnostics;
using System.Numerics;

namespace GreenThreads.Scheduling;

// A hierarchical timing wheel: 6 levels of 64 slots, the finest of one millisecond. A timer lies at the level of the
// highest group of six bits in which its tick differs from _elapsed; when _elapsed reaches the start of a slot of a
// higher level, its timers move down. Setting and cancelling are O(1), a timer moves at most 5 times.
// (A heap was the alternative: O(log n), and each move writes to the threads that it passes: at a million sleepers ten
// cache misses per timer. A list through the threads: 24 bytes in every thread, not only in sleeping ones.)
//
// A slot is an array of (thread, tick). The thread holds a handle (wheel, slot, position), so that cancelling swaps
// the last entry into the place. Ticks are rounded up: a timer never fires early.
//
// TimerHandle of a thread: 0 = no timer; Fired = it has fired, the thread has not been resumed yet; else its place.
// It is set by the carrier before the thread is parked, and changed under the lock of its wheel while it is armed.

/// <summary>The timers of one processor (a shard of those of the scheduler).</summary>
internal sealed class TimerWheel(int index, long now)
{
    internal const long Fired = 1;

    private const int Levels = 6;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;
    private const long MaxTicks = (1L << (Levels * SlotBits)) - 1;
    private const int BatchSize = 256;
    private const int KeptCapacity = 64;
    private const long ArmedBit = 1L << 62;

    private readonly Lock _gate = new();

    // All guarded by _gate.
    private readonly Slot[] _slots = new Slot[Levels * Slots];
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _elapsed = now / Deadline.TicksPerMillisecond;
    private int _count;
    private bool _expiring;

    // Used by the one thread that has set _expiring.
    private readonly GreenThread?[] _batch = new GreenThread?[BatchSize];

    // Written under _gate, read by any thread.
    private long _next = Deadline.Never;

    /// <summary>When to call <see cref="Expire"/>, in Stopwatch ticks; may be too early after a timer was cancelled. Any thread.</summary>
    internal long Next => Volatile.Read(ref _next);

    /// <summary>Number of armed timers; any thread, without order.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal static int WheelOf(long handle) => (int)((handle >> 48) & 0x3FFF);

    /// <summary>Sets the timer of a thread that is not parked yet.</summary>
    /// <returns>Whether it is now the first one to expire.</returns>
    /// <exception cref="OutOfMemoryException">There is no room for it; nothing has changed.</exception>
    internal bool Arm(GreenThread thread, long deadline)
    {
        long tick = ((deadline - 1) / Deadline.TicksPerMillisecond) + 1;
        lock (_gate)
        {
            if (tick <= _elapsed) tick = _elapsed + 1;
            if (tick - _elapsed > MaxTicks / 2) return false; // a year: never
            Insert(thread, tick);
            _count++;
            long due = tick * Deadline.TicksPerMillisecond;
            if (due >= _next) return false;
            Volatile.Write(ref _next, due);
            return true;
        }
    }

    /// <summary>Removes the timer of a thread that is about to be resumed.</summary>
    /// <returns>False when it has fired.</returns>
    internal bool Disarm(GreenThread thread)
    {
        lock (_gate)
        {
            long handle = thread.TimerHandle;
            thread.TimerHandle = 0;
            if (handle == Fired) return false;
            int number = (int)(handle >> 32) & 0xFFFF;
            int position = (int)handle;
            ref Slot slot = ref _slots[number];
            Debug.Assert(ReferenceEquals(slot.Timers![position].Thread, thread), "A timer's handle names its place.");
            int last = --slot.Count;
            if (position != last)
            {
                slot.Timers[position] = slot.Timers[last];
                slot.Timers[position].Thread!.TimerHandle = Handle(number, position);
            }
            slot.Timers[last] = default;
            if (last == 0) Vacate(number, ref slot);
            if (--_count == 0) Volatile.Write(ref _next, Deadline.Never);
            return true;
        }
    }

    /// <summary>Unparks all threads whose time has come.</summary>
    /// <returns>How many.</returns>
    internal int Expire(long now)
    {
        int total = 0;
        long tick = now / Deadline.TicksPerMillisecond;
        while (true)
        {
            int count;
            lock (_gate)
            {
                if (total == 0)
                {
                    if (_expiring) return 0;
                    _expiring = true;
                }
                count = CollectLocked(tick);
                if (count == 0)
                {
                    _expiring = false;
                    return total;
                }
            }
            total += count;
            for (int i = 0; i < count; i++)
            {
                _batch[i]!.Unpark();
                _batch[i] = null;
            }
        }
    }

    // Fills the batch with expired timers and advances _elapsed as far as that went.
    private int CollectLocked(long tick)
    {
        int collected = 0;
        while (NextSlot(out int number, out long start) && start <= tick)
        {
            if (start > _elapsed) _elapsed = start;
            ref Slot slot = ref _slots[number];
            if (number >= Slots)
            {
                // the slot of a higher level begins: its timers move down, or are due
                Timer[] timers = slot.Timers!;
                int moving = slot.Count;
                slot.Timers = null;
                slot.Count = 0;
                Vacate(number, ref slot);
                if (MoveDown(timers, moving, out int left)) continue;
                // No memory for some: they stay, and this is tried again when the carriers look next.
                slot.Timers = timers;
                slot.Count = left;
                _occupied[number / Slots] |= 1UL << (number % Slots);
                UpdateNextLocked();
                return collected;
            }
            while (slot.Count > 0 && collected < BatchSize)
            {
                ref Timer timer = ref slot.Timers![--slot.Count];
                timer.Thread!.TimerHandle = Fired;
                _batch[collected++] = timer.Thread;
                timer = default;
                _count--;
            }
            if (slot.Count == 0) Vacate(number, ref slot);
            if (collected == BatchSize)
            {
                UpdateNextLocked();
                return collected;
            }
        }
        if (tick > _elapsed) _elapsed = tick;
        UpdateNextLocked();
        return collected;
    }

    // From the end; those that are left keep their places and handles.
    private bool MoveDown(Timer[] timers, int count, out int left)
    {
        left = count;
        try
        {
            for (; left > 0; left--) Insert(timers[left - 1].Thread!, timers[left - 1].Tick);
            return true;
        }
        catch (OutOfMemoryException)
        {
            for (int i = left; i < count; i++) timers[i] = default;
            return false;
        }
    }

    private void UpdateNextLocked() =>
        Volatile.Write(ref _next, NextSlot(out _, out long start) ? start * Deadline.TicksPerMillisecond : Deadline.Never);

    private void Insert(GreenThread thread, long tick)
    {
        long differing = (_elapsed ^ tick) | (Slots - 1);
        int level = differing > MaxTicks ? Levels - 1 : BitOperations.Log2((ulong)differing) / SlotBits;
        int inLevel = (int)(tick >> (level * SlotBits)) & (Slots - 1);
        int number = (level * Slots) + inLevel;
        ref Slot slot = ref _slots[number];
        slot.Timers ??= new Timer[4];
        if (slot.Count == slot.Timers.Length) Array.Resize(ref slot.Timers, slot.Count * 2);
        slot.Timers[slot.Count] = new Timer { Thread = thread, Tick = tick };
        thread.TimerHandle = Handle(number, slot.Count++);
        _occupied[level] |= 1UL << inLevel;
    }

    private void Vacate(int number, ref Slot slot)
    {
        _occupied[number / Slots] &= ~(1UL << (number % Slots));
        if (slot.Timers is { Length: > KeptCapacity }) slot.Timers = null;
    }

    // The occupied slot that begins first. Lower levels lie within the current slot of the higher ones, so they come first.
    private bool NextSlot(out int number, out long start)
    {
        for (int level = 0; level < Levels; level++)
        {
            ulong occupied = _occupied[level];
            if (occupied == 0) continue;
            int shift = level * SlotBits;
            int current = (int)(_elapsed >> shift) & (Slots - 1);
            int inLevel = (BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, current)) + current) & (Slots - 1);
            long range = 1L << (shift + SlotBits);
            start = (_elapsed & ~(range - 1)) + ((long)inLevel << shift);
            if (inLevel < current) start += range; // only in the highest level, which wraps around
            number = (level * Slots) + inLevel;
            return true;
        }
        number = 0;
        start = 0;
        return false;
    }

    private long Handle(int number, int position) => ArmedBit | ((long)index << 48) | ((long)number << 32) | (uint)position;

    private struct Slot
    {
        internal Timer[]? Timers;
        internal int Count;
    }

    private struct Timer
    {
        internal GreenThread? Thread;
        internal long Tick;
    }
}
