using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using GreenThreads.Tests.Infrastructure;
using Microsoft.Win32.SafeHandles;

namespace GreenThreads.Tests.Twins;

/// <summary>
/// Waits below the framework, which calls back: pinned, their carriers replaced, and right. And what the framework offers to wait
/// in that is no call of a blocking member.
/// </summary>
public class CallbackCoverageTests
{
    // Pinned waits take an OS thread each.
    private const int PinnedAtOnce = 100;

    /// <summary>A thousand green threads, of which so many at a time are in the callback.</summary>
    private static void Pin(Action<int> body)
    {
        using var places = new SemaphoreSlim(PinnedAtOnce);
        Crowd.Run(
            i =>
            {
                places.Wait();
                body(i);
                places.Release();
            },
            maySuspendOnly: false,
            moreThreads: PinnedAtOnce);
    }

    private static int Wait(int value)
    {
        GreenThread.Sleep(1);
        return value;
    }

    [Fact]
    public void Lists_and_queries() => Pin(i =>
    {
        int sum = 0;
        new List<int> { 1, i }.ForEach(n => sum += Wait(n));
        Assert.Equal(1 + i, sum);
        Assert.Equal([2, i * 2], new[] { 1, i }.Select(n => Wait(n * 2)));
        Assert.Equal(i, new[] { i, 0 }.OrderBy(n => Wait(-n)).First());
        Assert.Equal(i + 3, new[] { 1, 2 }.Aggregate(i, (a, n) => Wait(a + n)));
    });

    [Fact]
    public void Concurrent_dictionaries()
    {
        var dictionary = new ConcurrentDictionary<int, int>();
        Pin(i => Assert.Equal(i / 4 * 3, dictionary.GetOrAdd(i / 4, key => Wait(key * 3))));
        Assert.Equal(Crowd.Size / 4, dictionary.Count);
    }

    [Fact]
    public void Comparers() => Pin(i =>
    {
        var list = new List<int> { 3, i, 1 };
        list.Sort(new WaitingComparer());
        Assert.Equal(new[] { 3, i, 1 }.Order(), list);
        Assert.Contains(new KeyValuePair<int, string>(i, "value"), new SortedDictionary<int, string>(new WaitingComparer()) { [i] = "value", [i + 1] = "" });
    });

    [Fact]
    public void Evaluators_of_regular_expressions() => Pin(
        i => Assert.Equal($"<{i}> and <7>", Regex.Replace($"{i} and 7", "[0-9]+", match => $"<{Wait(int.Parse(match.Value, null))}>")));

    [Fact]
    public void Text_writers_of_ones_own() => Pin(i =>
    {
        using var inner = new StringWriter();
        using var writer = new WaitingWriter(inner);
        writer.WriteLine("line {0}", i);
        Assert.Equal($"line {i}{Environment.NewLine}", inner.ToString());
    });

    [Fact]
    public void Streams_of_ones_own_below_a_reader_of_the_framework() => Pin(i =>
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes($"first\nnumber {i}");
        using var reader = new StreamReader(new WaitingStream(text));
        Assert.Equal("first", reader.ReadLine());
        Assert.Equal($"number {i}", reader.ReadToEnd());
    });

    [Fact]
    public void A_lazy_value_is_made_once_and_all_who_wait_for_it_suspend()
    {
        int made = 0;
        var lazy = new Lazy<string>(() =>
        {
            GreenThread.Sleep(30);
            return $"value {Interlocked.Increment(ref made)}";
        });
        Crowd.Run(_ => Assert.Equal("value 1", lazy.Value), maySuspendOnly: false);
        Assert.Equal(1, made);
    }

    [Fact]
    public void A_lazy_value_that_cannot_be_made_throws_for_all()
    {
        var lazy = new Lazy<int>(() =>
        {
            GreenThread.Sleep(5);
            throw new FormatException("no value");
        });
        Crowd.Run(_ => Assert.Throws<FormatException>(() => lazy.Value), size: 100, maySuspendOnly: false);
        GreenThread.Run(() =>
        {
            Lazy<int>? self = null;
            self = new Lazy<int>(() => self!.Value);
            Assert.Throws<InvalidOperationException>(() => self.Value);
        });
    }

    [Fact]
    public void Parallel_loops() => Crowd.Run(
        i =>
        {
            GreenThread.Yield();
            long sum = 0;
            Parallel.For(0, 20, n => Interlocked.Add(ref sum, n));
            Parallel.ForEach((int[])[i, 1], n => Interlocked.Add(ref sum, n));
            Parallel.Invoke(() => Interlocked.Increment(ref sum), () => Interlocked.Increment(ref sum));
            Assert.Equal(190 + i + 1 + 2, sum);
        },
        maySuspendOnly: false,
        moreThreads: PinnedAtOnce);

    [Fact]
    public void Parallel_queries() => Crowd.Run(
        i =>
        {
            GreenThread.Yield();
            Assert.Equal(Enumerable.Range(0, 50).Sum() + 50L * i, Enumerable.Range(0, 50).AsParallel().WithDegreeOfParallelism(2).Select(n => (long)n + i).Sum());
        },
        size: 200,
        maySuspendOnly: false,
        moreThreads: PinnedAtOnce);

    [Fact]
    public void Parallel_bodies_that_wait() => GreenThread.Run(() =>
    {
        int sum = 0;
        Parallel.For(0, 20, n => Interlocked.Add(ref sum, Wait(n)));
        Assert.Equal(190, sum);
    });

    [Fact]
    public void Callbacks_of_timers()
    {
        using var fired = new CountdownEvent(Crowd.Size);
        Crowd.Run(i =>
        {
            using var done = new ManualResetEventSlim();
            using var timer = new Timer(
                _ =>
                {
                    Assert.Equal(i, GreenThread.Run(() => Wait(i)));
                    done.Set();
                },
                null, 1, Timeout.Infinite);
            done.Wait();
            fired.Signal();
        }, moreThreads: Crowd.Size / 4); // callbacks block threads of the pool, which adds some: far fewer than there are timers
        Assert.True(fired.IsSet);
    }

    [Fact]
    public void Channels_by_blocking_extension_methods()
    {
        Channel<int> channel = Channel.CreateBounded<int>(10);
        long sum = 0;
        Crowd.Run(i =>
        {
            if (i % 2 == 0)
            {
                GreenThread.Sleep(10); // the readers come first, and wait
                channel.Writer.Put(i);
                return;
            }
            Interlocked.Add(ref sum, channel.Reader.Get());
        });
        Assert.Equal(Enumerable.Range(0, Crowd.Size / 2).Sum(static n => 2L * n), sum);
    }

    [Fact]
    public void Reader_writer_locks_that_belong_to_the_thread()
    {
        using var gate = new ReaderWriterLockSlim();
        int value = 0;
        Crowd.Run(
            i =>
            {
                GreenThread.Yield();
                if (i % 10 == 0)
                {
                    gate.EnterWriteLock();
                    value++;
                    gate.ExitWriteLock();
                    return;
                }
                gate.EnterReadLock();
                Assert.InRange(value, 0, Crowd.Size / 10);
                gate.ExitReadLock();
            },
            maySuspendOnly: false,
            moreThreads: PinnedAtOnce);
        Assert.Equal(Crowd.Size / 10, value);
    }

    [Fact]
    public void Random_access_to_files()
    {
        string path = Path.GetTempFileName();
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, options: FileOptions.Asynchronous);
            Crowd.Run(i =>
            {
                byte[] written = BitConverter.GetBytes(i * 7);
                RandomAccess.Write(file, (ReadOnlyMemory<byte>[])[written], 4L * i);
                byte[] read = new byte[4];
                Assert.Equal(4, RandomAccess.Read(file, (Memory<byte>[])[read], 4L * i));
                Assert.Equal(written, read);
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class WaitingComparer : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            GreenThread.Yield();
            return x.CompareTo(y);
        }
    }

    private sealed class WaitingWriter(TextWriter inner) : TextWriter
    {
        public override System.Text.Encoding Encoding => inner.Encoding;

        public override void Write(char value)
        {
            if (value == ' ') GreenThread.Sleep(1);
            inner.Write(value);
        }
    }

    private sealed class WaitingStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            GreenThread.Sleep(1);
            return base.Read(buffer, offset, Math.Min(count, 5));
        }

        public override int Read(Span<byte> buffer)
        {
            GreenThread.Sleep(1);
            return base.Read(buffer[..Math.Min(buffer.Length, 5)]);
        }
    }
}

/// <summary>Asynchronous channels for code that blocks, as people write it.</summary>
internal static class BlockingChannels
{
    internal static T Get<T>(this ChannelReader<T> reader) => reader.ReadAsync().AsTask().GetAwaiter().GetResult();

    internal static void Put<T>(this ChannelWriter<T> writer, T item) => writer.WriteAsync(item).AsTask().Wait();
}
