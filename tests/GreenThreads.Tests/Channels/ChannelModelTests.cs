using CsCheck;
using System.Threading.Channels;

namespace GreenThreads.Tests.Channels;

/// <summary>Random sequences of operations that do not wait, against a queue.</summary>
public class ChannelModelTests
{
    private const int Unbounded = -1;

    private static GreenChannel<string> Make(int capacity) =>
        capacity == Unbounded ? GreenChannel.CreateUnbounded<string>() : new GreenChannel<string>(capacity);

    [Fact]
    public void A_channel_without_waiting_threads_is_a_bounded_queue()
    {
        Gen.Int[Unbounded, 20].Select(Gen.Int[0, 9].Array[0, 200]).Sample((capacity, operations) =>
        {
            GreenChannel<string> channel = Make(capacity);
            var model = new Queue<string>();
            int limit = capacity == Unbounded ? int.MaxValue : capacity;
            bool closed = false;
            for (int i = 0; i < operations.Length; i++)
            {
                switch (operations[i])
                {
                    case < 5 when closed:
                        Assert.Throws<ChannelClosedException>(() => channel.TrySend("late"));
                        break;
                    case < 5:
                        bool room = model.Count < limit;
                        Assert.Equal(room, channel.TrySend(i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                        if (room) model.Enqueue(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
                        break;
                    case < 8:
                        Assert.Equal(model.TryDequeue(out string? expected), channel.TryReceive(out string? received));
                        Assert.Equal(expected, received);
                        break;
                    case 8:
                        string[] batch = new string[3];
                        int count = channel.TryReceiveBatch(batch);
                        Assert.Equal(Math.Min(3, model.Count), count);
                        for (int item = 0; item < count; item++) Assert.Equal(model.Dequeue(), batch[item]);
                        break;
                    default:
                        if (i < operations.Length / 2) break; // mostly open
                        Assert.Equal(!closed, channel.TryClose());
                        closed = true;
                        break;
                }
                Assert.Equal(model.Count, channel.Count);
                Assert.Equal(closed && model.Count == 0, channel.IsCompleted);
            }
        }, iter: 2000, threads: 1);
    }
}
