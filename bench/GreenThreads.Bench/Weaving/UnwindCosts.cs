namespace GreenThreads.Bench.Weaving;

/// <summary>What depends on how deep the stack is: suspending and resuming, and exceptions.</summary>
internal static class UnwindCosts
{
    private const int Threads = 100;
    private const int YieldsEach = 2000;
    private const int Deep = 50;
    private const int WarmUpRounds = 8;
    private const int Rounds = 21;
    private const int Throws = 2000;
    private const int Frames = 10;

    /// <summary>Ratios of deep to shallow, and of woven to plain.</summary>
    internal static IEnumerable<Row> Run()
    {
        var ratios = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            double shallow = GreenThread.Run(static () => Round(static () => Descend(1)));
            double deep = GreenThread.Run(static () => Round(static () => Descend(Deep)));
            double again = GreenThread.Run(static () => Round(static () => Descend(1)));
            if (round >= WarmUpRounds) ratios.Add(deep / ((shallow + again) / 2));
        }
        yield return new Row($"suspend and resume at depth {Deep}", "times depth 1", [.. ratios], 1.2);
        yield return Exceptions();
    }

    /// <summary>An exception through resumed frames, woven to plain.</summary>
    internal static Row Exceptions() => Paired.Ratio($"exception through {Frames} resumed frames", Throws, PlainThrows, WovenThrows, 2);

    // The starter shares the one carrier: nobody yields before it waits in the first Join.
    private static double Round(Func<int> body)
    {
        var threads = new GreenThread<int>[Threads];
        for (int i = 0; i < threads.Length; i++) threads[i] = GreenThread.Start(body);
        double start = ProcessorTime.Now;
        foreach (GreenThread<int> thread in threads) thread.Join();
        return ProcessorTime.Now - start;
    }

    // Not a tail call, so that each level has a frame.
    private static int Descend(int depth)
    {
        if (depth > 1) return Descend(depth - 1) + 1;
        for (int i = 0; i < YieldsEach; i++) GreenThread.Yield();
        return 0;
    }

    private static long WovenThrows(int count)
    {
        long caught = 0;
        for (int i = 0; i < count; i++)
        {
            try
            {
                WovenThrow(Frames);
            }
            catch (InvalidOperationException)
            {
                caught++;
            }
        }
        return caught;
    }

    private static int WovenThrow(int frames)
    {
        if (frames > 1) return WovenThrow(frames - 1) + 1;
        GreenThread.Yield();
        throw new InvalidOperationException();
    }

    [NotWoven]
    private static long PlainThrows(int count)
    {
        long caught = 0;
        for (int i = 0; i < count; i++)
        {
            try
            {
                PlainThrow(Frames);
            }
            catch (InvalidOperationException)
            {
                caught++;
            }
        }
        return caught;
    }

    [NotWoven]
    private static int PlainThrow(int frames)
    {
        if (frames > 1) return PlainThrow(frames - 1) + 1;
        throw new InvalidOperationException();
    }
}
