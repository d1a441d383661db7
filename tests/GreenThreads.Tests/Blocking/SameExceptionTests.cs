using System.Collections.Concurrent;
using System.IO.Pipes;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;

namespace GreenThreads.Tests.Blocking;

/// <summary>Bad input, disposed objects and cancelled tokens: a green thread gets the exception that the plain call throws.</summary>
public class SameExceptionTests
{
    private static readonly CancellationToken s_cancelled = new(canceled: true);

    private static readonly Dictionary<string, Action> s_calls = new()
    {
        ["SemaphoreSlim, disposed"] = static () => Disposed(new SemaphoreSlim(1)).Wait(),
        ["SemaphoreSlim, cancelled"] = static () => new SemaphoreSlim(0).Wait(s_cancelled),
        ["SemaphoreSlim, cancelled though free"] = static () => new SemaphoreSlim(1).Wait(s_cancelled),
        ["SemaphoreSlim, timeout"] = static () => new SemaphoreSlim(0).Wait(-2),
        ["ManualResetEventSlim, disposed"] = static () => Disposed(new ManualResetEventSlim()).Wait(),
        ["ManualResetEventSlim, cancelled"] = static () => new ManualResetEventSlim().Wait(s_cancelled),
        ["ManualResetEventSlim, timeout"] = static () => new ManualResetEventSlim().Wait(-2),
        ["ManualResetEvent, disposed"] = static () => Disposed(new ManualResetEvent(false)).WaitOne(),
        ["AutoResetEvent, timeout"] = static () => new AutoResetEvent(false).WaitOne(-2),
        ["WaitAny, none"] = static () => WaitHandle.WaitAny([]),
        ["WaitAny, null"] = static () => WaitHandle.WaitAny(null!),
        ["WaitAll, twice the same"] = static () => WaitHandle.WaitAll(Twice(new ManualResetEvent(true))),
        ["CountdownEvent, disposed"] = static () => Disposed(new CountdownEvent(1)).Wait(),
        ["CountdownEvent, cancelled"] = static () => new CountdownEvent(1).Wait(s_cancelled),
        ["Barrier, disposed"] = static () => Disposed(new Barrier(2)).SignalAndWait(),
        ["Barrier, cancelled"] = static () => new Barrier(2).SignalAndWait(s_cancelled),
        ["Barrier, no participants"] = static () => new Barrier(0).SignalAndWait(),
        ["BlockingCollection, disposed"] = static () => Disposed(new BlockingCollection<int>()).Take(),
        ["BlockingCollection, cancelled"] = static () => new BlockingCollection<int>().Take(s_cancelled),
        ["BlockingCollection, complete"] = static () => Complete().Take(),
        ["BlockingCollection, add to complete"] = static () => Complete().Add(1),
        ["BlockingCollection, add to disposed"] = static () => Disposed(new BlockingCollection<int>(1)).Add(1),
        ["BlockingCollection, timeout"] = static () => new BlockingCollection<int>().TryTake(out _, -2),
        ["BlockingCollection, time span"] = static () => new BlockingCollection<int>().TryAdd(1, TimeSpan.FromMilliseconds(-2)),
        ["BlockingCollection, add cancelled"] = static () => new BlockingCollection<int>(1).Add(1, s_cancelled),
        ["BlockingCollection, take from any, null"] = static () => BlockingCollection<int>.TakeFromAny(null!, out int _),
        ["BlockingCollection, take from any of none"] = static () => BlockingCollection<int>.TakeFromAny([], out int _),
        ["BlockingCollection, take from any, null inside"] = static () => BlockingCollection<int>.TakeFromAny([null!], out int _),
        ["BlockingCollection, take from any, complete"] = static () => BlockingCollection<int>.TakeFromAny([Complete()], out int _),
        ["BlockingCollection, take from any, disposed"] = static () => BlockingCollection<int>.TakeFromAny([Disposed(new BlockingCollection<int>())], out int _),
        ["BlockingCollection, take from any, cancelled"] = static () => BlockingCollection<int>.TakeFromAny([[]], out int _, s_cancelled),
        ["BlockingCollection, take from any, timeout"] = static () => BlockingCollection<int>.TryTakeFromAny([[]], out int _, -2),
        ["BlockingCollection, add to any, complete"] = static () => BlockingCollection<int>.AddToAny([Complete()], 1),
        ["BlockingCollection, add to any, disposed"] = static () => BlockingCollection<int>.AddToAny([Disposed(new BlockingCollection<int>(1))], 1),
        ["Task, cancelled"] = static () => Task.FromCanceled(s_cancelled).Wait(),
        ["Task, token cancelled"] = static () => new TaskCompletionSource().Task.Wait(s_cancelled),
        ["Task, failed"] = static () => Task.FromException(new FormatException("failed")).Wait(),
        ["Task, failed, awaiter"] = static () => Task.FromException(new FormatException("failed")).GetAwaiter().GetResult(),
        ["Task, result"] = static () => _ = Task.FromException<int>(new FormatException("failed")).Result,
        ["Task, timeout"] = static () => new TaskCompletionSource().Task.Wait(-2),
        ["Task.WaitAll, null inside"] = static () => Task.WaitAll([null!]),
        ["Task.WaitAny, null"] = static () => Task.WaitAny((Task[])null!),
        ["ReaderWriterLockSlim, disposed"] = static () => Disposed(new ReaderWriterLockSlim()).EnterReadLock(),
        ["ReaderWriterLockSlim, not held"] = static () => new ReaderWriterLockSlim().ExitWriteLock(),
        ["Monitor, null"] = static () => Monitor.Enter(null!),
        ["Monitor, not held"] = static () => Monitor.Exit(new object()),
        ["Monitor.Wait, not held"] = static () => Monitor.Wait(new List<int>()),
        ["Thread.Sleep"] = static () => Thread.Sleep(-2),
        ["Thread.Join, not started"] = static () => new Thread(() => { }).Join(),
        ["SpinWait, null"] = static () => SpinWait.SpinUntil(null!),
        ["Lazy"] = static () => _ = new Lazy<int>(() => throw new FormatException("no value")).Value,
        ["File, missing"] = static () => File.ReadAllText("/no/such/file"),
        ["File, null"] = static () => File.ReadAllBytes(null!),
        ["FileStream, disposed"] = static () => Disposed(File.OpenRead(typeof(SameExceptionTests).Assembly.Location)).ReadByte(),
        ["FileStream, not for writing"] = static () => File.OpenRead(typeof(SameExceptionTests).Assembly.Location).WriteByte(1),
        ["StreamReader, disposed"] = static () => Disposed(new StreamReader(new MemoryStream())).ReadLine(),
        ["StreamWriter, disposed"] = static () => Disposed(new StreamWriter(new MemoryStream())).Write("text"),
        ["BinaryReader, end"] = static () => new BinaryReader(File.OpenRead("/dev/null")).ReadInt32(),
        ["BinaryReader, bad length"] = static () => new BinaryReader(Stream.Synchronized(new MemoryStream([255, 255, 255, 255, 255, 255]))).ReadString(),
        ["SslStream, not authenticated"] = static () => new SslStream(new MemoryStream()).ReadByte(),
        ["NamedPipe, timeout"] = static () => new NamedPipeClientStream("no-such-pipe").Connect(1),
        ["NamedPipe, disposed"] = static () => Disposed(new NamedPipeServerStream($"green{Guid.NewGuid():N}")).WaitForConnection(),
        ["Dns"] = static () => Dns.GetHostAddresses("no.such.host.invalid"),
        ["Socket, refused"] = static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Connect(IPAddress.Loopback, 1),
        ["TcpClient, disposed"] = static () => Disposed(new TcpClient()).Connect(IPAddress.Loopback, 1),
        ["HttpClient, disposed"] = static () => Disposed(new HttpClient()).Send(new HttpRequestMessage(HttpMethod.Get, "http://localhost:1")),
        ["HttpClient, cancelled"] = static () => new HttpClient().Send(new HttpRequestMessage(HttpMethod.Get, "http://localhost:1"), s_cancelled),
        ["HttpListener, not started"] = static () => new HttpListener().GetContext(),
    };

    public static TheoryData<string> Calls => [.. s_calls.Keys];

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_green_thread_gets_the_exception_of_the_plain_call(string name)
    {
        Exception? plain = null;
        var thread = new Thread(() => plain = Record.Exception(s_calls[name]));
        thread.Start();
        thread.Join();
        Exception? green = GreenThread.Run(() => Thrown(s_calls[name]));
        Assert.NotNull(plain);
        Assert.NotNull(green);
        Assert.Equal(Describe(plain), Describe(green));
    }

    private static Exception? Thrown(Action call)
    {
        try
        {
            call();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    // How the message of a cancelled task reads differs within the framework.
    private static string Describe(Exception exception) =>
        $"{exception.GetType()} {(exception is TaskCanceledException ? "" : exception.Message)} {(exception as ArgumentException)?.ParamName} {exception is OperationCanceledException { CancellationToken.IsCancellationRequested: true }} "
        + (exception is AggregateException aggregate ? string.Concat(aggregate.InnerExceptions.Select(Describe)) : "");

    private static T Disposed<T>(T value) where T : IDisposable
    {
        value.Dispose();
        return value;
    }

    private static BlockingCollection<int> Complete()
    {
        var collection = new BlockingCollection<int>();
        collection.CompleteAdding();
        return collection;
    }

    private static WaitHandle[] Twice(WaitHandle handle) => [handle, handle];
}
