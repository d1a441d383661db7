using GreenThreads.Scheduling;

namespace GreenThreads.Tests.Twins;

/// <summary>Streams and writers in <c>using</c> blocks flush when they are disposed of, and wait there.</summary>
public class StreamDisposalTests
{
    [Fact]
    public void A_disposal_that_flushes_suspends_when_the_block_ends()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var slow = new SlowStream();
        scheduler.Start(() => Write(slow, fails: false)).Join();
        Assert.Equal("text", slow.Text);
        AssertSuspended(scheduler);
    }

    [Fact]
    public void A_disposal_that_flushes_suspends_while_an_exception_passes()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var slow = new SlowStream();
        string trace = "";
        scheduler.Start(() =>
        {
            try
            {
                Write(slow, fails: true);
            }
            catch (InvalidDataException e)
            {
                trace = $"{e.Message} {slow.Text}";
                Assert.Contains(nameof(Write), e.StackTrace);
            }
        }).Join();
        Assert.Equal("fails text", trace);
        AssertSuspended(scheduler);
    }

    [Fact]
    public void What_the_flush_throws_takes_the_place_of_the_exception_that_passes()
    {
        using var scheduler = new Scheduler(1, 16, null);
        var slow = new SlowStream { Failure = new IOException("broken pipe") };
        string message = "";
        scheduler.Start(() => message = Assert.Throws<IOException>(() => Write(slow, fails: true)).Message).Join();
        Assert.Equal("broken pipe", message);
    }

    private static void Write(Stream stream, bool fails)
    {
        using var writer = new StreamWriter(stream);
        writer.Write("text");
        if (fails) throw new InvalidDataException("fails");
    }

    private static void AssertSuspended(Scheduler scheduler)
    {
        Assert.NotEqual(0, scheduler.ReadCounters().Suspensions);
        Assert.Equal(0, scheduler.ReadCounters().PinnedWaits);
    }

    // Takes time for each write, as a connection does whose other side does not read.
    private sealed class SlowStream : Stream
    {
        private readonly MemoryStream _written = new();

        public IOException? Failure { get; init; }

        public string Text => System.Text.Encoding.UTF8.GetString(_written.ToArray());

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Thread.Sleep(20);
            _written.Write(buffer, offset, count);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(20, cancellationToken);
            if (Failure is not null) throw Failure;
            _written.Write(buffer.Span);
        }
    }
}
