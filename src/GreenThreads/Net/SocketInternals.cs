using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GreenThreads.Net;

// What the public surface of the base class library cannot give: the handle without marking it as exposed (which would
// disable connecting to several addresses), the timeouts without boxing, and the very methods by which the plain calls
// turn an error into the state of the socket, so that ours leave it in the same state. A test binds every
// one of them. Where a framework lacks one, none is used: there is no poller then, and sockets wait through their twins.

/// <summary>Members of the sockets of .NET 10 that are not public. For use where there is a poller.</summary>
internal static class SocketInternals
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    /// <summary>Whether the framework that the process runs on has all of them.</summary>
    internal static bool Exist { get; } =
        typeof(SafeSocketHandle).GetMethod("get_LastConnectFailed", Hidden, []) is not null
        && typeof(Socket).GetMethod(nameof(UpdateReceiveSocketErrorForDisposed), Hidden, [typeof(SocketError).MakeByRefType(), typeof(int)]) is not null
        && typeof(Socket).GetMethod(nameof(UpdateSendSocketErrorForDisposed), Hidden, [typeof(SocketError).MakeByRefType()]) is not null
        && typeof(Socket).GetMethod(nameof(UpdateAcceptSocketErrorForDisposed), Hidden, [typeof(SocketError).MakeByRefType()]) is not null
        && typeof(Socket).GetMethod(nameof(UpdateConnectSocketErrorForDisposed), Hidden, [typeof(SocketError).MakeByRefType()]) is not null
        && typeof(Socket).GetMethod(nameof(UpdateStatusAfterSocketError), Hidden, [typeof(SocketError), typeof(bool)]) is not null
        && typeof(TcpClient).GetConstructor(Hidden, [typeof(Socket)]) is not null
        && typeof(TcpClient).GetMethod("set_Active", Hidden, [typeof(bool)]) is not null
        && typeof(TcpListener).GetMethod("get_Active", Hidden, []) is not null
        && typeof(Socket).GetField("_isListening", Hidden)?.FieldType == typeof(bool)
        && typeof(TcpListener).GetField("_serverSocket", Hidden)?.FieldType == typeof(Socket)
        && typeof(Socket).GetField("_handle", Hidden)?.FieldType == typeof(SafeSocketHandle)
        && typeof(SafeSocketHandle).GetField("_receiveTimeout", Hidden)?.FieldType == typeof(int)
        && typeof(SafeSocketHandle).GetField("_sendTimeout", Hidden)?.FieldType == typeof(int);

    /// <summary>The handle, without the effects of <see cref="Socket.SafeHandle"/>.</summary>
    internal static SafeSocketHandle Handle(Socket socket) => HandleField(socket);

    /// <summary>Milliseconds; not positive for none.</summary>
    internal static int ReceiveTimeoutMs(SafeSocketHandle handle) => ReceiveTimeoutField(handle);

    /// <summary>Milliseconds; not positive for none.</summary>
    internal static int SendTimeoutMs(SafeSocketHandle handle) => SendTimeoutField(handle);

    /// <summary>Whether the next connect needs a new handle.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LastConnectFailed")]
    internal static extern bool LastConnectFailed(SafeSocketHandle handle);

    /// <summary>Turns the end of a receive on a socket that was disposed meanwhile into the error of that.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    internal static extern void UpdateReceiveSocketErrorForDisposed(Socket socket, ref SocketError errorCode, int bytesTransferred);

    /// <summary>Turns the error of a send on a socket that was disposed meanwhile into the error of that.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    internal static extern void UpdateSendSocketErrorForDisposed(Socket socket, ref SocketError errorCode);

    /// <summary>Turns the error of an accept on a socket that was disposed meanwhile into the error of that.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    internal static extern void UpdateAcceptSocketErrorForDisposed(Socket socket, ref SocketError errorCode);

    /// <summary>Turns the error of a connect on a socket that was disposed meanwhile into the error of that.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    internal static extern void UpdateConnectSocketErrorForDisposed(Socket socket, ref SocketError errorCode);

    /// <summary>Records that the connection is lost, if the error means that.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    internal static extern void UpdateStatusAfterSocketError(Socket socket, SocketError errorCode, bool disconnectOnFailure);

    /// <summary>What a listener makes of an accepted socket.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    internal static extern TcpClient CreateTcpClient(Socket acceptedSocket);

    /// <summary>Records that a client is connected.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Active")]
    internal static extern void SetActive(TcpClient client, bool value);

    /// <summary>Whether a listener was started.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Active")]
    internal static extern bool IsActive(TcpListener listener);

    /// <summary>The socket of a listener, without making one.</summary>
    internal static Socket? ServerSocket(TcpListener listener) => ServerSocketField(listener);

    /// <summary>Whether connections can be accepted.</summary>
    internal static bool IsListening(Socket socket) => IsListeningField(socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_isListening")]
    private static extern ref bool IsListeningField(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_serverSocket")]
    private static extern ref Socket? ServerSocketField(TcpListener listener);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handle")]
    private static extern ref SafeSocketHandle HandleField(Socket socket);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_receiveTimeout")]
    private static extern ref int ReceiveTimeoutField(SafeSocketHandle handle);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sendTimeout")]
    private static extern ref int SendTimeoutField(SafeSocketHandle handle);
}
