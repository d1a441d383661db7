namespace GreenThreads;

/// <summary>Makes channels.</summary>
public static class GreenChannel
{
    /// <summary>Makes a channel without a buffer: a send waits until its item is received.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <returns>The channel.</returns>
    public static GreenChannel<T> CreateRendezvous<T>() => new();

    /// <summary>Makes a channel that holds up to a number of items: a send waits while it is full.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="capacity">How many items; 0 makes a rendezvous channel.</param>
    /// <returns>The channel.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is negative or more than 2^30.</exception>
    public static GreenChannel<T> CreateBounded<T>(int capacity) => new(capacity);

    /// <summary>Makes a channel that holds any number of items: a send never waits.</summary>
    /// <remarks>If items are sent faster than they are received, they fill the memory. A bounded channel slows the sender down instead.</remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <returns>The channel.</returns>
    public static GreenChannel<T> CreateUnbounded<T>() => new(GreenChannel<T>.Unbounded, unbounded: true);
}
