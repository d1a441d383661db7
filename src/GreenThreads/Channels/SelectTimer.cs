using System.Diagnostics;
using GreenThreads.Scheduling;

namespace GreenThreads;

/// <summary>A time in a <see cref="GreenSelect"/>.</summary>
public sealed class SelectTimer : SelectCase
{
    private readonly SelectTimerKind _kind;
    private readonly Action? _elapsed;
    private readonly long _ticks;
    private long _due;

    internal SelectTimer(GreenSelect select, SelectTimerKind kind, TimeSpan time, Action? elapsed, string parameter)
        : base(select)
    {
        long due = Deadline.After(time, parameter);
        if (kind == SelectTimerKind.Periodic && time <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(parameter, time, "The period of a timer must be longer than zero.");
        _kind = kind;
        _elapsed = elapsed;
        Time = time;
        _ticks = due == Deadline.Never ? Deadline.Never : (long)((Int128)time.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
        _due = due;
    }

    /// <summary>The time limit, the delay or the period.</summary>
    public TimeSpan Time { get; }

    internal override long Due => _due;

    /// <summary>Has the time begin now (again), and enables the case. Between two waits.</summary>
    public void Restart()
    {
        _due = _ticks == Deadline.Never ? Deadline.Never : Stopwatch.GetTimestamp() + _ticks;
        IsEnabled = true;
    }

    internal override void Begin()
    {
        if (_kind == SelectTimerKind.PerWait) Restart();
    }

    internal override bool IsReady => Deadline.HasPassed(_due);

    internal override bool TryNow()
    {
        if (!IsReady) return false;
        if (_kind == SelectTimerKind.Once) IsEnabled = false;
        else if (_kind == SelectTimerKind.Periodic) SkipMissed();
        return true;
    }

    internal override void Run() => _elapsed?.Invoke();

    // A period that was missed is not made up for.
    private void SkipMissed() => _due += (((Stopwatch.GetTimestamp() - _due) / _ticks) + 1) * _ticks;
}
