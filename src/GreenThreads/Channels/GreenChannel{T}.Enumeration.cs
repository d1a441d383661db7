using System.ComponentModel;
using System.Threading.Channels;

namespace GreenThreads;

public sealed partial class GreenChannel<T>
{
    /// <summary>Receives items one after the other.</summary>
    public struct Enumerator
    {
        private readonly GreenChannel<T> _channel;
        private readonly CancellationToken _cancellationToken;
        private T? _current;

        internal Enumerator(GreenChannel<T> channel, CancellationToken cancellationToken)
        {
            _channel = channel;
            _cancellationToken = cancellationToken;
            _current = default;
        }

        /// <summary>The item that was received last.</summary>
        public readonly T Current => _current!;

        /// <summary>Receives the next item. Waits while there is none.</summary>
        /// <returns>False when the channel is closed and drained.</returns>
        /// <exception cref="ChannelClosedException">The channel was closed with an exception, which is the inner one, and is drained.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled before an item came; none was taken.</exception>
        /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no item was taken.</exception>
        public bool MoveNext() => _channel.TryReceiveNext(out _current, _cancellationToken);
    }

    /// <summary>A channel with a token, for <c>foreach</c>.</summary>
    public readonly struct Enumerable
    {
        private readonly GreenChannel<T> _channel;
        private readonly CancellationToken _cancellationToken;

        internal Enumerable(GreenChannel<T> channel, CancellationToken cancellationToken)
        {
            _channel = channel;
            _cancellationToken = cancellationToken;
        }

        /// <summary>Called by <c>foreach</c>.</summary>
        /// <returns>An enumerator over the items still to come.</returns>
        [EditorBrowsable(EditorBrowsableState.Never)]
        public Enumerator GetEnumerator() => new(_channel, _cancellationToken);
    }
}
