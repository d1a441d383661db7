namespace GreenThreads.Bench.Soak;

/// <summary>Producers and consumers over channels of all kinds, interrupted at random: every item that was sent is received once.</summary>
internal sealed class ChannelPart(int seed, long until, Victims victims) : SoakPart(seed, until, victims)
{
    /// <inheritdoc/>
    internal override void Run()
    {
        while (!IsOver) Pipeline(Random.Next(3) switch { 0 => 0, 1 => 1 + Random.Next(4), _ => 64 });
    }

    private void Pipeline(int capacity)
    {
        int producers = 1 + Random.Next(4);
        int consumers = 1 + Random.Next(4);
        var channels = new GreenChannel<int>[1 + Random.Next(3)];
        for (int i = 0; i < channels.Length; i++) channels[i] = new GreenChannel<int>(capacity);
        long sent = 0;
        long received = 0;
        var sending = new GreenThread[producers];
        var receiving = new GreenThread[consumers];
        for (int i = 0; i < producers; i++)
        {
            int mark = Random.Next();
            sending[i] = GreenThread.Start(() => Interlocked.Add(ref sent, Send(channels, new Random(mark))));
            Victims.Expose(sending[i], mark);
        }
        for (int i = 0; i < consumers; i++)
        {
            int mark = Random.Next();
            receiving[i] = GreenThread.Start(() => Interlocked.Add(ref received, Receive(channels, new Random(mark))));
            Victims.Expose(receiving[i], mark);
        }
        foreach (GreenThread thread in sending) thread.Join();
        foreach (GreenChannel<int> channel in channels) channel.Close();
        foreach (GreenThread thread in receiving) thread.Join();
        Require(sent == received, $"Items of {sent} in all were sent, of {received} received.");
    }

    private static long Send(GreenChannel<int>[] channels, Random random)
    {
        long sum = 0;
        for (int i = 1; i <= 1000; i++)
        {
            try
            {
                GreenChannel<int> channel = channels[random.Next(channels.Length)];
                if (random.Next(4) == 0)
                {
                    if (channel.TrySend(i, TimeSpan.FromMilliseconds(random.Next(3)))) sum += i;
                }
                else
                {
                    channel.Send(i);
                    sum += i;
                }
            }
            catch (ThreadInterruptedException)
            {
                // then it was not sent
            }
        }
        return sum;
    }

    private static long Receive(GreenChannel<int>[] channels, Random random)
    {
        long sum = 0;
        var select = new GreenSelect();
        foreach (GreenChannel<int> channel in channels) select.OnReceive(channel, item => sum += item, static () => { });
        while (true)
        {
            try
            {
                if (Array.TrueForAll(channels, static channel => channel.IsCompleted)) return sum;
                if (channels.Length > 1) select.Wait();
                else if (channels[0].TryReceive(out int item, TimeSpan.FromMilliseconds(random.Next(10)))) sum += item;
            }
            catch (ThreadInterruptedException)
            {
                // then nothing was received
            }
        }
    }
}
