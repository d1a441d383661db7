namespace GreenThreads.Bench.Soak;

/// <summary>Starts threads all the time, many of them parked at once: sleeps, yields, joins with and without a limit, failures, off-loaded work.</summary>
internal sealed class ChurnPart(int seed, long until, Victims victims, int threads) : SoakPart(seed, until, victims)
{
    private int _ended;

    /// <inheritdoc/>
    internal override void Run()
    {
        int started = 0;
        var wave = new GreenThread[threads];
        while (!IsOver)
        {
            for (int i = 0; i < wave.Length && !IsOver; i++)
            {
                int mark = Random.Next();
                wave[i]?.Join();
                wave[i] = GreenThread.Start(() => Live(mark, 2));
                started++;
                if (i % 64 == 0) Victims.Expose(wave[i], mark);
            }
        }
        foreach (GreenThread? thread in wave) thread?.Join();
        Require(_ended >= started, $"{started} threads were started, {_ended} have ended.");
    }

    private void Live(int mark, int depth)
    {
        var random = new Random(mark);
        for (int step = 0; step < 3; step++)
        {
            try
            {
                Step(random, depth);
            }
            catch (ThreadInterruptedException)
            {
                // any wait may be ended
            }
        }
        Interlocked.Increment(ref _ended);
    }

    private void Step(Random random, int depth)
    {
        switch (random.Next(12))
        {
            case < 5:
                GreenThread.Sleep(random.Next(300));
                break;
            case < 8:
                for (int i = random.Next(20); i > 0; i--) GreenThread.Yield();
                break;
            case 8 when depth > 0:
                int mark = random.Next();
                GreenThread child = GreenThread.Start(() => Live(mark, depth - 1));
                while (!child.Join(TimeSpan.FromMilliseconds(1 + random.Next(50))))
                {
                }
                break;
            case 9 when random.Next(100) == 0:
                Require(GreenThread.Offload(static () => 42) == 42, "Off-loaded work gave another result.");
                break;
            case 10 when random.Next(20) == 0:
                GreenThread failing = GreenThread.Start(static () => throw new FormatException("on purpose"));
                try
                {
                    failing.Join();
                    Require(false, "A failure was lost.");
                }
                catch (FormatException)
                {
                    // as it must be
                }
                catch (ThreadInterruptedException)
                {
                    // then its failure is observed here
                    failing.AsTask().ContinueWith(static task => task.Exception, TaskScheduler.Default);
                }
                break;
            case 11 when random.Next(20) == 0:
                GreenThread.Await(Task.Delay(random.Next(20)));
                break;
        }
    }
}
