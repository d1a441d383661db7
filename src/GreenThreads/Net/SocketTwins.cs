using System.Buffers;
using System.Net.Sockets;

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
            return GreenThread.Await(socket.ReceiveAsync(new Memory<byte>(buffer, offset, size), flags, stop.Token));
        }
        catch (ThreadInterruptedException)
        {
            stop.Cancel();
            throw;
        }
        catch (Exception exception) when (IsFailure(exception))
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
                sent += GreenThread.Await(socket.SendAsync(
                    new ReadOnlyMemory<byte>(buffer, offset + sent, size - sent), SocketFlags.None, stop.Token));
            }
            while (sent < size);
            return size;
        }
        catch (ThreadInterruptedException)
        {
            stop.Cancel();
            throw;
        }
        catch (Exception exception) when (IsFailure(exception))
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
            return GreenThread.Await(listener.AcceptAsync(stop.Token));
        }
        catch (ThreadInterruptedException)
        {
            stop.Cancel();
            throw;
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

    private static bool IsFailure(Exception exception) =>
        exception is SocketException or OperationCanceledException or ObjectDisposedException;

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
