using System.Net.Sockets;

namespace GreenThreads.Net;

// A plain Dispose of a socket on which somebody waits disconnects it and then spins until nobody holds the handle. Poll
// releases the handles of the threads that wait in the descriptor's places, so something must poll meanwhile. An OS thread
// may spin; a green thread must not, for its carrier may be the one that would have polled: it lets another thread do the
// plain call. Everything else is as in the plain case: who waited gets the same error, and the peer sees the same reset.

/// <summary>Closing sockets, and what owns one, from woven code.</summary>
internal static class SocketClosing
{
    /// <summary>Disposes a socket or an owner of one.</summary>
    /// <param name="owner">A socket, a client, a listener or a network stream.</param>
    /// <param name="socket">Its socket; null if it has none.</param>
    internal static void Dispose(IDisposable owner, Socket? socket)
    {
        SafeSocketHandle? handle = socket is null || !SocketCalls.HasPoller ? null : SocketInternals.Handle(socket);
        if (IsWaitedFor(handle)) GreenThread.Offload(() => DisposeNow(owner));
        else owner.Dispose();
        Forget(handle);
    }

    /// <summary>Closes a socket or a network stream that gives its last data time to be sent.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="owner">A network stream, or null for the socket itself.</param>
    /// <param name="timeoutMs">As for <see cref="Socket.Close(int)"/>.</param>
    internal static void Close(Socket socket, NetworkStream? owner, int timeoutMs)
    {
        SafeSocketHandle? handle = SocketCalls.HasPoller ? SocketInternals.Handle(socket) : null;
        if (GreenThread.Current is not null && (timeoutMs > 0 || IsWaitedFor(handle)))
        {
            GreenThread.Offload(() => CloseNow(socket, owner, timeoutMs));
        }
        else
        {
            CloseNow(socket, owner, timeoutMs);
        }
        Forget(handle);
    }

    /// <summary>Whether disposing would have to make somebody let go of the handle first.</summary>
    internal static bool IsWaitedFor(SafeSocketHandle? handle) =>
        handle is not null && SocketDescriptors.Find(handle) is { HasWaiters: true } && GreenThread.Current is not null;

    /// <summary>After the disposal of something that may have closed a socket: the poller need not know it any more.</summary>
    internal static void Forget(SafeSocketHandle? handle)
    {
        if (handle is { IsClosed: true }) SocketDescriptors.Forget(handle); // a stream need not own its socket
    }

    [NotWoven]
    private static bool DisposeNow(IDisposable owner)
    {
        owner.Dispose();
        return true;
    }

    [NotWoven]
    private static bool CloseNow(Socket socket, NetworkStream? owner, int timeoutMs)
    {
        if (owner is null) socket.Close(timeoutMs);
        else owner.Close(timeoutMs);
        return true;
    }
}
