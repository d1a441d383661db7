using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What it costs to hand items over: alone, through a buffer, around a ring, out of many channels.</summary>
internal static class ChannelBench
{
    private const int Carriers = 2;
    private const int RoundTrips = 1_000_000;
    private const int Items = 5_000_000;
    private const int RingThreads = 10_000;
    private const int RingRounds = 50;
    private const int WarmUpRounds = 2;
    private const int Rounds = 7;

    /// <summary>Two carriers, as many as the reference machine has processors.</summary>
    internal static IEnumerable<Row> Run()
    {
        GreenThread.Configure(new GreenThreadOptions { Carriers = Carriers });
        yield return Measure("ping-pong, rendezvous channels", "ns per round trip", 140, RoundTrips, PingPong);
        yield return Measure("producer and consumer, buffer of 128", "ns per item", null, Items, static () => ProduceAndConsume(128, 1, 1));
        yield return Measure("producer and consumer, rendezvous", "ns per item", null, Items / 5, static () => ProduceAndConsume(0, 1, 1));
        yield return Measure("4 producers, 4 consumers, buffer of 128", "ns per item", null, Items, static () => ProduceAndConsume(128, 4, 4));
        yield return Measure("select over 8 rendezvous channels", "ns per item", null, RoundTrips, SelectOver8);
        yield return Measure("ring of 10,000, rendezvous channels", "ns per hop", null, RingThreads * RingRounds, Ring);
    }

    private static Row Measure(string name, string unit, double? atMost, int count, Action work)
    {
        var rounds = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            GreenThread.Run(work);
            double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            if (round >= WarmUpRounds) rounds.Add(time / count);
        }
        return new Row(name, unit, [.. rounds], atMost);
    }

    private static void PingPong()
    {
        var ping = new GreenChannel<int>();
        var pong = new GreenChannel<int>();
        GreenThread other = GreenThread.Start(() =>
        {
            for (int i = 0; i < RoundTrips; i++) pong.Send(ping.Receive() + 1);
        });
        for (int i = 0; i < RoundTrips; i++)
        {
            ping.Send(i);
            if (pong.Receive() != i + 1) throw new InvalidOperationException("A wrong item came back.");
        }
        other.Join();
    }

    private static void ProduceAndConsume(int capacity, int producers, int consumers)
    {
        int total = capacity == 0 ? Items / 5 : Items;
        var channel = new GreenChannel<int>(capacity);
        var sending = new GreenThread[producers];
        var receiving = new GreenThread<int>[consumers];
        for (int i = 0; i < consumers; i++)
        {
            receiving[i] = GreenThread.Start(() =>
            {
                int count = 0;
                foreach (int item in channel) count++;
                return count;
            });
        }
        for (int i = 0; i < producers; i++)
        {
            sending[i] = GreenThread.Start(() =>
            {
                for (int item = 0; item < total / producers; item++) channel.Send(item);
            });
        }
        foreach (GreenThread sender in sending) sender.Join();
        channel.Close();
        int received = 0;
        foreach (GreenThread<int> receiver in receiving) received += receiver.Result;
        if (received != total) throw new InvalidOperationException($"{received} of {total} items were received.");
    }

    private static void SelectOver8()
    {
        var channels = new GreenChannel<int>[8];
        var senders = new GreenThread[channels.Length];
        var select = new GreenSelect();
        for (int i = 0; i < channels.Length; i++)
        {
            var channel = new GreenChannel<int>();
            channels[i] = channel;
            select.Receive(channel);
            senders[i] = GreenThread.Start(() =>
            {
                for (int item = 0; item < RoundTrips / 8; item++) channel.Send(item);
                channel.Close();
            });
        }
        int received = 0;
        while (select.Wait() is >= 0 and int index)
        {
            if (!((SelectReceive<int>)select[index]).IsClosed) received++;
        }
        foreach (GreenThread sender in senders) sender.Join();
        if (received != RoundTrips) throw new InvalidOperationException($"{received} of {RoundTrips} items were received.");
    }

    private static void Ring()
    {
        var first = new GreenChannel<int>();
        GreenChannel<int> last = first;
        for (int i = 0; i < RingThreads - 1; i++)
        {
            GreenChannel<int> from = last;
            var to = new GreenChannel<int>();
            GreenThread.Start(() =>
            {
                foreach (int token in from) to.Send(token);
                to.Close();
            });
            last = to;
        }
        first.Send(0);
        for (int round = 1; round < RingRounds; round++) first.Send(last.Receive());
        last.Receive();
        first.Close();
        if (last.TryReceive(out _, TimeSpan.FromSeconds(10))) throw new InvalidOperationException("There was one token too many.");
    }
}
