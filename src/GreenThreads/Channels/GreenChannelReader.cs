using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace GreenThreads.Channels;

/// <summary>A green channel as asynchronous code reads it.</summary>
/// <remarks>
/// On a rendezvous channel an item can only be read while a sender waits; two sides that both only watch
/// (<see cref="WaitToReadAsync"/> here, <see cref="ChannelWriter{T}.WaitToWriteAsync"/> there) do not meet.
/// </remarks>
[NotWoven]
internal sealed class GreenChannelReader<T>(GreenChannel<T> channel) : ChannelReader<T>
{
    /// <inheritdoc/>
    public override bool CanCount => true;

    /// <inheritdoc/>
    public override int Count => channel.Count;

    /// <inheritdoc/>
    public override Task Completion => channel.Watchers.Completion;

    /// <inheritdoc/>
    public override bool TryRead([MaybeNullWhen(false)] out T item) => channel.TryTake(out item) == ChannelStep.Done;

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        channel.Watchers.Wait(reading: true, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);
        AsyncOperation<T>? operation = null;
        return channel.TakeAsync(out T? item, ref operation) switch
        {
            ChannelStep.Done => new ValueTask<T>(item!),
            ChannelStep.Enlisted => Pending(operation!, cancellationToken),
            _ => ValueTask.FromException<T>(new ChannelClosedException(channel.Error)),
        };
    }

    private static ValueTask<T> Pending(AsyncOperation<T> operation, CancellationToken cancellationToken)
    {
        operation.CancelWith(cancellationToken);
        return new ValueTask<T>(operation.Task);
    }
}
