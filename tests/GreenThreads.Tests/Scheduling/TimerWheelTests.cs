using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>The timing wheel alone, with a clock of the test's own.</summary>
[NotWoven]
public class TimerWheelTests
{
    private static readonly long s_ms = Deadline.TicksPerMillisecond;

    private static GreenThread NewThread() => new(static () => { });

    [Fact]
    public void A_timer_fires_neither_early_nor_more_than_a_tick_late()
    {
        foreach (long delay in new long[] { 1, 2, 63, 64, 65, 999, 4095, 4096, 4097, 100_000, 300_000, 20_000_000, 2_000_000_000 })
        {
            long start = (123_456_789 * s_ms) + 17;
            var wheel = new TimerWheel(0, start);
            GreenThread thread = NewThread();
            long deadline = start + (delay * s_ms);
            Assert.True(wheel.Arm(thread, deadline));
            // as a carrier does: sleep until Next, expire, again; never past the deadline without firing
            int rounds = 0;
            while (wheel.Next < deadline)
            {
                Assert.Equal(0, wheel.Expire(wheel.Next));
                Assert.True(++rounds <= 6, "A timer moves down at most once per level.");
            }
            Assert.InRange(wheel.Next, deadline, deadline + s_ms);
            Assert.Equal(1, wheel.Expire(wheel.Next));
            Assert.Equal(TimerWheel.Fired, thread.TimerHandle);
            Assert.Equal(Deadline.Never, wheel.Next);
        }
    }

    [Fact]
    public void A_disarmed_timer_does_not_fire_and_leaves_nothing_behind()
    {
        var wheel = new TimerWheel(3, 0);
        GreenThread[] threads = [.. Enumerable.Range(0, 100).Select(_ => NewThread())];
        foreach (GreenThread thread in threads) wheel.Arm(thread, 50 * s_ms);
        Assert.Equal(3, TimerWheel.WheelOf(threads[0].TimerHandle));
        for (int i = 0; i < 100; i += 2) Assert.True(wheel.Disarm(threads[i]));
        Assert.Equal(50, wheel.Count);
        Assert.Equal(50, wheel.Expire(51 * s_ms));
        for (int i = 0; i < 100; i++)
        {
            if (i % 2 == 0) Assert.Equal(0, threads[i].TimerHandle);
            else Assert.False(wheel.Disarm(threads[i]));
        }
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Random_timers_fire_exactly_when_due() => Seeds.Each(30, static (random, _) =>
    {
        long now = random.NextInt64(1L << 50) / s_ms * s_ms;
        var wheel = new TimerWheel(0, now);
        var armed = new Dictionary<GreenThread, long>();
        for (int step = 0; step < 2_000; step++)
        {
            switch (random.Next(4))
            {
                case 0:
                case 1:
                    GreenThread thread = NewThread();
                    long deadline = now + (random.NextInt64(1L << random.Next(1, 34)) * (s_ms / 3)) + 1;
                    wheel.Arm(thread, deadline);
                    armed.Add(thread, deadline);
                    break;
                case 2 when armed.Count > 0:
                    GreenThread cancelled = armed.Keys.ElementAt(random.Next(armed.Count));
                    Assert.True(wheel.Disarm(cancelled));
                    armed.Remove(cancelled);
                    break;
                default:
                    now += random.NextInt64(1L << random.Next(1, 30)) * (s_ms / 10);
                    wheel.Expire(now);
                    foreach ((GreenThread waiting, long due) in armed.ToArray())
                    {
                        bool fired = waiting.TimerHandle == TimerWheel.Fired;
                        if (fired) Assert.True(due <= now, $"Fired {due - now} ticks early.");
                        else Assert.True(due > now - s_ms, $"Not fired {now - due} ticks after it was due.");
                        if (fired) armed.Remove(waiting);
                    }
                    break;
            }
            Assert.Equal(armed.Count, wheel.Count);
            Assert.True(armed.Count == 0 || wheel.Next <= armed.Values.Min() + s_ms);
        }
    });
}
