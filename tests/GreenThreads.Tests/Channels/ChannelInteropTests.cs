using System.Threading.Channels;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Channels;

/// <summary>Green channels for asynchronous code, and channels of the base library for green threads.</summary>
public class ChannelInteropTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(5);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Asynchronous_code_reads_what_green_threads_send(int capacity)
    {
        var channel = new GreenChannel<int>(capacity);
        GreenThread sender = GreenThread.Start(() =>
        {
            for (int i = 0; i < 200; i++) channel.Send(i);
            channel.Close();
        });
        ChannelReader<int> reader = channel.AsReader();
        int expected = 0;
        await foreach (int item in reader.ReadAllAsync()) Assert.Equal(expected++, item);
        Assert.Equal(200, expected);
        await reader.Completion;
        await sender.AsTask();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Green_threads_receive_what_asynchronous_code_writes(int capacity)
    {
        var channel = new GreenChannel<int>(capacity);
        GreenThread<int> receiver = GreenThread.Start(() =>
        {
            int expected = 0;
            foreach (int item in channel) Assert.Equal(expected++, item);
            return expected;
        });
        ChannelWriter<int> writer = channel.AsWriter();
        for (int i = 0; i < 200; i++)
        {
            if (i % 3 != 0)
            {
                await writer.WriteAsync(i);
                continue;
            }
            while (!writer.TryWrite(i)) Assert.True(await writer.WaitToWriteAsync());
        }
        writer.Complete();
        Assert.False(await writer.WaitToWriteAsync());
        await receiver.AsTask();
        Assert.Equal(200, receiver.Result);
    }

    [Fact]
    public async Task A_pending_read_is_served_in_its_turn_and_can_be_cancelled()
    {
        var channel = new GreenChannel<string>();
        ChannelReader<string> reader = channel.AsReader();
        using var source = new CancellationTokenSource();
        Task<string> cancelled = reader.ReadAsync(source.Token).AsTask();
        Task<string> first = reader.ReadAsync().AsTask();
        Task<string> second = reader.ReadAsync().AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.True(channel.TrySend("a"));
        Assert.True(channel.TrySend("b"));
        Assert.False(channel.TrySend("c"));
        Assert.Equal("a", await first);
        Assert.Equal("b", await second);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(source.Token).AsTask());
    }

    [Fact]
    public async Task Closing_ends_pending_asynchronous_operations()
    {
        var channel = new GreenChannel<int>();
        ChannelReader<int> reader = channel.AsReader();
        Task<int> read = reader.ReadAsync().AsTask();
        Task<bool> watch = reader.WaitToReadAsync().AsTask();
        Task completion = reader.Completion;
        channel.Close(new InvalidDataException("broken"));
        Assert.IsType<InvalidDataException>((await Assert.ThrowsAsync<ChannelClosedException>(() => read)).InnerException);
        await Assert.ThrowsAsync<InvalidDataException>(() => watch);
        await Assert.ThrowsAsync<InvalidDataException>(() => completion);
        ChannelWriter<int> writer = channel.AsWriter();
        Assert.False(writer.TryWrite(1));
        Assert.False(writer.TryComplete());
        await Assert.ThrowsAsync<ChannelClosedException>(() => writer.WriteAsync(1).AsTask());
    }

    [Fact]
    public async Task A_pending_write_fails_when_the_channel_is_closed_and_completes_when_it_is_received()
    {
        var channel = new GreenChannel<int>();
        ChannelWriter<int> writer = channel.AsWriter();
        Task first = writer.WriteAsync(1).AsTask();
        Task second = writer.WriteAsync(2).AsTask();
        Assert.Equal(1, channel.Receive());
        await first;
        channel.Close();
        await Assert.ThrowsAsync<ChannelClosedException>(() => second);
    }

    [Fact]
    public async Task The_completion_comes_with_the_last_item()
    {
        var channel = new GreenChannel<int>(2);
        ChannelReader<int> reader = channel.AsReader();
        channel.Send(1);
        channel.Close();
        Assert.Equal(1, reader.Count);
        Task completion = reader.Completion;
        Assert.False(completion.IsCompleted);
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out int item));
        Assert.Equal(1, item);
        await completion;
        Assert.False(await reader.WaitToReadAsync());
    }

    [Fact]
    public void Every_item_arrives_once_between_asynchronous_code_and_green_threads() => Seeds.Each(4, (random, seed) =>
    {
        using var scheduler = new Scheduler(2, 16, null);
        var channel = new GreenChannel<int>(random.Next(3));
        const int PerSender = 500;
        long sum = 0;
        int count = 0;
        void Received(int item)
        {
            Interlocked.Add(ref sum, item);
            Interlocked.Increment(ref count);
        }
        GreenThread[] senders = [.. Enumerable.Range(0, 2).Select(_ => scheduler.Start(() =>
        {
            for (int i = 0; i < PerSender; i++) channel.Send(i);
        }))];
        GreenThread receiver = scheduler.Start(() =>
        {
            foreach (int item in channel) Received(item);
        });
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < PerSender; i++) await channel.AsWriter().WriteAsync(i);
        });
        Task reading = Task.Run(async () =>
        {
            await foreach (int item in channel.AsReader().ReadAllAsync()) Received(item);
        });
        foreach (GreenThread sender in senders) sender.Join();
        writing.Wait();
        channel.Close();
        receiver.Join();
        reading.Wait();
        Assert.Equal(3 * PerSender, count);
        Assert.Equal(3L * PerSender * (PerSender - 1) / 2, sum);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Channels_of_the_base_library_are_used_without_a_task_in_sight(bool green)
    {
        Action body = () =>
        {
            Channel<int> channel = Channel.CreateBounded<int>(2);
            GreenThread sender = GreenThread.Start(() =>
            {
                for (int i = 0; i < 50; i++) channel.Writer.Send(i);
                channel.Writer.Complete();
            });
            Assert.Equal(0, channel.Reader.Receive());
            int expected = 1;
            foreach (int item in channel.Reader.ReceiveAll()) Assert.Equal(expected++, item);
            Assert.Equal(50, expected);
            sender.Join();
            Assert.Throws<ChannelClosedException>(() => channel.Reader.Receive());
            Assert.Throws<ChannelClosedException>(() => channel.Writer.Send(1));
            Channel<int> empty = Channel.CreateUnbounded<int>();
            using var source = new CancellationTokenSource(s_short);
            Assert.ThrowsAny<OperationCanceledException>(() => empty.Reader.Receive(source.Token));
        };
        if (green) GreenThread.Run(body);
        else body();
    }
}
