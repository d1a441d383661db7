using System.Collections;
using System.Net.Sockets;
using GreenThreads.Net;
using GreenThreads.Scheduling;

namespace GreenThreads.Substitutions;

// The plain calls decide what is ready, without waiting; between two looks the thread waits for the poller.
public static partial class SocketSubstitutions
{
    private const int MicrosecondsPerMillisecond = 1000;

    /// <inheritdoc cref="Socket.Poll(int, SelectMode)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="microSeconds">How long; negative for ever.</param>
    /// <param name="mode">What to wait for.</param>
    public static bool Poll(Socket socket, int microSeconds, SelectMode mode)
    {
        if (microSeconds == 0 || !MayPoll(socket, mode)) return socket.Poll(microSeconds, mode);
        int timeoutMs = ToMilliseconds(microSeconds);
        return socket.Poll(0, mode)
            || (SocketReadiness.Wait(socket, mode == SelectMode.SelectRead, timeoutMs, ParkReason.SocketPoll) is var result
                && result == SocketResult.Unwatched ? GreenThread.Offload(() => socket.Poll(microSeconds, mode)) : socket.Poll(0, mode));
    }

    /// <inheritdoc cref="Socket.Poll(TimeSpan, SelectMode)"/>
    /// <param name="socket">The socket.</param>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="mode">What to wait for.</param>
    public static bool Poll(Socket socket, TimeSpan timeout, SelectMode mode)
    {
        if (timeout == Timeout.InfiniteTimeSpan) return Poll(socket, -1, mode);
        double microseconds = timeout.TotalMicroseconds;
        return microseconds is < 0 or > int.MaxValue ? socket.Poll(timeout, mode) : Poll(socket, (int)microseconds, mode);
    }

    /// <inheritdoc cref="Socket.Select(IList, IList, IList, int)"/>
    /// <param name="checkRead">Sockets to look at for something to receive; those that have nothing are removed.</param>
    /// <param name="checkWrite">Sockets to look at for room to send; those that have none are removed.</param>
    /// <param name="checkError">Sockets to look at for errors; those that have none are removed.</param>
    /// <param name="microSeconds">How long; negative for ever.</param>
    public static void Select(IList? checkRead, IList? checkWrite, IList? checkError, int microSeconds)
    {
        if (microSeconds == 0 || GreenThread.Current is null || !SocketCalls.HasPoller || (checkRead?.Count ?? 0) + (checkWrite?.Count ?? 0) == 0)
            Socket.Select(checkRead, checkWrite, checkError, microSeconds);
        else
            SocketSelection.Wait(checkRead, checkWrite, checkError, ToMilliseconds(microSeconds));
    }

    /// <inheritdoc cref="Socket.Select(IList, IList, IList, TimeSpan)"/>
    /// <param name="checkRead">Sockets to look at for something to receive; those that have nothing are removed.</param>
    /// <param name="checkWrite">Sockets to look at for room to send; those that have none are removed.</param>
    /// <param name="checkError">Sockets to look at for errors; those that have none are removed.</param>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    public static void Select(IList? checkRead, IList? checkWrite, IList? checkError, TimeSpan timeout)
    {
        double microseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : timeout.TotalMicroseconds;
        if (microseconds is < -1 or > int.MaxValue) Socket.Select(checkRead, checkWrite, checkError, timeout);
        else Select(checkRead, checkWrite, checkError, (int)microseconds);
    }

    private static bool MayPoll(Socket socket, SelectMode mode) =>
        GreenThread.Current is not null && SocketCalls.HasPoller && mode is SelectMode.SelectRead or SelectMode.SelectWrite
        && !SocketInternals.Handle(socket).IsClosed;

    // Rounded up: a wait of less than a millisecond is one; 0 stands for ever.
    private static int ToMilliseconds(int microSeconds) =>
        microSeconds < 0 ? 0 : Math.Max(1, (int)(((long)microSeconds + MicrosecondsPerMillisecond - 1) / MicrosecondsPerMillisecond));
}
