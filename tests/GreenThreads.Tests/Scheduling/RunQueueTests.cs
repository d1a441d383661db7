using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>The ring alone: order, bounds, wrap-around, thieves against the owner.</summary>
[NotWoven]
public class RunQueueTests
{
    private static GreenThread NewThread() => new(static () => { });

    [Fact]
    public void Pop_returns_threads_in_order_across_the_wrap_of_the_indexes()
    {
        var queue = new RunQueue(uint.MaxValue - 10);
        for (int round = 0; round < 5; round++)
        {
            GreenThread[] threads = [.. Enumerable.Range(0, 100).Select(_ => NewThread())];
            foreach (GreenThread thread in threads) Assert.True(queue.TryPush(thread));
            Assert.Equal(100, queue.Count);
            foreach (GreenThread thread in threads) Assert.Same(thread, queue.Pop());
            Assert.Null(queue.Pop());
            Assert.True(queue.IsEmpty);
        }
    }

    [Fact]
    public void TryPush_refuses_when_full_and_half_can_be_taken_out()
    {
        var queue = new RunQueue(uint.MaxValue - 100);
        GreenThread[] threads = [.. Enumerable.Range(0, RunQueue.Capacity).Select(_ => NewThread())];
        foreach (GreenThread thread in threads) Assert.True(queue.TryPush(thread));
        Assert.False(queue.TryPush(NewThread()));
        ThreadChain chain = default;
        Assert.True(queue.TryTakeHalf(ref chain));
        Assert.Equal(RunQueue.Capacity / 2, chain.Count);
        for (int i = 0; i < RunQueue.Capacity / 2; i++) Assert.Same(threads[i], chain.Take());
        Assert.Null(chain.Take());
        Assert.Same(threads[RunQueue.Capacity / 2], queue.Pop());
    }

    [Fact]
    public void Steal_moves_the_older_half()
    {
        var victim = new RunQueue();
        var thief = new RunQueue(uint.MaxValue - 1);
        GreenThread[] threads = [.. Enumerable.Range(0, 7).Select(_ => NewThread())];
        foreach (GreenThread thread in threads) victim.TryPush(thread);
        Assert.Same(threads[3], victim.Steal(thief));
        for (int i = 0; i < 3; i++) Assert.Same(threads[i], thief.Pop());
        Assert.Null(thief.Pop());
        for (int i = 4; i < 7; i++) Assert.Same(threads[i], victim.Pop());
        Assert.Null(victim.Steal(thief));
    }

    [Fact]
    public void Steal_racing_with_push_and_pop_loses_and_repeats_nothing() => Seeds.Each(10, static (random, _) =>
    {
        var queue = new RunQueue(uint.MaxValue - 5_000);
        StealRace.Run(NewThief, Own);

        (Func<GreenThread?>, Func<GreenThread?>) NewThief()
        {
            var own = new RunQueue(uint.MaxValue - 777);
            return (() => queue.Steal(own), own.Pop);
        }

        void Own(StealRace race)
        {
            int next = 0;
            while (next < StealRace.Count)
            {
                int burst = random.Next(1, 300);
                while (burst-- > 0 && next < StealRace.Count && queue.TryPush(race.Threads[next])) next++;
                int pops = random.Next(0, 100);
                while (pops-- > 0 && queue.Pop() is { } thread) race.Take(thread);
            }
            while (queue.Pop() is { } thread) race.Take(thread);
        }
    });
}
