using GreenThreads.Scheduling;

namespace GreenThreads.Tests.Synchronization;

/// <summary>Threads that are known to wait.</summary>
internal static class Waiting
{
    /// <summary>Starts a green thread and returns when it waits for the first time. On a green thread.</summary>
    internal static GreenThread Start(Action body)
    {
        GreenThread thread = GreenThread.Start(body);
        Until(thread);
        return thread;
    }

    /// <summary>Starts several, one after the other; each gets its number.</summary>
    internal static GreenThread[] Start(int count, Action<int> body)
    {
        var threads = new GreenThread[count];
        for (int i = 0; i < count; i++)
        {
            int number = i;
            threads[i] = Start(() => body(number));
        }
        return threads;
    }

    /// <summary>Returns when a thread waits (or has ended).</summary>
    internal static void Until(GreenThread thread)
    {
        while (thread.State is not (GreenThreadState.Parked or GreenThreadState.Done)) GreenThread.Yield();
    }

    /// <summary>Runs a body on a green thread of a scheduler with one carrier: nobody else runs before it waits.</summary>
    internal static void OnOneCarrier(Action body)
    {
        using var scheduler = new Scheduler(1, 16, null);
        scheduler.Start(body).Join();
    }

    /// <summary>Starts an OS thread and returns when it waits; the result joins it and throws what it threw.</summary>
    internal static Action StartOs(Action body)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }) { IsBackground = true };
        thread.Start();
        SpinWait.SpinUntil(() => (thread.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
        return () =>
        {
            thread.Join();
            if (failure is not null) throw new InvalidOperationException("The OS thread failed.", failure);
        };
    }
}
