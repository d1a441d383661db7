using System.Net;
using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Tests.Net;

/// <summary>Each member that is not public can be bound: a framework that has renamed one fails here, not in a user's error path.</summary>
public class SocketInternalsTests
{
    [Fact]
    public void All_members_are_there()
    {
        using var pair = new TcpPair();
        SafeSocketHandle handle = SocketInternals.Handle(pair.Here);
        Assert.Same(pair.Here.SafeHandle, handle);
        pair.Here.ReceiveTimeout = 123;
        pair.Here.SendTimeout = 456;
        Assert.Equal(123, SocketInternals.ReceiveTimeoutMs(handle));
        Assert.Equal(456, SocketInternals.SendTimeoutMs(handle));
        Assert.False(SocketInternals.LastConnectFailed(handle));
        Assert.False(SocketInternals.IsListening(pair.Here));

        SocketError error = SocketError.Success;
        SocketInternals.UpdateReceiveSocketErrorForDisposed(pair.Here, ref error, 0);
        SocketInternals.UpdateSendSocketErrorForDisposed(pair.Here, ref error);
        SocketInternals.UpdateAcceptSocketErrorForDisposed(pair.Here, ref error);
        SocketInternals.UpdateConnectSocketErrorForDisposed(pair.Here, ref error);
        Assert.Equal(SocketError.Success, error);
        SocketInternals.UpdateStatusAfterSocketError(pair.Here, SocketError.ConnectionReset, disconnectOnFailure: true);
        Assert.False(pair.Here.Connected);

        using TcpClient client = SocketInternals.CreateTcpClient(pair.There);
        Assert.Same(pair.There, client.Client);
        SocketInternals.SetActive(client, true);

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        Assert.False(SocketInternals.IsActive(listener));
        listener.Start();
        Assert.True(SocketInternals.IsActive(listener));
        Assert.Same(listener.Server, SocketInternals.ServerSocket(listener));
        Assert.True(SocketInternals.IsListening(listener.Server));
    }
}
