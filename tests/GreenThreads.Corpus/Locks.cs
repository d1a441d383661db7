namespace GreenThreads.Corpus;

/// <summary>lock statements with and without waits: mutual exclusion must hold and the owner must be able to leave.</summary>
public static class Locks
{
    private sealed class Shared
    {
        public readonly object Gate = new();
        public readonly Lock Modern = new();
        public int Value;
        public int Inside;
        public int Violations;
    }

    public static void LockWithoutWait(Trace t)
    {
        var shared = new Shared();
        for (int i = 0; i < 5; i++)
        {
            lock (shared.Gate) shared.Value += i;
            W.Wait();
            lock (shared.Modern) shared.Value += i;
            W.Wait();
        }
        t.Add(shared.Value);
    }

    public static void LockWithWait(Trace t)
    {
        var shared = new Shared();
        for (int i = 0; i < 3; i++)
        {
            lock (shared.Gate)
            {
                shared.Value += W.Id(i);
                t.Add(Monitor.IsEntered(shared.Gate));
            }
        }
        t.Add(shared.Value);
        t.Add(Monitor.IsEntered(shared.Gate));
    }

    public static void ModernLockWithWait(Trace t)
    {
        var shared = new Shared();
        lock (shared.Modern)
        {
            shared.Value += W.Id(4);
            W.Wait();
            t.Add(shared.Modern.IsHeldByCurrentThread);
        }
        t.Add(shared.Modern.IsHeldByCurrentThread);
        t.Add(shared.Value);
    }

    public static void LockAndException(Trace t)
    {
        var shared = new Shared();
        try
        {
            lock (shared.Gate)
            {
                W.Wait();
                W.Fail("in lock");
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        t.Add(Monitor.IsEntered(shared.Gate));
    }

    public static void NestedAndReentrant(Trace t)
    {
        var shared = new Shared();
        Reenter(shared, 4);
        t.Add(shared.Value);
        t.Add(Monitor.IsEntered(shared.Gate));
    }

    private static void Reenter(Shared shared, int depth)
    {
        lock (shared.Gate)
        {
            W.Wait();
            shared.Value++;
            if (depth > 0) Reenter(shared, depth - 1);
            W.Wait();
        }
    }

    public static void WaitsInCalleeUnderLock(Trace t)
    {
        var shared = new Shared();
        lock (shared.Gate) t.Add(Outer(W.Id(3)));
        t.Add(Monitor.IsEntered(shared.Gate));
    }

    private static int Outer(int n) => n == 0 ? W.Id(0) : Outer(n - 1) + W.Id(n);

    public static void ReturnOutOfLock(Trace t)
    {
        var shared = new Shared();
        t.Add(Returns(shared));
        t.Add(Monitor.IsEntered(shared.Gate));
    }

    private static int Returns(Shared shared)
    {
        lock (shared.Gate)
        {
            for (int i = 0; ; i++)
            {
                if (W.Id(i) == 3) return W.Id(i * 10);
            }
        }
    }

    public static void MutualExclusion(Trace t)
    {
        var shared = new Shared();
        var threads = new List<GreenThread>();
        for (int i = 0; i < 6; i++) threads.Add(GreenThread.Start(() => Hammer(shared)));
        foreach (GreenThread thread in threads) thread.Join();
        t.Add(shared.Value);
        t.Add(shared.Violations);
    }

    private static void Hammer(Shared shared)
    {
        for (int i = 0; i < 10; i++)
        {
            lock (shared.Gate)
            {
                if (Interlocked.Increment(ref shared.Inside) != 1) Interlocked.Increment(ref shared.Violations);
                int value = shared.Value;
                W.Wait();
                shared.Value = value + 1;
                Interlocked.Decrement(ref shared.Inside);
            }
            W.Wait();
        }
    }

    public static void MutualExclusionOfModernLock(Trace t)
    {
        var shared = new Shared();
        var threads = new List<GreenThread>();
        for (int i = 0; i < 6; i++) threads.Add(GreenThread.Start(() => HammerModern(shared)));
        foreach (GreenThread thread in threads) thread.Join();
        t.Add(shared.Value);
        t.Add(shared.Violations);
    }

    private static void HammerModern(Shared shared)
    {
        for (int i = 0; i < 10; i++)
        {
            lock (shared.Modern)
            {
                if (Interlocked.Increment(ref shared.Inside) != 1) Interlocked.Increment(ref shared.Violations);
                int value = shared.Value;
                W.Wait();
                shared.Value = value + 1;
                Interlocked.Decrement(ref shared.Inside);
            }
            W.Wait();
        }
    }

    [MayPin("plain threads wait, too")]
    public static void MixtureOfThreads(Trace t)
    {
        var shared = new Shared();
        var green = new List<GreenThread>();
        var plain = new List<Thread>();
        for (int i = 0; i < 3; i++)
        {
            green.Add(GreenThread.Start(() => Hammer(shared)));
            var thread = new Thread(() => Hammer(shared));
            thread.Start();
            plain.Add(thread);
        }
        foreach (GreenThread thread in green) thread.Join();
        foreach (Thread thread in plain) thread.Join();
        t.Add(shared.Value);
        t.Add(shared.Violations);
    }

    public static void EnterAndExitByHand(Trace t)
    {
        var shared = new Shared();
        Monitor.Enter(shared.Gate);
        try
        {
            shared.Value = W.Id(1);
        }
        finally
        {
            Monitor.Exit(shared.Gate);
        }
        bool taken = false;
        try
        {
            Monitor.TryEnter(shared.Gate, ref taken);
            W.Wait();
            t.Add(taken);
        }
        finally
        {
            if (taken) Monitor.Exit(shared.Gate);
        }
        t.Add(Monitor.IsEntered(shared.Gate));
    }

    [MayPin("waits while a lock is held")]
    public static void SynchronizedMethod(Trace t)
    {
        var s = new Synchronized();
        t.Add(s.Add(1) + s.Add(2));
        t.Add(Monitor.IsEntered(s));
    }

    private sealed class Synchronized
    {
        private int _n;

        [MethodImpl(MethodImplOptions.Synchronized)]
        public int Add(int by)
        {
            int n = _n;
            W.Wait();
            return _n = n + by;
        }
    }
}
