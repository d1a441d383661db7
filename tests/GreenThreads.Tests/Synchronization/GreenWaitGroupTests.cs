namespace GreenThreads.Tests.Synchronization;

/// <summary>What a wait group does.</summary>
public class GreenWaitGroupTests
{
    [Fact]
    public void Waits_for_what_was_started_also_if_it_fails() => GreenThread.Run(() =>
    {
        var group = new GreenWaitGroup();
        int ended = 0;
        for (int i = 0; i < 10; i++)
        {
            group.Start(() =>
            {
                GreenThread.Sleep(1);
                ended++;
            });
        }
        GreenThread failing = group.Start(() => throw new InvalidDataException("failed"));
        group.Wait();
        Assert.Equal(10, ended);
        Assert.Equal(0, group.CurrentCount);
        Assert.Throws<InvalidDataException>(failing.Join);
    });

    [Fact]
    public void Does_not_wait_when_nothing_is_under_way()
    {
        var group = new GreenWaitGroup();
        group.Wait();
        Assert.True(group.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void Can_be_used_again_while_those_of_the_last_round_still_wake() => GreenThread.Run(() =>
    {
        var group = new GreenWaitGroup(1);
        GreenThread first = Waiting.Start(group.Wait);
        group.Done();
        group.Add();
        GreenThread second = GreenThread.Start(group.Wait);
        first.Join();
        Waiting.Until(second);
        Assert.Equal(GreenThreadState.Parked, second.State);
        group.Done();
        second.Join();
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_limit_ends_the_wait(bool green)
    {
        var group = new GreenWaitGroup(1);
        Action body = () => Assert.False(group.Wait(TimeSpan.FromMilliseconds(5)));
        if (green) GreenThread.Run(body);
        else body();
        group.Done();
    }

    [Fact]
    public void Bad_counts_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GreenWaitGroup(-1));
        var group = new GreenWaitGroup(int.MaxValue);
        Assert.Throws<OverflowException>(() => group.Add());
        Assert.Throws<ArgumentOutOfRangeException>(() => group.Add(0));
        Assert.Throws<InvalidOperationException>(new GreenWaitGroup().Done);
        Assert.Throws<ArgumentNullException>(() => group.Start(null!));
    }

    [Fact]
    public void OS_threads_and_green_threads_wait_together() => GreenThread.Run(() =>
    {
        var group = new GreenWaitGroup(1);
        GreenThread green = Waiting.Start(group.Wait);
        Action os = Waiting.StartOs(group.Wait);
        group.Done();
        green.Join();
        os();
    });
}
