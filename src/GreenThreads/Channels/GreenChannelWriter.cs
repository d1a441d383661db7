using System.Threading.Channels;

namespace GreenThreads.Channels;

/// <summary>A green channel as asynchronous code writes it.</summary>
[NotWoven]
internal sealed class GreenChannelWriter<T>(GreenChannel<T> channel) : ChannelWriter<T>
{
    /// <inheritdoc/>
    public override bool TryWrite(T item) => channel.TryPut(item) == ChannelStep.Done;

    /// <inheritdoc/>
    public override bool TryComplete(Exception? error = null) => channel.TryClose(error);

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        channel.Watchers.Wait(reading: false, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        AsyncOperation<T>? operation = null;
        return channel.PutAsync(item, ref operation) switch
        {
            ChannelStep.Done => default,
            ChannelStep.Enlisted => Pending(operation!, cancellationToken),
            _ => ValueTask.FromException(new ChannelClosedException(channel.Error)),
        };
    }

    private static ValueTask Pending(AsyncOperation<T> operation, CancellationToken cancellationToken)
    {
        operation.CancelWith(cancellationToken);
        return new ValueTask(operation.Task);
    }
}
