namespace GreenThreads;

/// <summary>What a green thread does.</summary>
public enum GreenThreadState
{
    /// <summary>Made, but not yet handed to the scheduler.</summary>
    New,

    /// <summary>Ready to run; waits for a carrier.</summary>
    Runnable,

    /// <summary>Runs on a carrier.</summary>
    Running,

    /// <summary>Waits: for a time, a task, a socket, another thread.</summary>
    Parked,

    /// <summary>Has ended.</summary>
    Done,
}
