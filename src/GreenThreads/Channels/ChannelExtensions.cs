using System.Threading.Channels;

namespace GreenThreads;

/// <summary>Channels of the base library, used by green threads.</summary>
/// <remarks>For a channel that only green threads use, a <see cref="GreenChannel{T}"/> costs less.</remarks>
public static class ChannelExtensions
{
    /// <summary>Receives an item. Waits while there is none: suspends a green thread, blocks a plain OS thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="reader">The reader of the channel.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The item.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reader"/> is null.</exception>
    /// <exception cref="ChannelClosedException">The channel is completed and drained.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static T Receive<T>(this ChannelReader<T> reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.TryRead(out T? item) ? item : ReceiveSlow(reader, cancellationToken);
    }

    // Not ReadAsync: if the wait is interrupted, an item that comes later must stay in the channel.
    private static T ReceiveSlow<T>(ChannelReader<T> reader, CancellationToken cancellationToken)
    {
        while (GreenThread.Await(reader.WaitToReadAsync(cancellationToken)))
        {
            if (reader.TryRead(out T? item)) return item;
        }
        throw new ChannelClosedException("The channel has been completed and every item received.");
    }

    /// <summary>Sends an item. Waits while the channel is full: suspends a green thread, blocks a plain OS thread.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="writer">The writer of the channel.</param>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentNullException"><paramref name="writer"/> is null.</exception>
    /// <exception cref="ChannelClosedException">The channel is completed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the item was not sent.</exception>
    public static void Send<T>(this ChannelWriter<T> writer, T item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (!writer.TryWrite(item)) SendSlow(writer, item, cancellationToken);
    }

    private static void SendSlow<T>(ChannelWriter<T> writer, T item, CancellationToken cancellationToken)
    {
        while (GreenThread.Await(writer.WaitToWriteAsync(cancellationToken)))
        {
            if (writer.TryWrite(item)) return;
        }
        throw new ChannelClosedException("Nothing can be sent: the channel has been completed.");
    }

    /// <summary>Receives until the channel is completed and drained: <c>foreach (T item in reader.ReceiveAll())</c>.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="reader">The reader of the channel.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The items, as they come.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reader"/> is null.</exception>
    public static IEnumerable<T> ReceiveAll<T>(this ChannelReader<T> reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Items(reader, cancellationToken);
    }

    private static IEnumerable<T> Items<T>(ChannelReader<T> reader, CancellationToken cancellationToken)
    {
        while (GreenThread.Await(reader.WaitToReadAsync(cancellationToken)))
        {
            while (reader.TryRead(out T? item)) yield return item;
        }
    }
}
