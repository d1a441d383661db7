using GreenThreads.Scheduling;

namespace GreenThreads.Tests.Scheduling;

/// <summary>The transitions of the state word.</summary>
[NotWoven]
public class ThreadStatusTests
{
    private static ThreadStatus Active()
    {
        ThreadStatus status = default;
        Assert.True(status.IsNew);
        status.Start(5);
        return status;
    }

    [Fact]
    public void A_parked_thread_is_woken_by_exactly_one()
    {
        ThreadStatus status = Active();
        Assert.True(status.TryPark(ParkReason.Sleep));
        Assert.True(status.IsParked);
        Assert.Equal(ParkReason.Sleep, status.Reason);
        Assert.Equal(WakeDuty.Enqueue, status.Unpark());
        Assert.False(status.IsParked);
        Assert.False(status.TryTakePermit()); // the wake-up is the permit
        Assert.Equal(WakeDuty.None, status.Unpark());
        Assert.Equal(WakeDuty.None, status.Unpark());
        Assert.Equal(5, status.SchedulerIndex);
    }

    [Fact]
    public void An_unpark_before_the_park_refuses_it_once()
    {
        ThreadStatus status = Active();
        Assert.Equal(WakeDuty.None, status.Unpark());
        Assert.False(status.TryPark(ParkReason.Event));
        Assert.True(status.TryPark(ParkReason.Event));
    }

    [Fact]
    public void An_interrupt_stays_until_it_is_taken()
    {
        ThreadStatus status = Active();
        Assert.Equal(WakeDuty.None, status.Interrupt());
        Assert.False(status.TryPark(ParkReason.Event));
        Assert.False(status.TryParkPinned(ParkReason.Event));
        Assert.True(status.TryTakeInterrupt());
        Assert.False(status.TryTakeInterrupt());
        Assert.True(status.TryPark(ParkReason.Event));
        Assert.Equal(WakeDuty.Enqueue, status.Interrupt());
        Assert.True(status.IsInterrupted);
    }

    [Fact]
    public void A_pinned_thread_is_signaled_or_wakes_itself_but_not_both()
    {
        ThreadStatus status = Active();
        Assert.True(status.TryParkPinned(ParkReason.Event));
        Assert.True(status.IsPinned);
        Assert.Equal(WakeDuty.Signal, status.Unpark());
        Assert.False(status.TryUnparkSelf());
        Assert.True(status.TryParkPinned(ParkReason.Event));
        Assert.True(status.TryUnparkSelf());
        Assert.Equal(WakeDuty.None, status.Unpark());
        Assert.True(status.TryTakePermit());
    }

    [Fact]
    public void Nothing_wakes_a_thread_that_has_ended()
    {
        ThreadStatus status = Active();
        status.Finish();
        Assert.True(status.IsDone);
        Assert.Equal(WakeDuty.None, status.Unpark());
        Assert.Equal(WakeDuty.None, status.Interrupt());
        Assert.True(status.IsDone);
    }
}
