using System.Buffers;
using System.Reflection;

namespace GreenThreads.Twins;

// Streams other than network streams: TLS, compression, buffers over sockets, pipes, files. Spans go through a rented
// array, since a task cannot keep them; the operation is always awaited to its end, so the array is free again after. A stream that
// has been disposed, or is not for it, gets the plain call, which throws.

/// <summary>Blocking members of streams by their asynchronous twins.</summary>
internal static class StreamTwins
{
    private static readonly TwinSite s_read = new(
        Member(nameof(Stream.Read), typeof(byte[]), typeof(int), typeof(int)),
        Member(nameof(Stream.ReadAsync), typeof(Memory<byte>), typeof(CancellationToken)),
        Member(nameof(Stream.ReadAsync), typeof(byte[]), typeof(int), typeof(int), typeof(CancellationToken)));

    private static readonly TwinSite s_write = new(
        Member(nameof(Stream.Write), typeof(byte[]), typeof(int), typeof(int)),
        Member(nameof(Stream.WriteAsync), typeof(ReadOnlyMemory<byte>), typeof(CancellationToken)),
        Member(nameof(Stream.WriteAsync), typeof(byte[]), typeof(int), typeof(int), typeof(CancellationToken)));

    private static readonly TwinSite s_flush = new(
        Member(nameof(Stream.Flush)),
        Member(nameof(Stream.FlushAsync), typeof(CancellationToken)));

    private static readonly TwinSite s_dispose = new(
        typeof(Stream).GetMethod(nameof(Stream.Dispose), BindingFlags.Instance | BindingFlags.NonPublic, [typeof(bool)])!,
        Member(nameof(Stream.DisposeAsync)));

    /// <summary>Whether reads go by the twin: on a green thread, and the stream's class has one.</summary>
    [NotWoven]
    internal static bool ReadsByTwin(Stream stream) => stream.GetType() != typeof(MemoryStream) && s_read.Applies(stream) && stream.CanRead;

    /// <summary>Whether writes go by the twin: on a green thread, and the stream's class has one.</summary>
    [NotWoven]
    internal static bool WritesByTwin(Stream stream) => stream.GetType() != typeof(MemoryStream) && s_write.Applies(stream) && stream.CanWrite;

    /// <summary>Whether the flush goes by the twin: on a green thread, and the stream's class has one.</summary>
    [NotWoven]
    internal static bool FlushesByTwin(Stream stream) => stream.GetType() != typeof(MemoryStream) && s_flush.Applies(stream) && stream.CanWrite;

    /// <summary>Whether the disposal, which may flush, goes by the twin: on a green thread, and the stream's class has one.</summary>
    [NotWoven]
    internal static bool DisposesByTwin(Stream stream) => stream.GetType() != typeof(MemoryStream) && s_dispose.Applies(stream);

    internal static int Read(Stream stream, byte[] buffer, int offset, int count) =>
        TwinCalls.Await(StartRead(stream, new Memory<byte>(buffer, offset, count)));

    internal static int Read(Stream stream, Span<byte> buffer)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            int read = Read(stream, rented, 0, buffer.Length);
            rented.AsSpan(0, read).CopyTo(buffer);
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static int ReadByte(Stream stream)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(1);
        try
        {
            return Read(stream, rented, 0, 1) == 0 ? -1 : rented[0];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static void Write(Stream stream, byte[] buffer, int offset, int count) =>
        TwinCalls.Await(StartWrite(stream, new ReadOnlyMemory<byte>(buffer, offset, count)));

    internal static void Write(Stream stream, ReadOnlySpan<byte> buffer)
    {
        int count = buffer.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(count);
        buffer.CopyTo(rented);
        try
        {
            Write(stream, rented, 0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static void WriteByte(Stream stream, byte value)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(1);
        rented[0] = value;
        try
        {
            Write(stream, rented, 0, 1);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static void Flush(Stream stream) => TwinCalls.Await(StartFlush(stream));

    internal static void Dispose(IAsyncDisposable stream) => TwinCalls.Await(StartDispose(stream));

    [NotWoven]
    private static ValueTask<int> StartRead(Stream stream, Memory<byte> buffer)
    {
        TwinCalls.Begin();
        try
        {
            return stream.ReadAsync(buffer, TwinCalls.Token);
        }
        catch
        {
            TwinCalls.Abandon();
            throw;
        }
    }

    [NotWoven]
    private static ValueTask StartWrite(Stream stream, ReadOnlyMemory<byte> buffer)
    {
        TwinCalls.Begin();
        try
        {
            return stream.WriteAsync(buffer, TwinCalls.Token);
        }
        catch
        {
            TwinCalls.Abandon();
            throw;
        }
    }

    [NotWoven]
    private static Task StartFlush(Stream stream)
    {
        TwinCalls.Begin();
        try
        {
            return stream.FlushAsync(TwinCalls.Token);
        }
        catch
        {
            TwinCalls.Abandon();
            throw;
        }
    }

    [NotWoven]
    private static ValueTask StartDispose(IAsyncDisposable stream)
    {
        TwinCalls.Begin();
        try
        {
            return stream.DisposeAsync();
        }
        catch
        {
            TwinCalls.Abandon();
            throw;
        }
    }

    private static MethodInfo Member(string name, params Type[] parameters) => typeof(Stream).GetMethod(name, parameters)!;
}
