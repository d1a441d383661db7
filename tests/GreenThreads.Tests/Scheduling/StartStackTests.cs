using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>The stack of started threads alone: order, bounds, wrap-around, thieves against the owner.</summary>
[NotWoven]
public class StartStackTests
{
    private static GreenThread NewThread() => new(static () => { });

    private static GreenThread[] Fill(StartStack stack, int count)
    {
        GreenThread[] threads = [.. Enumerable.Range(0, count).Select(_ => NewThread())];
        foreach (GreenThread thread in threads) Assert.True(stack.TryPush(thread));
        return threads;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ushort.MaxValue - 10)]
    [InlineData(ushort.MaxValue)]
    public void The_newest_and_the_oldest_are_taken_across_the_wrap_of_the_indexes(ushort start)
    {
        var stack = new StartStack(start);
        for (int round = 0; round < 1000; round++)
        {
            GreenThread[] threads = Fill(stack, 100);
            Assert.Equal(100, stack.Count);
            for (int i = 0; i < 50; i++)
            {
                Assert.Same(threads[99 - i], stack.PopNewest());
                Assert.Same(threads[i], stack.PopOldest());
            }
            Assert.Null(stack.PopNewest());
            Assert.Null(stack.PopOldest());
            Assert.True(stack.IsEmpty);
        }
    }

    [Fact]
    public void TryPush_refuses_when_full_and_the_older_half_can_be_taken_out()
    {
        var stack = new StartStack(ushort.MaxValue - 100);
        GreenThread[] threads = Fill(stack, StartStack.Capacity);
        Assert.False(stack.TryPush(NewThread()));
        ThreadChain chain = default;
        Assert.True(stack.TryTakeHalf(ref chain));
        Assert.Equal(StartStack.Capacity / 2, chain.Count);
        for (int i = 0; i < StartStack.Capacity / 2; i++) Assert.Same(threads[i], chain.Take());
        Assert.Same(threads[StartStack.Capacity / 2], stack.PopOldest());
        Assert.Same(threads[^1], stack.PopNewest());
    }

    [Fact]
    public void Steal_moves_the_older_half_and_returns_the_newest_of_it()
    {
        var victim = new StartStack();
        var thief = new StartStack(ushort.MaxValue - 1);
        GreenThread[] threads = Fill(victim, 7);
        Assert.Same(threads[3], victim.Steal(thief));
        for (int i = 2; i >= 0; i--) Assert.Same(threads[i], thief.PopNewest());
        Assert.Null(thief.PopNewest());
        for (int i = 4; i < 7; i++) Assert.Same(threads[i], victim.PopOldest());
        Assert.Null(victim.Steal(thief));
    }

    [Fact]
    public void Steal_racing_with_push_and_pop_loses_and_repeats_nothing() => Seeds.Each(10, static (random, _) =>
    {
        var stack = new StartStack(ushort.MaxValue - 5_000);
        StealRace.Run(NewThief, Own);

        (Func<GreenThread?>, Func<GreenThread?>) NewThief()
        {
            var own = new StartStack(ushort.MaxValue - 777);
            return (() => stack.Steal(own), own.PopNewest);
        }

        void Own(StealRace race)
        {
            int next = 0;
            ThreadChain chain = default;
            while (next < StealRace.Count)
            {
                int burst = random.Next(1, 1500);
                while (burst-- > 0 && next < StealRace.Count && stack.TryPush(race.Threads[next])) next++;
                if (random.Next(10) == 0) stack.TryTakeHalf(ref chain);
                int pops = random.Next(0, 200);
                while (pops-- > 0 && (random.Next(4) == 0 ? stack.PopOldest() : stack.PopNewest()) is { } thread) race.Take(thread);
            }
            while (stack.PopNewest() is { } thread) race.Take(thread);
            while (chain.Take() is { } thread) race.Take(thread);
        }
    });
}
