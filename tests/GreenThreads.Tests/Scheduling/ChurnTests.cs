using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>Everything at once: starts, yields, sleeps, pinned waits, busy slices, interrupts, timed joins, tasks.</summary>
public class ChurnTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_random_mixture_ends_and_leaves_nothing_behind(int carriers) => Seeds.Each(4, (random, seed) =>
    {
        using var scheduler = new Scheduler(carriers, 64, null);
        var churn = new Churn();
        var roots = new GreenThread[20];
        for (int i = 0; i < roots.Length; i++)
        {
            int rootSeed = random.Next();
            roots[i] = scheduler.Start(() => churn.Node(rootSeed, 3));
        }
        foreach (GreenThread root in roots) Assert.True(root.Join(TimeSpan.FromSeconds(40)), "A thread never ended.");
        Assert.True(SpinWait.SpinUntil(() => scheduler.ReadCounters() is var counters && counters.Started == counters.Finished, TimeSpan.FromSeconds(20)));
        Assert.Equal(churn.Started, churn.Ended);
        Assert.Equal(0, scheduler.TimerCount);
        Assert.True(
            SpinWait.SpinUntil(
                () => scheduler.DetachedCount == 0 && scheduler.Processors.Length == carriers && scheduler.IdleCount == carriers
                    && scheduler.Carriers.Length <= carriers,
                TimeSpan.FromSeconds(20)),
            $"{scheduler.DetachedCount} detached, {scheduler.Processors.Length} processors, {scheduler.IdleCount} idle, {scheduler.Carriers.Length} carriers");
    });

    private sealed class Churn
    {
        private int _started;
        private int _ended;

        internal int Started => _started;

        internal int Ended => _ended;

        internal void Node(int seed, int depth)
        {
            Interlocked.Increment(ref _started);
            var random = new Random(seed);
            var children = new List<GreenThread>();
            for (int step = 0; step < 20; step++)
            {
                try
                {
                    Step(random, depth, children);
                }
                catch (ThreadInterruptedException)
                {
                    // any wait may be ended by Step's case of interrupts
                }
            }
            foreach (GreenThread child in children)
            {
                while (!Ends(child))
                {
                }
            }
            Interlocked.Increment(ref _ended);
        }

        // An interrupt may be left over for this join.
        private static bool Ends(GreenThread child)
        {
            try
            {
                child.Join();
                return true;
            }
            catch (ThreadInterruptedException)
            {
                return false;
            }
        }

        private void Step(Random random, int depth, List<GreenThread> children)
        {
            switch (random.Next(10))
            {
                case 0:
                case 1 when depth > 1:
                    if (depth == 0 || children.Count == 3) break;
                    int seed = random.Next();
                    children.Add(GreenThread.Start(() => Node(seed, depth - 1)));
                    break;
                case 2:
                    GreenThread.Sleep(random.Next(3));
                    break;
                case 3:
                    int milliseconds = random.Next(1, 3);
                    Pinned.Call(() => GreenThread.Sleep(milliseconds));
                    break;
                case 4:
                    GreenThread.Await(Task.Delay(random.Next(3), TestContext.Current.CancellationToken));
                    break;
                case 5 when children.Count != 0:
                    children[random.Next(children.Count)].Interrupt();
                    break;
                case 6 when children.Count != 0:
                    children[random.Next(children.Count)].Join(TimeSpan.FromMilliseconds(random.Next(3)));
                    break;
                case 7:
                    Thread.SpinWait(random.Next(20_000));
                    break;
                case 8 when children.Count != 0:
                    GreenThread awaited = children[random.Next(children.Count)];
                    Pinned.Call(() => awaited.Join(TimeSpan.FromMilliseconds(2)));
                    break;
                default:
                    GreenThread.Yield();
                    break;
            }
        }
    }
}
