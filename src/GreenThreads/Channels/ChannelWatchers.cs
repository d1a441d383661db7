using System.Threading.Channels;

namespace GreenThreads.Channels;

// How asynchronous code learns that a channel has become readable, writable or completed. A watch takes nothing: it says
// "try now", and whoever comes first gets the item.
//
// No change is missed:
//
//   watcher                                   channel operation
//   1. adds its watch (under _lock)           a. changes the channel under the gate, leaves it
//   2. looks at the channel under the gate    b. reads the channel's field for this object; Changed: looks at each watch
//
// The gate orders 2 and a: either 2 sees the change, or a comes after 2, hence after 1, and b finds the watch.

/// <summary>The asynchronous waits for changes of one channel.</summary>
/// <param name="channel">The channel.</param>
[NotWoven]
internal sealed class ChannelWatchers(ChannelWatchers.ILookedAt channel)
{
    /// <summary>What is watched of a channel.</summary>
    internal interface ILookedAt
    {
        /// <summary>Whether a receive would not wait now.</summary>
        bool IsReadable { get; }

        /// <summary>Whether a send would not wait now.</summary>
        bool IsWritable { get; }

        /// <summary>Whether it is closed.</summary>
        bool IsClosed { get; }

        /// <summary>Whether it is closed and drained.</summary>
        bool IsCompleted { get; }

        /// <summary>What it was closed with.</summary>
        Exception? Error { get; }
    }

    private readonly Lock _lock = new();

    // Both guarded by _lock.
    private readonly List<Watch> _watches = [];
    private readonly List<Watch> _done = [];

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the channel is closed and drained, with its exception.</summary>
    internal Task Completion
    {
        get
        {
            CompleteIfDrained();
            return _completion.Task;
        }
    }

    /// <summary>Completes with true when a receive (or send) would not wait, with false when it never will succeed again.</summary>
    internal ValueTask<bool> Wait(bool reading, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        var watch = new Watch(this, reading);
        lock (_lock) _watches.Add(watch);
        if (Settle(watch)) Remove(watch);
        else watch.CancelWith(cancellationToken);
        return new ValueTask<bool>(watch.Task);
    }

    /// <summary>Called after each operation of the channel, outside of its gate.</summary>
    internal void Changed()
    {
        CompleteIfDrained();
        lock (_lock)
        {
            if (_watches.Count == 0) return;
            foreach (Watch watch in _watches)
            {
                if (Settle(watch)) _done.Add(watch);
            }
            foreach (Watch watch in _done) _watches.Remove(watch);
            _done.Clear();
        }
    }

    private void CompleteIfDrained()
    {
        if (!channel.IsCompleted) return;
        if (channel.Error is { } error) _completion.TrySetException(error);
        else _completion.TrySetResult();
    }

    private bool Settle(Watch watch)
    {
        if (watch.Reading ? channel.IsReadable : channel.IsWritable) return watch.End(true);
        if (!(watch.Reading ? channel.IsCompleted : channel.IsClosed)) return watch.Task.IsCompleted;
        return channel.Error is { } error ? watch.Fail(error) : watch.End(false);
    }

    private void Remove(Watch watch)
    {
        lock (_lock) _watches.Remove(watch);
    }

    private sealed class Watch(ChannelWatchers watchers, bool reading)
        : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private CancellationTokenRegistration _registration;

        internal bool Reading { get; } = reading;

        internal void CancelWith(CancellationToken cancellationToken)
        {
            if (!cancellationToken.CanBeCanceled) return;
            _registration = cancellationToken.UnsafeRegister(
                static (watch, token) => ((Watch)watch!).Cancel(token), this);
            if (Task.IsCompleted) _registration.Unregister();
        }

        internal bool End(bool result)
        {
            TrySetResult(result);
            _registration.Unregister();
            return true;
        }

        internal bool Fail(Exception error)
        {
            TrySetException(error);
            _registration.Unregister();
            return true;
        }

        private void Cancel(CancellationToken token)
        {
            if (TrySetCanceled(token)) watchers.Remove(this);
        }
    }
}
