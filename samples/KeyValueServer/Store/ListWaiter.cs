using GreenThreads;

namespace KeyValueServer.Store;

// A client that waits for an item of one of several lists. Everything but the channel under the gate of the keyspace.
//
//   Waiting -> Served  // an item was pushed: taken out of the list for this client, and put into its channel
//   Waiting -> Gone    // its time was up, or the client is gone: nothing was taken

/// <summary>A client that waits.</summary>
/// <param name="keys">The lists, by preference.</param>
/// <param name="left">From which end it takes.</param>
internal sealed class ListWaiter(byte[][] keys, bool left)
{
    /// <summary>The lists.</summary>
    internal byte[][] Keys { get; } = keys;

    /// <summary>From which end it takes.</summary>
    internal bool Left { get; } = left;

    /// <summary>Gets one item: there is always room for it.</summary>
    internal GreenChannel<(byte[] Key, byte[] Item)> Served { get; } = new(1);
}
