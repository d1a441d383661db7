using System.Diagnostics;
using GreenThreads.Net;

namespace GreenThreads.Tests.Net;

/// <summary>The poller by itself; a second one, so that the scheduler's is left alone.</summary>
public class PollerTests
{
    private static Poller Open() => EpollPoller.TryOpen() ?? throw new InvalidOperationException("no epoll");

    [Fact]
    public void Poll_returns_after_its_timeout()
    {
        Poller poller = Open();
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, poller.Poll(30));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 25, 20_000);
    }

    [Fact]
    public void Interrupt_ends_a_poll_that_waits()
    {
        Poller poller = Open();
        var thread = new Thread(() => poller.Poll(-1));
        thread.Start();
        poller.Interrupt();
        Assert.True(thread.Join(20_000));
    }

    [Fact]
    public void Interrupt_before_a_poll_ends_it_at_once()
    {
        Poller poller = Open();
        for (int i = 0; i < 3; i++)
        {
            poller.Interrupt();
            poller.Interrupt();
            Assert.Equal(0, poller.Poll(-1));
        }
    }

    [Fact]
    public void A_poll_that_only_looks_does_not_take_an_interrupt_from_one_that_waits()
    {
        Poller poller = Open();
        poller.Interrupt();
        Assert.Equal(0, poller.Poll(0));
        Assert.Equal(0, poller.Poll(0));
        Assert.Equal(0, poller.Poll(-1)); // would wait for ever
    }
}
