using GreenThreads.Channels;

namespace GreenThreads;

// What the reader and the writer for asynchronous code need.
public sealed partial class GreenChannel<T> : ChannelWatchers.ILookedAt
{
    internal ChannelWatchers Watchers
    {
        [NotWoven]
        get
        {
            if (Volatile.Read(ref _watchers) is { } watchers) return watchers;
            Interlocked.CompareExchange(ref _watchers, new ChannelWatchers(this), null);
            return _watchers!;
        }
    }

    Exception? ChannelWatchers.ILookedAt.Error => _error;

    bool ChannelWatchers.ILookedAt.IsReadable
    {
        [NotWoven]
        get
        {
            _gate.Enter();
            bool readable = _buffer.Count != 0 || _senders.HasOpen();
            _gate.Leave();
            return readable;
        }
    }

    bool ChannelWatchers.ILookedAt.IsWritable
    {
        [NotWoven]
        get
        {
            _gate.Enter();
            bool writable = !_closed && (_buffer.Count < _capacity || _receivers.HasOpen());
            _gate.Leave();
            return writable;
        }
    }

    bool ChannelWatchers.ILookedAt.IsCompleted
    {
        [NotWoven]
        get
        {
            _gate.Enter();
            bool completed = _closed && _buffer.Count == 0;
            _gate.Leave();
            return completed;
        }
    }

    /// <summary>Receives, or leaves an operation in the receivers' queue.</summary>
    [NotWoven]
    internal ChannelStep TakeAsync(out T? item, ref AsyncOperation<T>? operation)
    {
        ChannelStep step = TryTake(out item);
        if (step != ChannelStep.WouldWait) return step;
        operation = new AsyncOperation<T>(this);
        return TakeOrEnlist(operation, out item, out _);
    }

    /// <summary>Sends, or leaves an operation in the senders' queue.</summary>
    [NotWoven]
    internal ChannelStep PutAsync(T item, ref AsyncOperation<T>? operation)
    {
        ChannelStep step = TryPut(item);
        if (step != ChannelStep.WouldWait) return step;
        operation = new AsyncOperation<T>(this);
        return PutOrEnlist(operation, item, out _);
    }
}
