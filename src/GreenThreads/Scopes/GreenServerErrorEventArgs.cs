namespace GreenThreads;

/// <summary>Data of <see cref="GreenServer.Error"/>.</summary>
/// <param name="exception">What went wrong.</param>
/// <param name="isConnection">Whether in a connection.</param>
public sealed class GreenServerErrorEventArgs(Exception exception, bool isConnection) : EventArgs
{
    /// <summary>What went wrong.</summary>
    public Exception Exception { get; } = exception;

    /// <summary>Whether it was thrown by the handler of a connection, else when a connection was to be accepted.</summary>
    public bool IsConnection { get; } = isConnection;
}
