using System.Threading.Channels;
using GreenThreads.Channels;
using GreenThreads.Continuations;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>A receive in a <see cref="GreenSelect"/>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class SelectReceive<T> : SelectChannelCase
{
    private readonly Action<T>? _received;
    private readonly Action? _closed;
    private readonly Waiter<T> _node;
    private T? _item;

    internal SelectReceive(GreenSelect select, GreenChannel<T> channel, Action<T>? received = null, Action? closed = null)
        : base(select)
    {
        Channel = channel;
        _received = received;
        _closed = closed;
        _node = new Waiter<T> { Claim = select.Claim };
    }

    /// <summary>The channel.</summary>
    public GreenChannel<T> Channel { get; }

    /// <summary>Whether the case was selected because the channel is closed and drained; it is disabled then.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The item that was received when the case was selected last; it stays until the select waits again.</summary>
    /// <exception cref="ChannelClosedException">The channel is closed and drained; the inner exception is the one it was closed with.</exception>
    public T Item
    {
        get
        {
            if (IsClosed) Channel.ThrowClosedForReceiving();
            return _item!;
        }
    }

    internal override long GateNumber => Channel.GateNumber;

    internal override Waiter Node => _node;

    internal override void Begin() => _item = default;

    internal override void EnterGate() => Channel.EnterGate();

    internal override void LeaveGate() => Channel.LeaveGate();

    internal override bool TryNow()
    {
        if (!Channel.MayBeReadable) return false;
        ChannelStep step = Channel.TryTake(out _item);
        if (step == ChannelStep.Closed) Close();
        return step != ChannelStep.WouldWait;
    }

    internal override ChannelStep TryLocked(out Continuation? woken)
    {
        ChannelStep step = Channel.TryTakeLocked(out _item, out woken);
        if (step == ChannelStep.Closed) Close();
        return step;
    }

    internal override void AfterGates(ChannelStep step, Continuation? woken) => Channel.Wake(woken);

    internal override void MakeRoom()
    {
    }

    internal override void Enlist(Continuation thread) => Channel.EnlistLocked(thread, _node, sends: false);

    internal override void Withdraw()
    {
        if (_node.IsQueued) ((IWaitSource)Channel).Withdraw(_node);
        _node.Release();
    }

    internal override void TakeOutcome()
    {
        if (_node.IsRefused) Close();
        else _item = _node.TakeItem();
        _node.Release();
    }

    internal override void Run()
    {
        if (IsClosed) _closed?.Invoke();
        else _received?.Invoke(_item!);
    }

    private void Close()
    {
        IsClosed = true;
        IsEnabled = false;
    }
}
