using Incident.Measurement;

namespace Incident.Supervision;

/// <summary>Why a run did not reach what was asked for, said so that it can be acted on.</summary>
/// <param name="Ended">A few words for the table.</param>
/// <param name="Cause">What limits.</param>
/// <param name="Cure">What to change.</param>
internal sealed record Limit(string Ended, string Cause, string Cure)
{
    /// <summary>A server process that has died.</summary>
    /// <param name="errorText">What it wrote to standard error.</param>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="threads">The most OS threads that it was seen with.</param>
    /// <param name="mapsPerThread">Memory maps of each, zero if not known.</param>
    /// <param name="connections">The connections that it held.</param>
    internal static Limit OfDeadServer(string errorText, int exitCode, int threads, double mapsPerThread, int connections)
    {
        string firstLine = errorText.Split('\n', 2)[0].Trim();
        if (errorText.Contains("Too many open files", StringComparison.OrdinalIgnoreCase)) return Descriptors(connections);
        if (threads > 1000)
        {
            string said = firstLine.Length > 0 ? $" It said: {firstLine}" : "";
            return new Limit(
                $"died at {connections:N0}: no more threads",
                $"the process died with {threads:N0} OS threads (exit code {exitCode}): {ThreadLimit(threads, mapsPerThread)}.{said}",
                "more of the limit moves the wall, not the memory of each thread; green threads have no such wall");
        }
        return new Limit($"died at {connections:N0}", $"the server process ended with code {exitCode}: {firstLine}", "see the message");
    }

    /// <summary>Connections that could not be opened while the server lived.</summary>
    /// <param name="problem">What the load process reported.</param>
    /// <param name="connections">The connections that were reached.</param>
    internal static Limit OfConnections(string problem, int connections)
    {
        if (problem.Contains("Too many open files", StringComparison.OrdinalIgnoreCase)) return Descriptors(connections);
        if (problem.Contains("Cannot assign requested address", StringComparison.OrdinalIgnoreCase))
        {
            return new Limit(
                $"stopped at {connections:N0}: ports",
                "all ephemeral ports of all source addresses to this server are taken",
                "sysctl net.ipv4.ip_local_port_range, or wait until older connections have left TIME_WAIT");
        }
        return new Limit($"stopped at {connections:N0}", problem, "see the message");
    }

    private static Limit Descriptors(int connections) => new(
        $"stopped at {connections:N0}: descriptors",
        $"a process may have {ProcessLimits.RaiseOpenFiles():N0} open files",
        "ulimit -Hn, LimitNOFILE of the service, or fs.file-max");

    // The limit that is nearest to the number of threads that the process had.
    private static string ThreadLimit(int threads, double mapsPerThread)
    {
        long maps = ProcFs.Setting("vm.max_map_count", 65530);
        if (mapsPerThread > 0 && threads * mapsPerThread > 0.9 * maps)
            return $"each takes {mapsPerThread:0.0} memory maps and vm.max_map_count is {maps:N0}";
        if (ProcFs.TasksOfControlGroup() <= threads * 1.1) return $"the control group allows {ProcFs.TasksOfControlGroup():N0} tasks";
        if (ProcessLimits.ThreadsOfUser() <= threads * 1.1) return $"ulimit -u is {ProcessLimits.ThreadsOfUser():N0}";
        return $"no thread could be created (vm.max_map_count {maps:N0}, kernel.pid_max {ProcFs.Setting("kernel.pid_max", 0):N0}, "
            + $"kernel.threads-max {ProcFs.Setting("kernel.threads-max", 0):N0})";
    }
}
