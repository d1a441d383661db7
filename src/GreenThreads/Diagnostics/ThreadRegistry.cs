namespace GreenThreads.Diagnostics;

// All live green threads, so that a dump can show them: a table of slots in chunks of 1,024. A thread knows its slot
// (RegistrySlot). Free slots are kept per carrier and exchanged in batches, so that starting and ending a thread on a
// carrier takes no lock. Cost: 8 bytes per slot, 4 for a free one.
//
// A slot is written by the starter before the thread is published, and cleared by the carrier on which it ends; the
// scheduler's queues order the two. Readers see whatever they see: a dump is no snapshot.

/// <summary>The table of live green threads.</summary>
[NotWoven]
internal static class ThreadRegistry
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;
    private const int BatchSize = 64;

    /// <summary>How many free slots a carrier keeps at most.</summary>
    internal const int MostKept = 2 * BatchSize;

    private static readonly Lock s_gate = new();

    // Replaced by a longer copy under s_gate; read by any thread.
    private static volatile Slot[][] s_chunks = [];

    // Guarded by s_gate.
    private static int[] s_free = new int[ChunkSize];
    private static int s_freeCount;

    /// <summary>A slot for a thread that is started on a carrier.</summary>
    internal static void Add(GreenThread thread, ref FreeSlots free)
    {
        if (free.Count == 0) Refill(ref free);
        int slot = free.Numbers[--free.Count];
        thread.RegistrySlot = slot;
        s_chunks[slot >> ChunkBits][slot & (ChunkSize - 1)].Thread = thread;
    }

    /// <summary>A slot for a thread that is started elsewhere.</summary>
    internal static void Add(GreenThread thread)
    {
        int slot;
        lock (s_gate)
        {
            if (s_freeCount == 0) GrowLocked();
            slot = s_free[--s_freeCount];
        }
        thread.RegistrySlot = slot;
        s_chunks[slot >> ChunkBits][slot & (ChunkSize - 1)].Thread = thread;
    }

    /// <summary>On a carrier: the thread has ended.</summary>
    internal static void Remove(GreenThread thread, ref FreeSlots free)
    {
        int slot = thread.RegistrySlot;
        s_chunks[slot >> ChunkBits][slot & (ChunkSize - 1)].Thread = null;
        if (free.Count == free.Numbers.Length) Return(ref free, BatchSize);
        free.Numbers[free.Count++] = slot;
    }

    /// <summary>The table refers to the thread no longer; its slot stays its own. See <see cref="LeakDetector"/>.</summary>
    internal static void Loosen(GreenThread thread)
    {
        int slot = thread.RegistrySlot;
        Interlocked.CompareExchange(ref s_chunks[slot >> ChunkBits][slot & (ChunkSize - 1)].Thread, null, thread);
    }

    /// <summary>The end of <see cref="Loosen"/>: unless the thread has ended, or its slot is another one's already.</summary>
    internal static void Tighten(GreenThread thread)
    {
        if (thread.Status.IsDone) return;
        int slot = thread.RegistrySlot;
        ref GreenThread? place = ref s_chunks[slot >> ChunkBits][slot & (ChunkSize - 1)].Thread;
        if (Interlocked.CompareExchange(ref place, thread, null) is null && thread.Status.IsDone)
            Interlocked.CompareExchange(ref place, null, thread); // it has ended at that moment
    }

    /// <summary>Gives back what a carrier that ends has kept.</summary>
    internal static void ReturnAll(ref FreeSlots free) => Return(ref free, free.Count);

    /// <summary>The threads that are seen alive while the table is walked; those that end or start meanwhile may be missed.</summary>
    internal static IEnumerable<GreenThread> Live()
    {
        foreach (Slot[] chunk in s_chunks)
        {
            for (int i = 0; i < chunk.Length; i++)
            {
                if (Volatile.Read(ref chunk[i].Thread) is { } thread) yield return thread;
            }
        }
    }

    private static void Refill(ref FreeSlots free)
    {
        lock (s_gate)
        {
            if (s_freeCount < BatchSize) GrowLocked();
            s_freeCount -= BatchSize;
            Array.Copy(s_free, s_freeCount, free.Numbers, 0, BatchSize);
        }
        free.Count = BatchSize;
    }

    private static void Return(ref FreeSlots free, int count)
    {
        if (count == 0) return;
        free.Count -= count;
        lock (s_gate)
        {
            if (s_freeCount + count > s_free.Length && !TryLengthenLocked(s_freeCount + count)) return;
            Array.Copy(free.Numbers, free.Count, s_free, s_freeCount, count);
            s_freeCount += count;
        }
    }

    // Without memory for their numbers the slots are lost, which is better than the carrier that has come to end a thread.
    private static bool TryLengthenLocked(int count)
    {
        try
        {
            Array.Resize(ref s_free, Math.Max(s_free.Length * 2, count));
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    // Asks for all memory first: if there is none, nothing has changed.
    private static void GrowLocked()
    {
        Slot[][] chunks = s_chunks;
        // longer by an eighth, so that copying the table stays cheap per thread
        int added = (chunks.Length / 8) + 1;
        var longer = new Slot[chunks.Length + added][];
        chunks.CopyTo(longer, 0);
        for (int i = chunks.Length; i < longer.Length; i++) longer[i] = new Slot[ChunkSize];
        int count = added * ChunkSize;
        if (s_freeCount + count > s_free.Length) Array.Resize(ref s_free, s_freeCount + count);
        s_chunks = longer;
        for (int i = 0; i < count; i++) s_free[s_freeCount++] = (longer.Length * ChunkSize) - 1 - i;
    }

    private struct Slot
    {
        internal GreenThread? Thread;
    }
}

/// <summary>Free slots of the registry that a carrier keeps for itself.</summary>
internal struct FreeSlots
{
    internal int[] Numbers;
    internal int Count;

    internal static FreeSlots Create() => new() { Numbers = new int[ThreadRegistry.MostKept] };
}
