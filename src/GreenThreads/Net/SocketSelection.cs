using System.Collections;
using System.Net.Sockets;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

/// <summary>Waiting for several sockets at once.</summary>
internal static class SocketSelection
{
    /// <summary>As <see cref="Socket.Select(IList, IList, IList, int)"/>; suspends the calling green thread.</summary>
    /// <param name="read">Sockets to receive from; reduced to those that are ready.</param>
    /// <param name="write">Sockets to send to; reduced to those that are ready.</param>
    /// <param name="error">Sockets with errors; reduced to those that have one.</param>
    /// <param name="timeoutMs">Not positive for none.</param>
    internal static void Wait(IList? read, IList? write, IList? error, int timeoutMs)
    {
        long deadline = timeoutMs > 0 ? Deadline.After(timeoutMs, nameof(timeoutMs)) : Deadline.Never;
        while (true)
        {
            ArrayList? readable = Copy(read), writable = Copy(write), failed = Copy(error);
            Socket.Select(readable, writable, failed, 0);
            if (IsAny(readable) || IsAny(writable) || IsAny(failed) || Deadline.HasPassed(deadline))
            {
                Keep(read, readable);
                Keep(write, writable);
                Keep(error, failed);
                return;
            }
            int entered = SocketResult.Wait;
            try
            {
                if (read is not null) entered = EnterAll(read, reading: true);
                if (write is not null && entered == SocketResult.Wait) entered = EnterAll(write, reading: false);
                if (entered == SocketResult.Wait) Parker.Park(ParkReason.SocketPoll, deadline);
            }
            finally
            {
                if (read is not null) LeaveAll(read, reading: true);
                if (write is not null) LeaveAll(write, reading: false);
            }
            if (entered != SocketResult.Unwatched) continue;
            int left = Deadline.MillisecondsLeft(deadline);
            GreenThread.Offload<object?>(() =>
            {
                Socket.Select(read, write, error, left < 0 ? TimeSpan.FromMilliseconds(-1) : TimeSpan.FromMilliseconds(left));
                return null;
            });
            return;
        }
    }

    // Wait when the thread is now in the place of each socket; else that of the first which it could not enter.
    private static int EnterAll(IList sockets, bool reading)
    {
        for (int i = 0; i < sockets.Count; i++)
        {
            long begun = 0;
            int result = SocketCalls.TryReady((Socket)sockets[i]!, reading, timeoutMs: 0, ref begun);
            if (result != SocketResult.Wait) return result;
        }
        return SocketResult.Wait;
    }

    private static void LeaveAll(IList sockets, bool reading)
    {
        for (int i = 0; i < sockets.Count; i++) SocketCalls.Leave((Socket)sockets[i]!, reading);
    }

    private static ArrayList? Copy(IList? sockets) => sockets is null ? null : new ArrayList(sockets);

    private static bool IsAny(ArrayList? sockets) => sockets is { Count: > 0 };

    private static void Keep(IList? sockets, ArrayList? ready)
    {
        if (sockets is null) return;
        sockets.Clear();
        foreach (object? socket in ready!) sockets.Add(socket);
    }
}
