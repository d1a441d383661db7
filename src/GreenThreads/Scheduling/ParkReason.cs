namespace GreenThreads.Scheduling;

/// <summary>What a thread waits for. The names appear in dumps and events; values are never reused.</summary>
internal enum ParkReason : byte
{
    /// <summary>Does not wait.</summary>
    None = 0,
    Sleep = 1,
    Join = 2,
    Task = 3,
    Offload = 4,
    SocketAccept = 5,
    SocketConnect = 6,
    SocketReceive = 7,
    SocketSend = 8,
    SocketPoll = 9,
    Lock = 10,
    Semaphore = 11,
    Event = 12,
    Channel = 13,
    Process = 14,
    Scope = 40,
    ServerCapacity = 41,
    Select = 20,
    Condition = 21,
    ReaderLock = 22,
    WriterLock = 23,
    Barrier = 24,
    Once = 25,
    WaitGroup = 26,
    RateLimiter = 27,
    MonitorWait = 30,

    /// <summary>To enter a lock again that the thread was in before: it cannot go on without.</summary>
    LockReacquire = 31,
}
