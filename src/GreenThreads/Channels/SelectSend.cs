using GreenThreads.Channels;
using GreenThreads.Continuations;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>A send in a <see cref="GreenSelect"/>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class SelectSend<T> : SelectChannelCase
{
    private readonly Action? _sent;
    private readonly Waiter<T> _node;

    internal SelectSend(GreenSelect select, GreenChannel<T> channel, T item, Action? sent = null)
        : base(select)
    {
        Channel = channel;
        Item = item;
        _sent = sent;
        _node = new Waiter<T> { Claim = select.Claim };
    }

    /// <summary>The channel.</summary>
    public GreenChannel<T> Channel { get; }

    /// <summary>What is sent when the case is selected next. Set between two waits.</summary>
    public T Item { get; set; }

    internal override long GateNumber => Channel.GateNumber;

    internal override Waiter Node => _node;

    internal override void EnterGate() => Channel.EnterGate();

    internal override void LeaveGate() => Channel.LeaveGate();

    internal override bool TryNow() => Channel.MayBeWritable && Check(Channel.TryPut(Item)) == ChannelStep.Done;

    internal override ChannelStep TryLocked(out Continuation? woken) => Channel.TryPutLocked(Item, out woken);

    internal override void AfterGates(ChannelStep step, Continuation? woken)
    {
        Channel.Wake(woken);
        Check(step);
    }

    internal override void MakeRoom() => Channel.MakeRoom();

    internal override void Enlist(Continuation thread)
    {
        _node.Item = Item;
        Channel.EnlistLocked(thread, _node, sends: true);
    }

    internal override void Withdraw()
    {
        if (_node.IsQueued) ((IWaitSource)Channel).Withdraw(_node);
        _node.TakeItem();
        _node.Release();
    }

    internal override void TakeOutcome()
    {
        bool sent = _node.IsGranted;
        if (!sent) _node.TakeItem();
        _node.Release();
        if (!sent) Channel.ThrowClosedForSending();
    }

    internal override void Run() => _sent?.Invoke();

    private ChannelStep Check(ChannelStep step)
    {
        if (step == ChannelStep.Closed) Channel.ThrowClosedForSending();
        return step;
    }
}
