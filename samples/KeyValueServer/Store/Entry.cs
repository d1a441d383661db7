namespace KeyValueServer.Store;

/// <summary>What a key holds. Guarded by the gate of the keyspace.</summary>
/// <param name="key">The key.</param>
/// <param name="value">A byte[], <see cref="BytesDeque"/>, <see cref="SortedMembers"/>, HashSet or Dictionary of byte[].</param>
internal sealed class Entry(byte[] key, object value)
{
    /// <summary>The key.</summary>
    internal byte[] Key { get; } = key;

    /// <summary>The value.</summary>
    internal object Value { get; set; } = value;

    /// <summary>When it ends, in milliseconds since 1970; 0 for never.</summary>
    internal long ExpiresAt { get; set; }

    /// <summary>Where it stands in the keyspace's list of those that end; -1 for nowhere.</summary>
    internal int ExpiryIndex { get; set; } = -1;
}
