using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

// The parts of the socket operations that do not wait. Each Try… makes the system call without blocking (MSG_DONTWAIT, or
// poll where there is no such flag: the descriptor itself stays as it is, so that plain calls on the same socket go on
// blocking); if it would block, the calling thread is entered into the descriptor's place (the protocol is drawn in
// SocketDescriptor) and the result is SocketResult.Wait: the caller parks, leaves the place and tries again. The handle is
// held during the system call and while the thread is in the place.

/// <summary>Non-blocking tries of socket calls.</summary>
internal static unsafe class SocketCalls
{
    // About a tenth of a millisecond of system calls.
    private const int MaxStreak = 64;

    private static readonly Poller? s_poller = Poller.TryCreate();

    // How many calls this carrier has made since the last one that had to wait.
    [ThreadStatic]
    private static int t_streak;

    /// <summary>Whether sockets are waited for with the poller (else through their asynchronous twins).</summary>
    internal static bool HasPoller => s_poller is not null;

    /// <summary>Whether a call on this socket waits at all: it is open and in blocking mode.</summary>
    internal static bool MayWait(Socket socket) => socket.Blocking && !(HasPoller && SocketInternals.Handle(socket).IsClosed);

    /// <summary>
    /// After a call that did not wait: whether the thread should let others run. A peer that sends as fast as it is read
    /// would otherwise keep a carrier to itself.
    /// </summary>
    internal static bool HasRunLong()
    {
        if (++t_streak < MaxStreak) return false;
        t_streak = 0;
        return Continuation.Current.PinDepth == 0;
    }

    /// <summary>Receives what is there.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">An empty one asks whether there is something.</param>
    /// <param name="peek">Leaves the data in the socket.</param>
    /// <param name="deadline">0 at the first try; set when the first wait begins.</param>
    /// <returns>A <see cref="SocketResult"/>.</returns>
    internal static int TryReceive(Socket socket, Span<byte> buffer, bool peek, ref long deadline)
    {
        SafeSocketHandle handle = SocketInternals.Handle(socket);
        for (;;)
        {
            if (!TryHold(handle)) return SocketResult.Of(SocketError.OperationAborted);
            SocketDescriptor? descriptor = SocketDescriptors.Find(handle);
            int edges = descriptor is null ? 0 : descriptor.Edges(reading: true);
            if (descriptor is null || !descriptor.IsDrained(edges))
            {
                int result = Receive(handle, buffer, peek);
                if (result != SocketResult.Wait)
                {
                    if (result > 0 && result < buffer.Length && !peek && descriptor is not null && socket.ProtocolType == ProtocolType.Tcp)
                    {
                        descriptor.SetDrained(edges);
                    }
                    handle.DangerousRelease();
                    return result;
                }
            }
            int prepared = Prepare(handle, ref descriptor, SocketInternals.ReceiveTimeoutMs(handle), ref deadline);
            if (prepared < 0) return prepared;
            if (prepared > 0 && descriptor!.Enter(reading: true, edges)) return SocketResult.Wait;
        }
    }

    /// <summary>Looks whether there is something to receive, or will not be anything.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="waitedAt">0 at the first try. Then an edge since the wait began is the answer, without a system call: it may
    /// be that somebody else has received meanwhile what came.</param>
    /// <param name="deadline">0 at the first try; set when the first wait begins.</param>
    /// <returns>A <see cref="SocketResult"/>: 0, or it has to wait, or an error.</returns>
    internal static int TryReceiveNothing(Socket socket, ref long waitedAt, ref long deadline)
    {
        SafeSocketHandle handle = SocketInternals.Handle(socket);
        for (;;)
        {
            if (!TryHold(handle)) return SocketResult.Of(SocketError.OperationAborted);
            SocketDescriptor? descriptor = SocketDescriptors.Find(handle);
            int edges = descriptor is null ? 0 : descriptor.Edges(reading: true);
            bool came = waitedAt != 0 && descriptor is not null && waitedAt != WaitedAt(descriptor, edges);
            if (descriptor is null || (!came && !descriptor.IsDrained(edges)))
            {
                int result = Receive(handle, default, peek: true);
                came = result != SocketResult.Wait;
                if (result < 0 && came)
                {
                    handle.DangerousRelease();
                    return result;
                }
            }
            if (came)
            {
                handle.DangerousRelease();
                return 0;
            }
            int prepared = Prepare(handle, ref descriptor, SocketInternals.ReceiveTimeoutMs(handle), ref deadline);
            if (prepared < 0) return prepared;
            if (prepared == 0) continue;
            waitedAt = WaitedAt(descriptor!, edges);
            if (descriptor!.Enter(reading: true, edges)) return SocketResult.Wait;
        }
    }

    /// <summary>Sends as much as there is room for.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">All that the operation has to send.</param>
    /// <param name="sent">How much of it was sent, by this try and those before.</param>
    /// <param name="deadline">0 at the first try; set when the first wait begins.</param>
    /// <returns>A <see cref="SocketResult"/>; the length of the buffer when all is sent.</returns>
    internal static int TrySend(Socket socket, ReadOnlySpan<byte> buffer, ref int sent, ref long deadline)
    {
        SafeSocketHandle handle = SocketInternals.Handle(socket);
        for (;;)
        {
            if (!TryHold(handle)) return SocketResult.Of(SocketError.OperationAborted);
            SocketDescriptor? descriptor = SocketDescriptors.Find(handle);
            int edges = descriptor is null ? 0 : descriptor.Edges(reading: false);
            int result;
            do
            {
                result = Send(handle, buffer[sent..]);
                if (result >= 0) sent += result;
            }
            while (result > 0 && sent < buffer.Length);
            if (result != SocketResult.Wait)
            {
                handle.DangerousRelease();
                if (result >= 0) return sent;

                // .NET takes the failure of a blocking send that has already sent something for an expired timeout.
                return sent > 0 ? SocketResult.Of(SocketError.TimedOut) : result;
            }
            int prepared = Prepare(handle, ref descriptor, SocketInternals.SendTimeoutMs(handle), ref deadline);
            if (prepared < 0) return prepared;
            if (prepared > 0 && descriptor!.Enter(reading: false, edges)) return SocketResult.Wait;
        }
    }

    /// <summary>Accepts a connection that is there.</summary>
    /// <param name="listener">A listening socket.</param>
    /// <param name="deadline">0 at the first try; set when the first wait begins.</param>
    /// <param name="accepted">The connection, if the result is 0.</param>
    /// <returns>A <see cref="SocketResult"/>.</returns>
    /// <exception cref="SocketException">What the plain call throws.</exception>
    internal static int TryAccept(Socket listener, ref long deadline, out Socket? accepted)
    {
        SafeSocketHandle handle = SocketInternals.Handle(listener);
        for (;;)
        {
            accepted = null;
            if (!TryHold(handle)) return SocketResult.Of(SocketError.OperationAborted);
            SocketDescriptor? descriptor = SocketDescriptors.Find(handle);
            int edges = descriptor is null ? 0 : descriptor.Edges(reading: true);
            if (descriptor is not null)
            {
                try
                {
                    // One at a time, or the plain call of another acceptor could take the connection that this one has seen
                    // and block the carrier.
                    lock (descriptor)
                    {
                        if (IsReady(handle, LibC.POLLIN)) accepted = listener.Accept();
                    }
                }
                catch (Exception exception)
                {
                    handle.DangerousRelease();
                    if (exception is ObjectDisposedException && deadline != 0) return SocketResult.Of(SocketError.OperationAborted);
                    throw;
                }
                if (accepted is not null)
                {
                    handle.DangerousRelease();
                    return 0;
                }
            }
            int prepared = Prepare(handle, ref descriptor, SocketInternals.ReceiveTimeoutMs(handle), ref deadline);
            if (prepared < 0) return prepared;
            if (prepared > 0 && descriptor!.Enter(reading: true, edges)) return SocketResult.Wait;
        }
    }

    /// <summary>Looks whether a plain call would not block.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="reading">Which direction.</param>
    /// <param name="timeoutMs">Not positive for none.</param>
    /// <param name="deadline">0 at the first try; set when the first wait begins.</param>
    /// <returns>0 or a negative <see cref="SocketResult"/>.</returns>
    internal static int TryReady(Socket socket, bool reading, int timeoutMs, ref long deadline)
    {
        SafeSocketHandle handle = SocketInternals.Handle(socket);
        for (;;)
        {
            if (!TryHold(handle)) return SocketResult.Of(SocketError.OperationAborted);
            SocketDescriptor? descriptor = SocketDescriptors.Find(handle);
            int edges = descriptor is null ? 0 : descriptor.Edges(reading);
            if (IsReady(handle, reading ? LibC.POLLIN : LibC.POLLOUT))
            {
                handle.DangerousRelease();
                return 0;
            }
            int prepared = Prepare(handle, ref descriptor, timeoutMs, ref deadline);
            if (prepared < 0) return prepared;
            if (prepared > 0 && descriptor!.Enter(reading, edges)) return SocketResult.Wait;
        }
    }

    /// <summary>
    /// Starts to connect without waiting. The plain call that follows when the socket is writable completes it: the system
    /// lets a second connect pick up the outcome of the first, so state and errors of the socket are those of the plain call.
    /// </summary>
    /// <param name="socket">A TCP socket in blocking mode.</param>
    /// <param name="remote">Where to; of the socket's own address family.</param>
    /// <returns>Whether it is under way; else the plain call, made at once, says what is wrong.</returns>
    internal static bool StartConnect(Socket socket, SocketAddress remote)
    {
        SafeSocketHandle handle = SocketInternals.Handle(socket);
        if (!TryHold(handle)) return false;
        int number = (int)handle.DangerousGetHandle();
        int flags = LibC.GetStatusFlags(number);
        bool blocking = flags >= 0 && (flags & LibC.NonBlocking) == 0;
        if (blocking) _ = LibC.SetStatusFlags(number, flags | LibC.NonBlocking);
        int error;
        fixed (byte* address = remote.Buffer.Span)
        {
            error = LibC.Connect(number, address, (uint)remote.Size) == 0 ? 0 : LibC.LastError;
        }
        if (blocking) _ = LibC.SetStatusFlags(number, flags);
        handle.DangerousRelease();
        return error is LibC.EINPROGRESS or LibC.EINTR;
    }

    /// <summary>Takes the calling thread out of the place that it waited in, however its wait ended.</summary>
    internal static void Leave(Socket socket, bool reading) => SocketDescriptors.Find(SocketInternals.Handle(socket))?.Leave(reading);

    // Names an edge of one registration; not 0.
    private static long WaitedAt(SocketDescriptor descriptor, int edges) => ((long)descriptor.Generation << 32) | (uint)edges;

    // Before a wait; the caller holds the handle. 1: enter the place. 0: try again. Negative: a result. Unless 1, the handle is
    // released.
    private static int Prepare(SafeSocketHandle handle, ref SocketDescriptor? descriptor, int timeoutMs, ref long deadline)
    {
        int result;
        t_streak = 0;
        if (descriptor is null)
        {
            SocketDescriptors.Register(handle, s_poller!, out descriptor, out int error);
            result = error switch
            {
                0 => 0,
                LibC.EEXIST => SocketResult.Unwatched,
                _ => SocketResult.Of(SocketErrors.FromErrno(error)),
            };
        }
        else if (deadline == 0)
        {
            deadline = timeoutMs > 0 ? Deadline.After(timeoutMs, nameof(timeoutMs)) : Deadline.Never;
            return 1;
        }
        else if (Deadline.HasPassed(deadline))
        {
            result = SocketResult.Of(SocketError.TimedOut);
        }
        else
        {
            return 1;
        }
        handle.DangerousRelease();
        return result;
    }

    private static int Receive(SafeSocketHandle handle, Span<byte> buffer, bool peek)
    {
        // As in .NET, a receive of nothing waits until there is something.
        byte probe;
        bool probing = buffer.IsEmpty;
        fixed (byte* start = buffer)
        {
            for (;;)
            {
                nint received = LibC.Receive(
                    (int)handle.DangerousGetHandle(),
                    probing ? &probe : start,
                    probing ? 1 : buffer.Length,
                    LibC.MSG_DONTWAIT | (peek || probing ? LibC.MSG_PEEK : 0));
                if (received >= 0) return probing ? 0 : (int)received;
                int error = LibC.LastError;
                if (error != LibC.EINTR) return error == LibC.EAGAIN ? SocketResult.Wait : SocketResult.Of(SocketErrors.FromErrno(error));
            }
        }
    }

    private static int Send(SafeSocketHandle handle, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (;;)
            {
                nint sent = LibC.Send((int)handle.DangerousGetHandle(), start, buffer.Length, LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL);
                if (sent >= 0) return (int)sent;
                int error = LibC.LastError;
                if (error != LibC.EINTR) return error == LibC.EAGAIN ? SocketResult.Wait : SocketResult.Of(SocketErrors.FromErrno(error));
            }
        }
    }

    private static bool IsReady(SafeSocketHandle handle, short events)
    {
        LibC.PollDescriptor poll;
        poll.Descriptor = (int)handle.DangerousGetHandle();
        poll.Events = events;
        poll.Returned = 0;
        return LibC.Poll(&poll, 1, 0) > 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // keeps the try out of the callers
    [SuppressMessage("Reliability", "CA2000", Justification = "Released by the caller.")]
    private static bool TryHold(SafeSocketHandle handle)
    {
        bool held = false;
        try
        {
            handle.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        return held;
    }
}
