using System.Net.Sockets;

namespace GreenThreads.Net;

/// <summary>What a try of a socket call came to, in one number: the bytes, or what is negative: an error or one of the constants.</summary>
internal static class SocketResult
{
    /// <summary>It would block; the calling thread is in the descriptor's place and has to park.</summary>
    internal const int Wait = -2;

    /// <summary>It would block, and the socket cannot be watched by the poller: wait through the asynchronous twin.</summary>
    internal const int Unwatched = -3;

    /// <summary>Makes a result of an error.</summary>
    internal static int Of(SocketError error) => -(int)error - 2; // the smallest error is -1, and 0 is none: Wait and -3 stay free

    /// <summary>The error of a result; <see cref="SocketError.Success"/> for a number of bytes.</summary>
    internal static SocketError Error(int result) => result >= 0 ? SocketError.Success : (SocketError)(-(result + 2));

    /// <summary>The bytes of a result, 0 for an error.</summary>
    internal static int Bytes(int result) => Math.Max(result, 0);
}
