using GreenThreads;

namespace KeyValueServer.Store;

/// <summary>A client that receives messages.</summary>
/// <param name="tooSlow">Called once, when it does not read what it gets: ends the connection. Does not wait.</param>
internal sealed class Subscriber(Action tooSlow)
{
    private const int MostUnsent = 4096;

    // Set once, under the gate of the keyspace.
    private bool _isTooSlow;

    /// <summary>What is to be sent; bounded, or one client that does not read would take all memory.</summary>
    internal GreenChannel<byte[]> Outbox { get; } = new(MostUnsent);

    /// <summary>The channels that it wants. Guarded by the gate of the keyspace.</summary>
    internal HashSet<byte[]> Channels { get; } = new(BytesComparer.Instance);

    /// <summary>The patterns of channels that it wants. Guarded by the gate of the keyspace.</summary>
    internal HashSet<byte[]> Patterns { get; } = new(BytesComparer.Instance);

    /// <summary>How many there are of both.</summary>
    internal int Count => Channels.Count + Patterns.Count;

    /// <summary>Gives it a message. Does not wait; under the gate of the keyspace.</summary>
    internal void Deliver(byte[] message)
    {
        if (_isTooSlow || Outbox.IsClosed || Outbox.TrySend(message)) return;
        _isTooSlow = true;
        tooSlow();
    }
}
