using System.Diagnostics;
using System.Runtime.CompilerServices;
using GreenThreads.Channels;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Synchronization;

namespace GreenThreads;

// One gate guards the items and both queues. Under it no memory is asked for: that takes long, and where there is none the gate
// would stay closed for ever. At most one of these holds at a time:
//   items in the buffer (then no receiver waits), receivers wait (then the buffer is empty and no sender waits),
//   senders wait (then the buffer is full).
// (Nodes of a select that was won elsewhere may stand in any queue; they do not wait any more.)
//
// Direct hand-over: a sender that finds a receiver writes the item into its node; a receiver that finds a sender takes the
// item out of its node, or (buffered) takes the oldest item and moves the sender's into the buffer. Nobody who is woken has
// to come back and compete, so a wake-up is never in vain and the order of arrival is the order of service.
//
// The one who is woken goes into the run-next slot of the waker's carrier: two threads that talk over a rendezvous channel
// stay on one carrier, and an item goes over in its cache.
public sealed partial class GreenChannel<T> : IWaitSource
{
    /// <summary>The capacity that means none.</summary>
    internal const int Unbounded = int.MaxValue;

    // Operations in a row that did not wait, before a thread lets others run: about ten microseconds of them.
    private const int MaxStreak = 256;

    private readonly int _capacity;

    private SpinGate _gate;

    // 0 until the first select; then written once, by compare-exchange.
    private long _gateNumber;

    // Written under the gate; read without order too: a value that is old by a few operations does no harm.
    private int _streak;

    // Guarded by the gate; the count is read without it too.
    private ChannelBuffer<T> _buffer;

    // Guarded by the gate; a waiter's Tag says in which it is: 0, 1.
    private WaiterQueue _receivers;
    private WaiterQueue _senders;

    // Written once under the gate, _error first; read by any thread.
    private volatile bool _closed;
    private Exception? _error;

    // What asynchronous code waits for; made on first use, by compare-exchange. Whoever changes what it looks at reads it
    // after leaving the gate, see ChannelWatchers.
    private ChannelWatchers? _watchers;

    internal GreenChannel(int capacity, bool unbounded)
    {
        Debug.Assert(!unbounded || capacity == Unbounded, "One constructor argument too many to be confused with the public one.");
        _capacity = capacity;
    }

    /// <summary>Whether a receive might not have to wait; a hint, read without the gate.</summary>
    internal bool MayBeReadable => _buffer.Count != 0 || !_senders.IsEmpty || _closed;

    /// <summary>Whether a send might not have to wait; a hint, read without the gate.</summary>
    internal bool MayBeWritable => _buffer.Count < _capacity || !_receivers.IsEmpty || _closed;

    /// <summary>The place of the gate in the order in which a select enters gates; not 0, and no other channel's.</summary>
    internal long GateNumber
    {
        get
        {
            if (Volatile.Read(ref _gateNumber) == 0) Interlocked.CompareExchange(ref _gateNumber, GateNumbers.Next(), 0);
            return _gateNumber;
        }
    }

    /// <summary>The exception that the channel was closed with. Read after <see cref="IsClosed"/>.</summary>
    internal Exception? Error => _error;

    /// <summary>Sends if possible, else puts the thread into the senders' queue.</summary>
    [NotWoven]
    private ChannelStep PutOrEnlist(Continuation self, T item, out Waiter<T>? waiter)
    {
        waiter = null;
        while (true)
        {
            _gate.Enter();
            ChannelStep step = TryPutLocked(item, out Continuation? woken);
            if (step == ChannelStep.WouldWait)
            {
                waiter = Waiter.Cached<T>(self);
                if (waiter is null)
                {
                    _gate.Leave();
                    Waiter.Of<T>(self);
                    continue;
                }
                waiter.Item = item;
                EnlistLocked(self, waiter, sends: true);
                step = ChannelStep.Enlisted;
            }
            _gate.Leave();
            if (step != ChannelStep.NeedsRoom)
            {
                Wake(woken);
                return step;
            }
            MakeRoom();
        }
    }

    /// <summary>Receives if possible, else puts the thread into the receivers' queue.</summary>
    [NotWoven]
    private ChannelStep TakeOrEnlist(Continuation self, out T? item, out Waiter<T>? waiter)
    {
        waiter = null;
        while (true)
        {
            _gate.Enter();
            ChannelStep step = TryTakeLocked(out item, out Continuation? woken);
            if (step == ChannelStep.WouldWait)
            {
                waiter = Waiter.Cached<T>(self);
                if (waiter is null)
                {
                    _gate.Leave();
                    Waiter.Of<T>(self);
                    continue;
                }
                EnlistLocked(self, waiter, sends: false);
                step = ChannelStep.Enlisted;
            }
            _gate.Leave();
            Wake(woken);
            return step;
        }
    }

    /// <summary>Sends if possible.</summary>
    [NotWoven]
    internal ChannelStep TryPut(T item)
    {
        while (true)
        {
            _gate.Enter();
            ChannelStep step = TryPutLocked(item, out Continuation? woken);
            _gate.Leave();
            if (step != ChannelStep.NeedsRoom)
            {
                Wake(woken);
                return step;
            }
            MakeRoom();
        }
    }

    /// <summary>Receives if possible.</summary>
    [NotWoven]
    internal ChannelStep TryTake(out T? item)
    {
        _gate.Enter();
        ChannelStep step = TryTakeLocked(out item, out Continuation? woken);
        _gate.Leave();
        Wake(woken);
        return step;
    }

    // As many as there are, or up to one that wakes a sender. True: there may be more.
    [NotWoven]
    private bool TakeSome(Span<T> buffer, ref int count)
    {
        Continuation? woken = null;
        _gate.Enter();
        while (count < buffer.Length && woken is null)
        {
            if (TryTakeLocked(out T? item, out woken) != ChannelStep.Done) break;
            buffer[count++] = item!;
        }
        _gate.Leave();
        Wake(woken);
        return woken is not null && count < buffer.Length;
    }

    internal void EnterGate() => _gate.Enter();

    internal void LeaveGate() => _gate.Leave();

    /// <summary>Under the gate.</summary>
    internal void EnlistLocked(Continuation self, Waiter<T> waiter, bool sends)
    {
        waiter.Tag = sends ? 1 : 0;
        waiter.Enlist(self, this, ref QueueOf(waiter));
    }

    /// <summary>After leaving the gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Wake(Continuation? woken)
    {
        woken?.Unpark();
        Volatile.Read(ref _watchers)?.Changed();
    }

    private ref WaiterQueue QueueOf(Waiter waiter) => ref waiter.Tag == 0 ? ref _receivers : ref _senders;

    /// <summary>Under the gate; the caller unparks who was woken after leaving it.</summary>
    [NotWoven]
    internal ChannelStep TryPutLocked(T item, out Continuation? woken)
    {
        woken = null;
        if (_closed) return ChannelStep.Closed;
        if (!_receivers.IsEmpty && _receivers.Take() is { } taken)
        {
            var receiver = Unsafe.As<Waiter<T>>(taken);
            receiver.Item = item;
            woken = receiver.Grant();
            _streak++;
            return ChannelStep.Done;
        }
        if (_buffer.Count >= _capacity)
        {
            _streak = 0;
            return ChannelStep.WouldWait;
        }
        if (!_buffer.HasRoom) return ChannelStep.NeedsRoom;
        _buffer.Add(item);
        _streak++;
        return ChannelStep.Done;
    }

    /// <summary>Under the gate; the caller unparks who was woken after leaving it.</summary>
    [NotWoven]
    internal ChannelStep TryTakeLocked(out T? item, out Continuation? woken)
    {
        woken = null;
        if (_buffer.Count != 0)
        {
            item = _buffer.Take();
            if (!_senders.IsEmpty && _senders.Take() is { } next)
            {
                _buffer.Add(Unsafe.As<Waiter<T>>(next).TakeItem()); // into the room just made
                woken = next.Grant();
            }
            _streak++;
            return ChannelStep.Done;
        }
        if (!_senders.IsEmpty && _senders.Take() is { } taken)
        {
            var sender = Unsafe.As<Waiter<T>>(taken);
            item = sender.TakeItem();
            woken = sender.Grant();
            _streak++;
            return ChannelStep.Done;
        }
        item = default;
        if (_closed) return ChannelStep.Closed;
        _streak = 0;
        return ChannelStep.WouldWait;
    }

    [NotWoven]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void MakeRoom()
    {
        T[] longer = _buffer.AllocateLonger();
        _gate.Enter();
        _buffer.Lengthen(longer);
        _gate.Leave();
    }

    [NotWoven]
    private bool CloseCore(Exception? error)
    {
        _gate.Enter();
        if (_closed)
        {
            _gate.Leave();
            return false;
        }
        _error = error;
        _closed = true;
        _gate.Leave();
        // From here on nobody enlists. Whoever waits is refused one by one: nothing is collected, no node is touched after
        // its thread may have seen that it is free. Receivers that wait prove that there are no items.
        while (RefuseOne())
        {
        }
        _watchers?.Changed();
        return true;
    }

    private bool RefuseOne()
    {
        _gate.Enter();
        Waiter? waiter = _receivers.Take() ?? _senders.Take();
        Continuation? woken = waiter?.Refuse();
        _gate.Leave();
        woken?.Unpark();
        return woken is not null;
    }

    string IWaitTarget.Describe() => $"channel of {typeof(T).Name} (capacity {(_capacity == Unbounded ? "unlimited" : _capacity)}, {Count} items{(_closed ? ", closed" : "")})";

    /// <inheritdoc/>
    [NotWoven]
    bool IWaitSource.Withdraw(Waiter waiter)
    {
        _gate.Enter();
        bool left = waiter.TryLeave(ref QueueOf(waiter));
        _gate.Leave();
        return left;
    }
}
