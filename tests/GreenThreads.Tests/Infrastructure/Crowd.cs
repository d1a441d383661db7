using GreenThreads.Diagnostics;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>A thousand green threads that block at once in the same way, and the OS threads that this takes.</summary>
internal static class Crowd
{
    internal const int Size = 1000;

    /// <summary>
    /// OS threads that the crowd may add: carriers, the runtime's own, and pool threads that run completions, of which the pool
    /// tries more or fewer while processors are scarce.
    /// </summary>
    internal static int AllowedThreads => 4 * Environment.ProcessorCount + 32;

    /// <summary>Runs the body on so many green threads, waits until all are in it, calls <paramref name="release"/> and joins them.</summary>
    /// <param name="body">What each does; its argument counts the threads from 0.</param>
    /// <param name="release">Makes what they wait for happen; null where it happens by itself.</param>
    /// <param name="size">How many.</param>
    /// <param name="maySuspendOnly">Whether a wait that blocks a carrier is a failure.</param>
    /// <param name="moreThreads">OS threads that it may take beyond <see cref="AllowedThreads"/>: for waits that block carriers.</param>
    internal static void Run(Action<int> body, Action? release = null, int size = Size, bool maySuspendOnly = true, int moreThreads = 0)
    {
        int before = OsThreads();
        long pinned = GreenThreadDiagnostics.Counters.PinnedWaits;
        long suspensions = GreenThreadDiagnostics.Counters.Suspensions;
        int entered = 0;
        var threads = new GreenThread[size];
        for (int i = 0; i < size; i++)
        {
            int index = i;
            threads[i] = GreenThread.Start(() =>
            {
                Interlocked.Increment(ref entered);
                body(index);
            });
        }
        int most = before;
        if (release is not null)
        {
            while (Volatile.Read(ref entered) < size)
            {
                Thread.Sleep(1);
                most = Math.Max(most, OsThreads());
            }
            release();
        }
        foreach (GreenThread thread in threads)
        {
            while (!thread.Join(TimeSpan.FromMilliseconds(20))) most = Math.Max(most, OsThreads());
        }
        Assert.InRange(most, 1, before + AllowedThreads + moreThreads);
        if (!maySuspendOnly) return;
        Assert.True(GreenThreadDiagnostics.Counters.Suspensions >= suspensions + (size / 2), "Hardly any has suspended.");
        Assert.Equal(pinned, GreenThreadDiagnostics.Counters.PinnedWaits);
    }

    private static int OsThreads() => Directory.GetDirectories("/proc/self/task").Length;
}
