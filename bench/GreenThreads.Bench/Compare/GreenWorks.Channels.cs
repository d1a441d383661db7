namespace GreenThreads.Bench.Compare;

// What goes through channels.
internal static partial class GreenWorks
{
    private const int RingThreads = 10_000;
    private const int BufferSize = 128;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private static void PingPong(int size)
    {
        var ping = new GreenChannel<int>();
        var pong = new GreenChannel<int>();
        GreenThread other = GreenThread.Start(() =>
        {
            for (int i = 0; i < size; i++) pong.Send(ping.Receive());
        });
        for (int i = 0; i < size; i++)
        {
            ping.Send(i);
            if (pong.Receive() != i) throw new InvalidOperationException("A wrong item came back.");
        }
        other.Join();
    }

    private static void Ring(int size)
    {
        int rounds = size / RingThreads;
        var channels = new GreenChannel<int>[RingThreads + 1];
        for (int i = 0; i < channels.Length; i++) channels[i] = new GreenChannel<int>();
        var threads = new GreenThread[RingThreads];
        for (int i = 0; i < threads.Length; i++)
        {
            GreenChannel<int> from = channels[i];
            GreenChannel<int> to = channels[i + 1];
            threads[i] = GreenThread.Start(() =>
            {
                for (int round = 0; round < rounds; round++) to.Send(from.Receive() + 1);
            });
        }
        for (int round = 0; round < rounds; round++)
        {
            channels[0].Send(0);
            if (channels[RingThreads].Receive() != RingThreads) throw new InvalidOperationException("The token did not go all the way.");
        }
        foreach (GreenThread thread in threads) thread.Join();
    }

    private static void Buffered(int size)
    {
        var channel = new GreenChannel<int>(BufferSize);
        GreenThread producer = GreenThread.Start(() =>
        {
            for (int i = 0; i < size; i++) channel.Send(i);
        });
        for (int i = 0; i < size; i++)
        {
            if (channel.Receive() != i) throw new InvalidOperationException("Items came out of order.");
        }
        producer.Join();
    }

    private static void Select(int size)
    {
        const int Channels = 8;
        var select = new GreenSelect();
        int received = 0;
        for (int i = 0; i < Channels; i++)
        {
            var channel = new GreenChannel<int>();
            select.OnReceive(channel, _ => received++);
            GreenThread.Start(() =>
            {
                for (int item = 0; item < size / Channels; item++) channel.Send(item);
            });
        }
        for (int i = 0; i < size / Channels * Channels; i++) select.Wait();
        if (received != size / Channels * Channels) throw new InvalidOperationException($"{received} items came.");
    }

    private static void Timeouts(int size)
    {
        var ping = new GreenChannel<int>();
        var pong = new GreenChannel<int>();
        GreenThread other = GreenThread.Start(() =>
        {
            for (int i = 0; i < size / 2; i++)
            {
                if (!ping.TryReceive(out int item, s_limit)) throw new TimeoutException();
                pong.Send(item);
            }
        });
        for (int i = 0; i < size / 2; i++)
        {
            ping.Send(i);
            if (!pong.TryReceive(out _, s_limit)) throw new TimeoutException();
        }
        other.Join();
    }
}
