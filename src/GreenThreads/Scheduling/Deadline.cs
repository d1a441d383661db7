using System.Diagnostics;

namespace GreenThreads.Scheduling;

/// <summary>Points in time, in ticks of <see cref="Stopwatch"/>.</summary>
internal static class Deadline
{
    /// <summary>Does not pass.</summary>
    internal const long Never = long.MaxValue;

    // Written before the first green thread exists (by tests also between threads), read by any thread.
    private static VirtualClock? s_clock;

    internal static readonly long TicksPerMillisecond = Stopwatch.Frequency / 1000;

    /// <summary>What takes the place of the real clock; null for that.</summary>
    internal static VirtualClock? Clock
    {
        get => s_clock;
        set => Volatile.Write(ref s_clock, value);
    }

    /// <summary>The time.</summary>
    internal static long Now => s_clock is { } clock ? clock.Now : Stopwatch.GetTimestamp();

    /// <summary>Whether the deadline has passed.</summary>
    internal static bool HasPassed(long deadline) => deadline != Never && Now >= deadline;

    /// <summary>The deadline of a wait that starts now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than -1.</exception>
    internal static long After(int milliseconds, string parameter)
    {
        if (milliseconds == Timeout.Infinite) return Never;
        if (milliseconds < 0)
        {
            throw new ArgumentOutOfRangeException(
                parameter, milliseconds, "A time in milliseconds must not be negative; Timeout.Infinite (-1) waits for ever.");
        }
        return Now + (milliseconds * TicksPerMillisecond);
    }

    /// <summary>The deadline of a wait that starts now; the range is that of <see cref="Thread.Sleep(TimeSpan)"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    internal static long After(TimeSpan time, string parameter)
    {
        if (time == Timeout.InfiniteTimeSpan) return Never;
        if (time < TimeSpan.Zero || time.Ticks / TimeSpan.TicksPerMillisecond > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                parameter, time, $"A time must be between zero and {int.MaxValue} ms; Timeout.InfiniteTimeSpan (-1 ms) waits for ever.");
        }
        return Now + (long)((Int128)time.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
    }

    /// <summary>Milliseconds until the deadline, rounded up; -1 for never.</summary>
    internal static int MillisecondsLeft(long deadline)
    {
        if (deadline == Never) return Timeout.Infinite;
        long left = deadline - Now;
        if (left <= 0) return 0;
        return (int)Math.Min(int.MaxValue - 1, ((left - 1) / TicksPerMillisecond) + 1);
    }
}
