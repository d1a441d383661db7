using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GreenThreads.Bench.Weaving;

/// <summary>
/// The processor time of the calling OS thread, where the system has it: what other processes do then counts less. What is
/// measured stays on one carrier.
/// </summary>
internal static partial class ProcessorTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Nanoseconds since some point in the past.</summary>
    internal static double Now
    {
        get
        {
            if (!OperatingSystem.IsLinux() || clock_gettime(ThreadClock, out TimeSpec time) != 0) return Stopwatch.GetElapsedTime(0).TotalNanoseconds;
            return time.Seconds * 1e9 + time.Nanoseconds;
        }
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
