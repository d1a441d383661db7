using System.Runtime.InteropServices;
using GreenThreads.Net;

namespace GreenThreads.Scheduling;

// What the system knows of another OS thread of this process: the processor time that it has used (one system call, exact
// also while it runs), and whether it wants to run at this moment (/proc). Nothing is allocated. Elsewhere than on Linux,
// or where the system refuses, nothing is known.

/// <summary>Tells an OS thread that blocks or computes from one that waits for a processor.</summary>
internal static unsafe partial class ThreadClock
{
    /// <summary>No thread, or not known.</summary>
    internal const int Unknown = 0;

    private const int PerThreadCpuTime = 6;
    private const int ReadOnly = 0;

    /// <summary>The number of the calling OS thread.</summary>
    internal static int CurrentThread()
    {
        if (!OperatingSystem.IsLinux()) return Unknown;
        try
        {
            return GetThreadNumber();
        }
        catch (EntryPointNotFoundException)
        {
            return Unknown; // an old C library
        }
    }

    /// <summary>The processor time that a thread has used, in nanoseconds; -1: not known.</summary>
    internal static long CpuTime(int thread)
    {
        if (thread == Unknown) return -1;
        TimeSpec time = default;
        int clock = (~thread << 3) | PerThreadCpuTime;
        return GetTime(clock, &time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : -1;
    }

    /// <summary>Whether a thread runs or waits for a processor; false also when that is not known.</summary>
    internal static bool WantsToRun(int thread)
    {
        if (thread == Unknown) return false;
        byte* path = stackalloc byte[64];
        if (!System.Text.Unicode.Utf8.TryWrite(
            new Span<byte>(path, 63), System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/stat", out int length))
        {
            return false;
        }
        path[length] = 0;
        int file = Open(path, ReadOnly | LibC.CloseOnExec);
        if (file < 0) return false;
        byte* text = stackalloc byte[128];
        nint count = LibC.Read(file, text, 128);
        _ = LibC.Close(file);
        // number (name) state ...: the name may contain anything, but is short
        var stat = new ReadOnlySpan<byte>(text, (int)Math.Max(count, 0));
        int end = stat.LastIndexOf((byte)')');
        return end >= 0 && end + 2 < stat.Length && stat[end + 2] == 'R';
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadNumber();

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, TimeSpec* time);

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte* path, int flags);
}
