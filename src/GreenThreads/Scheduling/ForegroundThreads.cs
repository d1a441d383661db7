namespace GreenThreads.Scheduling;

// Carriers are background threads. While green threads live that must keep the process alive, one OS thread does nothing
// but wait for their end in the foreground.

/// <summary>Keeps the process alive while certain green threads run.</summary>
[NotWoven]
internal static class ForegroundThreads
{
    private static readonly object s_gate = new();

    // Guarded by s_gate.
    private static int s_count;
    private static bool s_keeperRuns;

    /// <summary>Shared by all: counts a thread out.</summary>
    internal static readonly GreenThread.EndCallback Callback = new End();

    /// <summary>Before such a thread is started.</summary>
    /// <exception cref="OutOfMemoryException">There is no OS thread to be had; nothing has changed.</exception>
    internal static void Add()
    {
        lock (s_gate)
        {
            if (!s_keeperRuns)
            {
                new Thread(Keep, maxStackSize: 128 * 1024) { IsBackground = false, Name = "green foreground" }.UnsafeStart();
                s_keeperRuns = true;
            }
            s_count++;
        }
    }

    /// <summary>The thread has ended, or was not started.</summary>
    internal static void Remove()
    {
        lock (s_gate)
        {
            if (--s_count == 0) Monitor.Pulse(s_gate);
        }
    }

    private static void Keep()
    {
        lock (s_gate)
        {
            while (s_count != 0) Monitor.Wait(s_gate);
            s_keeperRuns = false;
        }
    }

    private sealed class End : GreenThread.EndCallback
    {
        [NotWoven]
        internal override void Ended(GreenThread thread) => Remove();
    }
}
