namespace GreenThreads.Synchronization;

/// <summary>Where a <see cref="Waiter"/> is in its life; the transitions are drawn there.</summary>
internal enum WaiterState
{
    /// <summary>Belongs to its thread.</summary>
    Idle,

    /// <summary>In the queue of its source.</summary>
    Waiting,

    /// <summary>Taken out of the queue: it got what it waited for.</summary>
    Granted,

    /// <summary>Taken out of the queue: it will never get it (the channel was closed).</summary>
    Refused,
}
