namespace GreenThreads.Channels;

/// <summary>What came of the attempt to send or to receive.</summary>
internal enum ChannelStep
{
    /// <summary>Done without waiting.</summary>
    Done,

    /// <summary>The thread stands in the channel's queue and has to wait.</summary>
    Enlisted,

    /// <summary>It would have to wait, which was not asked for.</summary>
    WouldWait,

    /// <summary>The buffer has to be made longer first, outside of the gate.</summary>
    NeedsRoom,

    /// <summary>The channel is closed (and for a receive: drained).</summary>
    Closed,
}
