using System.Diagnostics;

namespace GreenThreads.Scheduling;

// Instead of Stopwatch, for a TimeProvider of the user: the wheels keep Stopwatch ticks, and this converts. Nobody waits
// for a point in time then; a timer of the provider expires the wheels when their first timer is due.

/// <summary>The clock of <see cref="GreenThreadOptions.TimeProvider"/>.</summary>
[NotWoven]
internal sealed class VirtualClock : IDisposable
{
    private readonly TimeProvider _provider;
    private readonly long _providerStart;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ITimer _timer;
    private readonly Lock _gate = new();

    // Guarded by _gate: when the timer fires.
    private long _due = Deadline.Never;

    internal VirtualClock(TimeProvider provider)
    {
        _provider = provider;
        _providerStart = provider.GetTimestamp();
        _timer = provider.CreateTimer(static self => ((VirtualClock)self!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal long Now =>
        _start + (long)((Int128)(_provider.GetTimestamp() - _providerStart) * Stopwatch.Frequency / _provider.TimestampFrequency);

    /// <summary>A timer was set.</summary>
    internal void Set(long deadline)
    {
        lock (_gate)
        {
            if (deadline >= _due) return;
            _due = deadline;
        }
        while (deadline != Deadline.Never)
        {
            // outside of the lock: a provider may call back at once. Who changes it last sees what all the others wanted.
            _timer.Change(Left(deadline), Timeout.InfiniteTimeSpan);
            lock (_gate)
            {
                if (_due == deadline) return;
                deadline = _due;
            }
        }
    }

    /// <summary>A timer of the provider that calls back when a deadline has passed.</summary>
    internal ITimer Start(TimerCallback callback, object state, long deadline) =>
        _provider.CreateTimer(callback, state, Left(deadline), Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    // Rounded up: not to be called a moment too early.
    private TimeSpan Left(long deadline)
    {
        long left = Math.Max(0, deadline - Now);
        return TimeSpan.FromTicks((long)(((Int128)left * TimeSpan.TicksPerSecond / Stopwatch.Frequency) + 1));
    }

    private void Expire()
    {
        lock (_gate) _due = Deadline.Never;
        long next = Deadline.Never;
        foreach (Scheduler scheduler in Scheduler.All)
        {
            scheduler.ExpireAll();
            next = Math.Min(next, scheduler.NextTimer());
        }
        if (next != Deadline.Never) Set(next);
    }
}
