using System.Net.Sockets;
using GreenThreads.Net;

namespace GreenThreads.Twins;

// Under an SslStream there is one of these instead of the network stream itself. An asynchronous operation that a green
// thread waits for as the twin of a blocking call is carried on by that thread: what it would wait for in .NET's own
// poller, on threads of the pool, the green thread waits for in ours (DrivenOperation, TwinWait). Whatever else uses the stream
// gets what the network stream does.

/// <summary>A network stream whose asynchronous operations are done by the green thread that waits for them.</summary>
/// <param name="inner">The network stream; of that very class.</param>
internal sealed class DrivenStream(NetworkStream inner) : Stream
{
    /// <summary>The network stream, which it owns like a reference to it.</summary>
    internal NetworkStream Inner { get; } = inner;

    /// <inheritdoc/>
    public override bool CanRead => Inner.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => Inner.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => Inner.CanWrite;

    /// <inheritdoc/>
    public override bool CanTimeout => Inner.CanTimeout;

    /// <inheritdoc/>
    public override long Length => Inner.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => Inner.Position;
        set => Inner.Position = value;
    }

    /// <inheritdoc/>
    public override int ReadTimeout
    {
        get => Inner.ReadTimeout;
        set => Inner.ReadTimeout = value;
    }

    /// <inheritdoc/>
    public override int WriteTimeout
    {
        get => Inner.WriteTimeout;
        set => Inner.WriteTimeout = value;
    }

    /// <summary>What is put under a stream that would be given this one: itself, or a driven stream over it.</summary>
    internal static Stream Over(Stream stream) =>
        SocketCalls.HasPoller && stream is not null && stream.GetType() == typeof(NetworkStream) ? new DrivenStream((NetworkStream)stream) : stream!;

    /// <inheritdoc/>
    [NotWoven]
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        TwinWait.Driver is { } driver && Inner.CanRead && SocketCalls.MayWait(Inner.Socket)
            ? driver.StartOperation().Receive(this, buffer, cancellationToken)
            : Inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    [NotWoven]
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        TwinWait.Driver is { } driver && Inner.CanWrite && SocketCalls.MayWait(Inner.Socket)
            ? driver.StartOperation().Send(this, buffer, cancellationToken)
            : Inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Inner.ReadAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Inner.WriteAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Inner.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Inner.Read(buffer);

    /// <inheritdoc/>
    public override int ReadByte() => Inner.ReadByte();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Inner.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => Inner.Write(buffer);

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Inner.WriteByte(value);

    /// <inheritdoc/>
    public override void Flush() => Inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Inner.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => Inner.SetLength(value);

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        Inner.BeginRead(buffer, offset, count, callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => Inner.EndRead(asyncResult);

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        Inner.BeginWrite(buffer, offset, count, callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => Inner.EndWrite(asyncResult);

    /// <inheritdoc/>
    /// <remarks>Not here while somebody waits in the poller: see <see cref="SocketClosing"/>.</remarks>
    [NotWoven]
    public override ValueTask DisposeAsync() =>
        SocketClosing.IsWaitedFor(SocketInternals.Handle(Inner.Socket)) ? new ValueTask(Task.Run(Dispose)) : base.DisposeAsync();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            SafeSocketHandle handle = SocketInternals.Handle(Inner.Socket);
            Inner.Dispose();
            SocketClosing.Forget(handle);
        }
        base.Dispose(disposing);
    }
}
