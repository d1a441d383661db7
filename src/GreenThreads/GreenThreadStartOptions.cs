namespace GreenThreads;

/// <summary>Options of one green thread, see <see cref="GreenThread.Start(Action, GreenThreadStartOptions)"/>.</summary>
/// <remarks>There are no priorities: threads that are ready run in turn.</remarks>
public sealed class GreenThreadStartOptions
{
    /// <summary>The thread's name for dumps and debuggers.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Whether the process may end while the thread runs, as it may for a background <see cref="Thread"/>.
    /// </summary>
    /// <value>Default: true. If false, the process stays alive until the thread has ended.</value>
    public bool IsBackground { get; set; } = true;

    /// <summary>
    /// When it is cancelled, the current wait of the thread and every further one end with an
    /// <see cref="OperationCanceledException"/> with this token; if that was before the start, the body never runs.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }
}
