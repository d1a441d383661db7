namespace GreenThreads.Diagnostics;

/// <summary>Data of <see cref="GreenThreadDiagnostics.DeadlockDetected"/>.</summary>
/// <param name="report">What was found.</param>
public sealed class GreenDeadlockEventArgs(string report) : EventArgs
{
    /// <summary>Who waits for whom, and the stacks of all green threads.</summary>
    public string Report { get; } = report;
}
