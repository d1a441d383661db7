using System.Buffers;
using System.Net.Sockets;
using GreenThreads.Blocking;
using GreenThreads.Scheduling;

namespace GreenThreads.Net;

// Where there is no poller, and for a socket whose descriptor has two handles. The asynchronous calls ignore the timeouts
// of the socket, and report a socket that was disposed meanwhile as an aborted operation; both are made up for here. An
// operation that its thread no longer waits for is cancelled, or it would take the data of the next one.

/// <summary>Socket operations through their asynchronous twins.</summary>
internal static class SocketTwins
{
    /// <summary>Receives into an array; see <see cref="SocketReceive"/>.</summary>
    internal static int Receive(Socket socket, byte[] buffer, int offset, int size, SocketFlags flags, SocketFailure failure)
    {
        CancellationTokenSource stop = StopAfter(socket.ReceiveTimeout);
        try
        {
            return Await(socket.ReceiveAsync(new Memory<byte>(buffer, offset, size), flags, stop.Token), stop);
        }
        catch (Exception exception) when (IsFailure(exception, stop))
        {
            return Fail(socket, exception, failure, "read data from");
        }
        finally
        {
            stop.Dispose();
        }
    }

    /// <summary>Receives into a span; see <see cref="SocketReceive"/>.</summary>
    internal static int Receive(Socket socket, Span<byte> buffer, SocketFlags flags, SocketFailure failure)
    {
        int size = buffer.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        int result = Receive(socket, rented, 0, size, flags, failure);
        if (result > 0) rented.AsSpan(0, result).CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(rented); // not after an exception: the operation may still be using it
        return result;
    }

    /// <summary>Sends from an array; see <see cref="SocketSend"/>.</summary>
    internal static int Send(Socket socket, byte[] buffer, int offset, int size, int sent, SocketFailure failure)
    {
        CancellationTokenSource stop = StopAfter(socket.SendTimeout);
        try
        {
            do
            {
                sent += Await(socket.SendAsync(new ReadOnlyMemory<byte>(buffer, offset + sent, size - sent), SocketFlags.None, stop.Token), stop);
            }
            while (sent < size);
            return size;
        }
        catch (Exception exception) when (IsFailure(exception, stop))
        {
            return Fail(socket, exception, failure, "write data to");
        }
        finally
        {
            stop.Dispose();
        }
    }

    /// <summary>Sends from a span; see <see cref="SocketSend"/>.</summary>
    internal static int Send(Socket socket, ReadOnlySpan<byte> buffer, int sent, SocketFailure failure)
    {
        int size = buffer.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        buffer.CopyTo(rented);
        int result = Send(socket, rented, 0, size, sent, failure);
        ArrayPool<byte>.Shared.Return(rented); // not after an exception: the operation may still be using it
        return result;
    }

    /// <summary>Accepts; see <see cref="SocketAccept"/>.</summary>
    internal static Socket Accept(Socket listener)
    {
        CancellationTokenSource stop = StopAfter(0);
        try
        {
            return Await(listener.AcceptAsync(stop.Token), stop);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
        {
            throw new SocketException((int)SocketError.Interrupted); // disposed meanwhile
        }
        finally
        {
            stop.Dispose();
        }
    }

    /// <summary>Waits until a datagram is there, and leaves it.</summary>
    internal static void AwaitDatagram(Socket socket)
    {
        int result = Receive(socket, new byte[1], 0, 1, SocketFlags.Peek, SocketFailure.Return);
        SocketError error = SocketResult.Error(result);
        if (error is not (SocketError.Success or SocketError.MessageSize)) throw new SocketException((int)error);
    }

    // A wait that is ended cancels its operation, and waits until that has ended too: it could still take the data of the
    // next one, or have them already. Then they are the result, and the next wait is ended instead.
    private static T Await<T>(ValueTask<T> operation, CancellationTokenSource stop)
    {
        if (operation.IsCompleted) return GreenThread.Await(operation);
        Task<T> task = operation.AsTask();
        try
        {
            return GreenThread.Await(task);
        }
        catch (Exception exception) when (!task.IsCompleted && Parker.IsWakeException(exception))
        {
            stop.Cancel();
            AwaitEnd(task);
            if (!task.IsCompletedSuccessfully) throw;
            Parker.Postpone(exception);
        }
        return TaskResults.Get(task);
    }

    private static void AwaitEnd(Task task)
    {
        bool shielded = Parker.Shield();
        if (TaskWaiter.Register(task))
        {
            while (!task.IsCompleted) Parker.Park(ParkReason.Task);
        }
        Parker.Unshield(shielded);
    }

    // The token of the operation itself is that of the timeout.
    private static bool IsFailure(Exception exception, CancellationTokenSource stop) =>
        exception is SocketException or ObjectDisposedException
        || (exception is OperationCanceledException canceled && canceled.CancellationToken == stop.Token);

    private static int Fail(Socket socket, Exception exception, SocketFailure failure, string streamAction)
    {
        SocketError error = exception switch
        {
            OperationCanceledException => SocketError.TimedOut,
            SocketException { SocketErrorCode: not SocketError.OperationAborted } known => known.SocketErrorCode,
            _ => socket.SocketType == SocketType.Stream ? SocketError.ConnectionAborted : SocketError.Interrupted,
        };
        return SocketOutcome.Report(error, failure, streamAction);
    }

    // A timeout of a socket; not positive for none.
    private static CancellationTokenSource StopAfter(int milliseconds) =>
        milliseconds > 0 ? new CancellationTokenSource(milliseconds) : new CancellationTokenSource();
}
