namespace GreenThreads.Bench.Compare;

// A million threads that wait for one gate, some calls deep.
internal static partial class GreenWorks
{
    private static volatile bool s_open;

    private static double Parked(int size, int depth, Func<long> memory)
    {
        ParkAndRelease(1000, depth, static () => 0); // what is made once
        return ParkAndRelease(size, depth, memory) / (double)size;
    }

    private static long ParkAndRelease(int size, int depth, Func<long> memory)
    {
        var threads = new GreenThread[size];
        GreenThread gate = CloseGate();
        long before = memory();
        Park(threads, gate, depth);
        long bytes = memory() - before;
        Open(gate);
        foreach (GreenThread thread in threads) thread.Join();
        return bytes;
    }

    private static double Wake(int size)
    {
        double result = 0;
        foreach (int count in (int[])[size / 10, size])
        {
            var threads = new GreenThread[count];
            GreenThread gate = CloseGate();
            Park(threads, gate, 3);
            result = Passes.Time(count, () =>
            {
                Open(gate);
                foreach (GreenThread thread in threads) thread.Join();
            });
        }
        return result;
    }

    private static double PauseWithParked(int size)
    {
        var threads = new GreenThread[size];
        GreenThread gate = CloseGate();
        Park(threads, gate, 3);
        double pause = Memory.YoungPauseP99();
        Open(gate);
        return pause;
    }

    private static GreenThread CloseGate()
    {
        s_open = false;
        return GreenThread.Start(static () =>
        {
            try
            {
                GreenThread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException) when (s_open)
            {
                // opened
            }
        });
    }

    private static void Open(GreenThread gate)
    {
        s_open = true;
        gate.Interrupt();
    }

    private static void Park(GreenThread[] threads, GreenThread gate, int depth)
    {
        // the body is the first of the calls
        Action body = depth == 1 ? gate.Join : () => Descend(gate, depth - 2);
        for (int i = 0; i < threads.Length; i++) threads[i] = GreenThread.Start(body);
        foreach (GreenThread thread in threads) SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
    }

    // One integer is kept across the wait at each depth, in every system.
    private static int Descend(GreenThread gate, int depth)
    {
        if (depth != 0) return Descend(gate, depth - 1) + depth;
        gate.Join();
        return depth;
    }
}
