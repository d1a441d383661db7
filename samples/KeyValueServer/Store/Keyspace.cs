using System.Diagnostics.CodeAnalysis;
using GreenThreads;
using KeyValueServer.Protocol;

namespace KeyValueServer.Store;

// One gate for all keys: a command is carried out as a whole or not at all, as in Redis, and holds the gate for well under a
// microsecond. Nothing waits while it is held: whoever carries commands out is not woven, so the gate is a plain lock. Clients
// that wait for an item (BLPOP) do so outside, see ListWaiter.

/// <summary>The keys and what they hold. Every member but <see cref="Gate"/> is to be used under the gate.</summary>
[NotWoven]
internal sealed class Keyspace
{
    private const int ExpirySample = 20;

    private readonly Dictionary<byte[], Entry> _entries = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<Entry> _expiring = [];

    internal Keyspace() => _lookup = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Held while a command is carried out.</summary>
    internal object Gate { get; } = new();

    /// <summary>Clients that wait for items of lists.</summary>
    internal ListWaiters Waiters { get; } = new();

    /// <summary>How many keys there are, those that ended and were not found yet included.</summary>
    internal int Count => _entries.Count;

    /// <summary>How many keys will end.</summary>
    internal int ExpiringCount => _expiring.Count;

    /// <summary>The time, in milliseconds since 1970.</summary>
    internal static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>The keys.</summary>
    internal IEnumerable<byte[]> Keys
    {
        get
        {
            long now = Now;
            foreach (Entry entry in _entries.Values)
            {
                if (entry.ExpiresAt == 0 || entry.ExpiresAt > now) yield return entry.Key;
            }
        }
    }

    /// <summary>What a key holds; null for nothing.</summary>
    internal Entry? Find(ReadOnlySpan<byte> key)
    {
        if (!_lookup.TryGetValue(key, out Entry? entry)) return null;
        if (entry.ExpiresAt == 0 || entry.ExpiresAt > Now) return entry;
        Remove(entry);
        return null;
    }

    /// <summary>What a key holds, of one type.</summary>
    /// <exception cref="CommandException">It holds another type.</exception>
    internal bool TryFind<T>(ReadOnlySpan<byte> key, [NotNullWhen(true)] out T? value)
        where T : class
    {
        Entry? entry = Find(key);
        value = entry is null ? null : entry.Value as T ?? throw CommandException.WrongType();
        return value is not null;
    }

    /// <summary>What a key holds; made if it holds nothing.</summary>
    /// <exception cref="CommandException">It holds another type.</exception>
    internal T FindOrAdd<T>(ReadOnlySpan<byte> key, Func<T> make)
        where T : class
    {
        if (TryFind(key, out T? value)) return value;
        value = make();
        Add(key, value);
        return value;
    }

    /// <summary>Sets a key that holds nothing.</summary>
    internal Entry Add(ReadOnlySpan<byte> key, object value)
    {
        byte[] copy = key.ToArray();
        var entry = new Entry(copy, value);
        _entries.Add(copy, entry);
        return entry;
    }

    /// <summary>Sets a key to bytes, which are copied; what it held before is gone.</summary>
    internal Entry Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool keepExpiry = false)
    {
        if (Find(key) is not { } entry) return Add(key, value.ToArray());
        // nobody has the array but under the gate
        if (entry.Value is byte[] bytes && bytes.Length == value.Length) value.CopyTo(bytes);
        else entry.Value = value.ToArray();
        if (!keepExpiry) Expire(entry, 0);
        return entry;
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Whether it held something.</returns>
    internal bool Remove(ReadOnlySpan<byte> key)
    {
        if (Find(key) is not { } entry) return false;
        Remove(entry);
        return true;
    }

    /// <summary>Removes a key whose collection may be empty now.</summary>
    internal void RemoveIfEmpty(ReadOnlySpan<byte> key, int count)
    {
        if (count == 0) Remove(key);
    }

    /// <summary>Says when a key ends.</summary>
    /// <param name="entry">What it holds.</param>
    /// <param name="time">In milliseconds since 1970; 0 for never.</param>
    internal void Expire(Entry entry, long time)
    {
        entry.ExpiresAt = time;
        if (time == 0)
        {
            ForgetExpiry(entry);
        }
        else if (entry.ExpiryIndex < 0)
        {
            entry.ExpiryIndex = _expiring.Count;
            _expiring.Add(entry);
        }
    }

    /// <summary>Removes everything.</summary>
    internal void Clear()
    {
        _entries.Clear();
        _expiring.Clear();
    }

    /// <summary>Removes some of the keys that have ended: looks at a few, chosen by chance, as Redis does.</summary>
    /// <returns>Whether so many of them had ended that another look is worth it.</returns>
    internal bool RemoveExpired()
    {
        long now = Now;
        int ended = 0;
        for (int i = 0; i < ExpirySample && _expiring.Count > 0; i++)
        {
            Entry entry = _expiring[Random.Shared.Next(_expiring.Count)];
            if (entry.ExpiresAt > now) continue;
            Remove(entry);
            ended++;
        }
        return ended > ExpirySample / 4;
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key);
        ForgetExpiry(entry);
    }

    private void ForgetExpiry(Entry entry)
    {
        if (entry.ExpiryIndex < 0) return;
        Entry last = _expiring[^1];
        _expiring[entry.ExpiryIndex] = last;
        last.ExpiryIndex = entry.ExpiryIndex;
        _expiring.RemoveAt(_expiring.Count - 1);
        entry.ExpiryIndex = -1;
    }
}
