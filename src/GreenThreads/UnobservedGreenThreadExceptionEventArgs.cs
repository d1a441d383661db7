namespace GreenThreads;

/// <summary>Data of <see cref="GreenThread.UnobservedException"/>.</summary>
/// <param name="exception">What the thread's body threw.</param>
public sealed class UnobservedGreenThreadExceptionEventArgs(Exception exception) : EventArgs
{
    /// <summary>What the thread's body threw.</summary>
    public Exception Exception { get; } = exception;

    /// <summary>Whether a handler has dealt with the exception.</summary>
    public bool Observed { get; private set; }

    /// <summary>Keeps the exception from ending the process (<see cref="GreenThreadOptions.UnobservedExceptionEndsProcess"/>).</summary>
    public void SetObserved() => Observed = true;
}
