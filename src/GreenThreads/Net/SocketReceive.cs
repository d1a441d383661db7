using System.Net.Sockets;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

// HOT: the receive of a connection that is served by a green thread: 0 bytes allocated per receive.
//
// The array form is woven by hand, for one reason: each call is an activation of its own, and a woven activation makes a
// frame when it waits. A connection spends its life in receives that wait, so its descriptor keeps the frame from one to
// the next. Otherwise it does what the weaver would make of this loop:
//
//   for (;;)
//   {
//       try it; if it would not block, end
//       try { Parker.Park(ParkReason.SocketReceive, deadline); } finally { SocketCalls.Leave(socket, reading: true); }
//   }

/// <summary>Receiving with the poller. Suspends the calling green thread while there is nothing.</summary>
internal static class SocketReceive
{
    /// <summary>Receives into an array.</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffer">The array.</param>
    /// <param name="offset">Within the array.</param>
    /// <param name="size">Within the array.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The bytes received, or with <see cref="SocketFailure.Return"/> an error.</returns>
    [HandWoven(nameof(ReceiveWoven))]
    internal static int Receive(Socket socket, byte[] buffer, int offset, int size, SocketFlags flags, SocketFailure failure)
    {
        // called by a method that is not woven, which cannot unwind
        Continuation continuation = Continuation.Current;
        continuation.PinDepth++;
        try
        {
            return ReceiveWoven(socket, buffer, offset, size, flags, failure, continuation);
        }
        finally
        {
            continuation.PinDepth--;
        }
    }

    /// <summary>The woven body of <see cref="Receive(Socket, byte[], int, int, SocketFlags, SocketFailure)"/>.</summary>
    [NotWoven]
    internal static int ReceiveWoven(
        Socket socket, byte[] buffer, int offset, int size, SocketFlags flags, SocketFailure failure, Continuation continuation)
    {
        long deadline = 0;
        ReceiveFrame? frame = null;
        if (continuation.Mode != Continuation.Running)
        {
            frame = Unsafe.As<ReceiveFrame>(continuation.TakeFrame());
            socket = frame.Socket;
            buffer = frame.Buffer;
            offset = frame.Offset;
            size = frame.Size;
            flags = frame.Flags;
            failure = frame.Failure;
            deadline = frame.Deadline;
            SocketCalls.Leave(socket, reading: true);
            continuation.TakeResult<bool>(); // throws if the wait was interrupted
        }
        for (;;)
        {
            int result = SocketCalls.TryReceive(socket, new Span<byte>(buffer, offset, size), flags == SocketFlags.Peek, ref deadline);
            if (result != SocketResult.Wait)
            {
                if (frame is not null) SocketCalls.Keep(socket, frame);
                if (result == SocketResult.Unwatched) return SocketTwins.Receive(socket, buffer, offset, size, flags, failure);
                return SocketOutcome.EndReceive(socket, result, failure);
            }
            if (!Announce(socket, deadline, continuation)) continue;
            frame ??= SocketCalls.TakeKept(socket) ?? new ReceiveFrame();
            frame.Socket = socket;
            frame.Buffer = buffer;
            frame.Offset = offset;
            frame.Size = size;
            frame.Flags = flags;
            frame.Failure = failure;
            frame.Deadline = deadline;
            frame.State = 1; // guarded: however the wait ends, the thread leaves its place
            continuation.Mode = Continuation.Suspending;
            continuation.Push(frame);
            return 0;
        }
    }

    /// <summary>Receives into a span, which must be one that can be made again after the wait (a parameter).</summary>
    /// <param name="socket">A socket in blocking mode.</param>
    /// <param name="buffer">The span.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The bytes received, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int Receive(Socket socket, Span<byte> buffer, SocketFlags flags, SocketFailure failure)
    {
        long deadline = 0;
        for (;;)
        {
            int result = SocketCalls.TryReceive(socket, buffer, flags == SocketFlags.Peek, ref deadline);
            if (result == SocketResult.Unwatched) return SocketTwins.Receive(socket, buffer, flags, failure);
            if (result != SocketResult.Wait) return SocketOutcome.EndReceive(socket, result, failure);
            try
            {
                Parker.Park(ParkReason.SocketReceive, deadline);
            }
            finally
            {
                SocketCalls.Leave(socket, reading: true);
            }
        }
    }

    // Begins the wait; false when it is over already, then the thread has left its place.
    [NotWoven]
    private static bool Announce(Socket socket, long deadline, Continuation continuation)
    {
        bool announced = false;
        try
        {
            if (continuation.PinDepth != 0) continuation.ParkBlocking(ParkReason.SocketReceive, deadline);
            else announced = Unsafe.As<GreenThread>(continuation).AnnouncePark(ParkReason.SocketReceive, deadline) == ParkStart.Suspend;
        }
        finally
        {
            if (!announced) SocketCalls.Leave(socket, reading: true);
        }
        return announced;
    }

    /// <summary>One activation while it waits; kept by the descriptor in between.</summary>
    internal sealed class ReceiveFrame : Frame
    {
        internal Socket Socket = null!;
        internal byte[] Buffer = null!;
        internal long Deadline;
        internal int Offset;
        internal int Size;
        internal SocketFlags Flags;
        internal SocketFailure Failure;

        /// <inheritdoc/>
        [NotWoven]
        public override void Resume(Continuation continuation) =>
            continuation.SetResult(ReceiveWoven(null!, null!, 0, 0, SocketFlags.None, SocketFailure.Throw, continuation));
    }
}
