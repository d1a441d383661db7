using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace GreenThreads.Net;

// Order as in the plain calls: first "disposed meanwhile" replaces the error, then the socket records a lost connection,
// then the failure is reported.

/// <summary>How the operations end: results to what the plain call returns or throws.</summary>
internal static class SocketOutcome
{
    /// <summary>Ends a receive.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="result">A <see cref="SocketResult"/>, not one that waits.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The bytes received, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int EndReceive(Socket socket, int result, SocketFailure failure) =>
        result > 0 ? result : EndReceiveSlow(socket, result, failure);

    /// <summary>Ends a send.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="result">A <see cref="SocketResult"/>, not one that waits.</param>
    /// <param name="failure">How to report an error.</param>
    /// <returns>The bytes sent, or with <see cref="SocketFailure.Return"/> an error.</returns>
    internal static int EndSend(Socket socket, int result, SocketFailure failure)
    {
        if (result >= 0) return result;
        SocketError error = SocketResult.Error(result);
        SocketInternals.UpdateSendSocketErrorForDisposed(socket, ref error);
        SocketInternals.UpdateStatusAfterSocketError(socket, error, disconnectOnFailure: true);
        return Report(error, failure, "write data to");
    }

    /// <summary>Ends an accept or a connect that failed before its plain call was made.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="result">A <see cref="SocketResult"/>.</param>
    /// <param name="accepting">Else it connected.</param>
    /// <exception cref="SocketException">Always.</exception>
    [DoesNotReturn]
    internal static void ThrowConnection(Socket socket, int result, bool accepting)
    {
        SocketError error = SocketResult.Error(result);
        if (accepting) SocketInternals.UpdateAcceptSocketErrorForDisposed(socket, ref error);
        else SocketInternals.UpdateConnectSocketErrorForDisposed(socket, ref error);
        SocketInternals.UpdateStatusAfterSocketError(socket, error, disconnectOnFailure: true);
        throw new SocketException((int)error);
    }

    /// <summary>Reports an error as the caller wants it.</summary>
    /// <param name="error">Not success.</param>
    /// <param name="failure">How.</param>
    /// <param name="streamAction">What the stream could not do with the connection.</param>
    /// <returns>With <see cref="SocketFailure.Return"/>, the error as a result.</returns>
    internal static int Report(SocketError error, SocketFailure failure, string streamAction)
    {
        if (failure == SocketFailure.Return) return SocketResult.Of(error);
        var exception = new SocketException((int)error);
        if (failure == SocketFailure.Throw) throw exception;
        throw new IOException($"Unable to {streamAction} the transport connection: {exception.Message}.", exception);
    }

    private static int EndReceiveSlow(Socket socket, int result, SocketFailure failure)
    {
        SocketError error = SocketResult.Error(result);
        SocketInternals.UpdateReceiveSocketErrorForDisposed(socket, ref error, 0);
        if (error == SocketError.Success) return 0;
        SocketInternals.UpdateStatusAfterSocketError(socket, error, disconnectOnFailure: true);
        return Report(error, failure, "read data from");
    }
}
