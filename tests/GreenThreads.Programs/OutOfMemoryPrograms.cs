using GreenThreads;

/// <summary>Memory runs out while several carriers run threads that start, wait and end.</summary>
internal static class OutOfMemoryPrograms
{
    private const int Pairs = 4;
    private const int Rounds = 3;
    private const int Depth = 5;

    private static int s_entered;
    private static int s_left;
    private static int s_started;
    private static int s_ended;

    internal static void OnCarriers(int carriers)
    {
        GreenThread.Configure(new GreenThreadOptions { Carriers = carriers, MaxReplacements = 4 });
        bool stop = false;
        var exchanged = new int[Pairs];
        var pairs = new GreenThread[2 * Pairs];
        for (int i = 0; i < Pairs; i++)
        {
            var ping = new GreenChannel<int>(0);
            int number = i;
            pairs[2 * i] = GreenThread.Start(() =>
            {
                while (!Volatile.Read(ref stop)) ping.Send(1);
                ping.Close();
            });
            pairs[(2 * i) + 1] = GreenThread.Start(() =>
            {
                foreach (int item in ping) exchanged[number] += item;
            });
        }
        Require(SpinWait.SpinUntil(() => Array.TrueForAll(exchanged, static count => count > 100), 20_000), "nothing begins");
        int failed = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var gate = new GreenChannel<int>(0);
            failed += GreenThread.Run(() => Exhaust(gate));
            int[] before = [.. exchanged];
            Require(
                SpinWait.SpinUntil(() => Enumerable.Range(0, Pairs).All(i => Volatile.Read(ref exchanged[i]) > before[i] + 100), 20_000),
                "what ran does not go on");
            gate.Close();
            Require(SpinWait.SpinUntil(static () => Volatile.Read(ref s_ended) == Volatile.Read(ref s_started), 30_000), "threads do not end");
        }
        Volatile.Write(ref stop, true);
        foreach (GreenThread thread in pairs) thread.Join();
        // those of a method for whose frame there was no memory are skipped, see decision 62
        Require(s_left <= s_entered && s_left > s_entered * 0.98, $"finally blocks: {s_left} of {s_entered}");
        GreenThread.Run(static () => GreenThread.Sleep(1));
        Console.WriteLine($"goes on; failed starts: {(failed > 0 ? "some" : "none")}");
    }

    private static int Exhaust(GreenChannel<int> gate)
    {
        var ballast = new List<byte[]>();
        try
        {
            while (ballast.Count < 100_000) ballast.Add(new byte[64 * 1024]);
        }
        catch (OutOfMemoryException)
        {
            // little is left
        }
        int failed = 0;
        for (int i = 0; i < 3_000_000 && failed < 20; i++)
        {
            try
            {
                _ = GreenThread.Start(() => Body(gate));
                s_started++;
            }
            catch (OutOfMemoryException)
            {
                failed++;
            }
        }
        GC.KeepAlive(ballast);
        ballast.Clear();
        return failed;
    }

    private static void Body(GreenChannel<int> gate)
    {
        try
        {
            Descend(gate, Depth);
        }
        catch (OutOfMemoryException)
        {
            // no memory to wait: this thread ends, the others go on
        }
        finally
        {
            Interlocked.Increment(ref s_ended);
        }
    }

    private static void Descend(GreenChannel<int> gate, int depth)
    {
        Interlocked.Increment(ref s_entered);
        try
        {
            if (depth == 0) gate.TryReceive(out _, TimeSpan.FromMinutes(10));
            else Descend(gate, depth - 1);
        }
        finally
        {
            Interlocked.Increment(ref s_left);
        }
    }

    private static void Require(bool condition, string wrong)
    {
        if (condition) return;
        Console.WriteLine(wrong);
        Console.Out.Flush();
        GreenThreads.Diagnostics.GreenThreadDiagnostics.Dump(Console.Out);
        Environment.Exit(1);
    }
}
