using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Synchronization;

/// <summary>Many threads that do the same thing at a time, on a scheduler of their own, while somebody interrupts them.</summary>
internal sealed class Crowd
{
    private readonly Scheduler _scheduler;

    private Crowd(Scheduler scheduler, Random random)
    {
        _scheduler = scheduler;
        Random = random;
    }

    internal Random Random { get; }

    /// <summary>One crowd per seed.</summary>
    internal static void Each(int carriers, int seeds, Action<Crowd> body) => Seeds.Each(seeds, (random, _) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        body(new Crowd(scheduler, random));
        Assert.Equal(0, scheduler.TimerCount);
    });

    /// <summary>Runs a step many times on each of some threads, one in four of them plain OS threads; steps may be interrupted.</summary>
    internal void Run(int threads, int steps, Action<Random> step)
    {
        var greens = new List<GreenThread>();
        var ends = new List<Action>();
        for (int i = 0; i < threads; i++)
        {
            int seed = Random.Next();
            Action body = () => Steps(new Random(seed), steps, step);
            if (Random.Next(4) == 0)
            {
                ends.Add(Waiting.StartOs(body));
                continue;
            }
            GreenThread thread = _scheduler.Start(body);
            greens.Add(thread);
            ends.Add(() => Assert.True(thread.Join(TimeSpan.FromSeconds(40)), "A thread never ended."));
        }
        bool over = false;
        int interrupterSeed = Random.Next();
        var interrupter = new Thread(() =>
        {
            var random = new Random(interrupterSeed);
            while (!Volatile.Read(ref over) && greens.Count != 0)
            {
                greens[random.Next(greens.Count)].Interrupt();
                Thread.SpinWait(random.Next(5000));
            }
        }) { IsBackground = true };
        interrupter.Start();
        foreach (Action end in ends) end();
        Volatile.Write(ref over, true);
        interrupter.Join();
    }

    private static void Steps(Random random, int steps, Action<Random> step)
    {
        for (int i = 0; i < steps; i++)
        {
            Insist(() =>
            {
                step(random);
                return true;
            });
        }
    }

    /// <summary>Whether it returned true and was not interrupted or cancelled.</summary>
    internal static bool Insist(Func<bool> body)
    {
        try
        {
            return body();
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits in one of the ways there are: for ever, not at all, for a moment, with a token.</summary>
    internal static bool Give(Random random, Func<TimeSpan, CancellationToken, bool> limited, Action unlimited)
    {
        switch (random.Next(5))
        {
            case 0:
                return limited(TimeSpan.Zero, default);
            case 1:
                return limited(TimeSpan.FromMicroseconds(random.Next(300)), default);
            case 2:
                using (var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(2))))
                {
                    return limited(Timeout.InfiniteTimeSpan, source.Token);
                }
            default:
                unlimited();
                return true;
        }
    }

    /// <summary>Is busy, yields or sleeps for a moment.</summary>
    internal static void Linger(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                GreenThread.Yield();
                break;
            case 1:
                GreenThread.Sleep(random.Next(2));
                break;
            case 2:
                Thread.SpinWait(random.Next(500));
                break;
            default:
                break;
        }
    }
}
