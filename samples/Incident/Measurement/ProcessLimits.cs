using System.Runtime.InteropServices;

namespace Incident.Measurement;

/// <summary>The limits of this process, which its children inherit.</summary>
internal static partial class ProcessLimits
{
    private const int NumberOfFiles = 7; // RLIMIT_NOFILE
    private const int NumberOfProcesses = 6; // RLIMIT_NPROC
    private const int Interrupt = 2; // SIGINT
    private const nint Ignore = 1; // SIG_IGN

    /// <summary>Raises the open-file limit of this process to the hard limit.</summary>
    /// <returns>The limit that is in force then.</returns>
    internal static long RaiseOpenFiles()
    {
        if (GetLimit(NumberOfFiles, out ResourceLimit limit) != 0) return 1024;
        if (limit.Soft < limit.Hard)
        {
            var raised = new ResourceLimit { Soft = limit.Hard, Hard = limit.Hard };
            if (SetLimit(NumberOfFiles, raised) == 0) limit = raised;
        }
        return (long)Math.Min(limit.Soft, int.MaxValue);
    }

    /// <summary>The number of threads that this user may have, over all processes.</summary>
    internal static long ThreadsOfUser() =>
        GetLimit(NumberOfProcesses, out ResourceLimit limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : long.MaxValue;

    /// <summary>
    /// Makes a child process well-behaved: all descriptors it may have; Ctrl-C is the supervisor's to answer; and should
    /// the machine run out of memory all the same, this process goes first, not the user's.
    /// </summary>
    internal static void PrepareChild()
    {
        RaiseOpenFiles();
        Signal(Interrupt, Ignore);
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // a container may forbid it; the supervisor's own memory guard remains
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int number, nint handler);

    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
