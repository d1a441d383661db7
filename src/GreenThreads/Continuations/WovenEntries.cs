using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GreenThreads.Continuations;

// A stub that has taken a hand-shake notes which woven body the key leads to. What a key leads to never changes (Handshake says
// why), so the next call with this key enters the body itself: no stub, no look at the thread's static fields.
//
// An entry is written once and never changed: the body first, then the key. Readers take no lock, and one that comes too early
// takes the way through the stub. Where two keys want the same entry, the second keeps that way.
//
// Types that can be unloaded are left out: another one may come to lie where they were.

/// <summary>The woven bodies that keys of hand-shakes lead to, as far as they are known.</summary>
[NotWoven]
internal static unsafe class WovenEntries
{
    private const int Count = 4096;

    // Keys are hashes of names mixed with addresses: these bits of them are as good as any.
    private const long OffsetMask = (Count - 1) * 16;

    private static readonly byte* s_entries = (byte*)NativeMemory.AllocZeroed(Count, 16);

    /// <summary>The woven body that a key leads to; zero where it is not known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Find(long key)
    {
        Entry* entry = EntryOf(key);
        return Volatile.Read(ref entry->Key) == key ? entry->Body : 0;
    }

    /// <summary>Notes the woven body that a key leads to.</summary>
    /// <param name="key">The key; not of a type that can be unloaded, unless that of <paramref name="receiver"/> can.</param>
    /// <param name="body">The body.</param>
    /// <param name="receiver">The object that the call goes to.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Note(long key, nint body, object? receiver)
    {
        if (EntryOf(key)->Key == 0) Add(key, body, receiver);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add(long key, nint body, object? receiver)
    {
        if (key == 0 || receiver is null || receiver.GetType().IsCollectible) return;
        Entry* entry = EntryOf(key);
        if (Interlocked.CompareExchange(ref entry->Body, body, 0) == 0) Volatile.Write(ref entry->Key, key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Entry* EntryOf(long key) => (Entry*)(s_entries + (nint)(key & OffsetMask));

    private struct Entry
    {
        internal long Key;
        internal nint Body;
    }
}
