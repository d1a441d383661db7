namespace GreenThreads.Net;

/// <summary>
/// Waits for readiness of many descriptors at once. Carriers serve it: an idle one blocks in <see cref="Poll"/>, busy
/// ones look in now and then; calls may overlap.
/// </summary>
internal abstract class Poller
{
    private static readonly Poller? s_shared = Create();

    /// <summary>The poller of this process, the same one at each call; null where there is none, and then sockets wait through their asynchronous twins.</summary>
    /// <returns>The poller or null.</returns>
    internal static Poller? TryCreate() => s_shared;

    /// <summary>
    /// Unparks the threads that wait for descriptors which have become ready. Runs no user code and allocates nothing.
    /// </summary>
    /// <param name="timeoutMs">How long to wait for the first one, in milliseconds: 0 looks and returns, -1 waits until <see cref="Interrupt"/>.</param>
    /// <returns>How many threads were unparked.</returns>
    internal abstract int Poll(int timeoutMs);

    /// <summary>Makes a <see cref="Poll"/> that waits now, or else the next one, return at once. From any thread.</summary>
    internal abstract void Interrupt();

    /// <summary>Starts to watch a descriptor for both directions until it is closed.</summary>
    /// <param name="descriptor">Receives the edges. Its handle is held open by the caller.</param>
    /// <returns>0 or the error number of the system.</returns>
    internal abstract int Watch(SocketDescriptor descriptor);

    private static Poller? Create() =>
        OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("GREENTHREADS_POLLER") != "none" && SocketInternals.Exist
            ? EpollPoller.TryOpen()
            : null;
}
