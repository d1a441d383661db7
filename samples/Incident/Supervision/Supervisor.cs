using Incident.Measurement;
using Incident.Protocol;

namespace Incident.Supervision;

/// <summary>Runs the servers one after another.</summary>
internal static class Supervisor
{
    /// <summary>
    /// All runs that were asked for. An OS-thread server that died is run once more with three quarters of what it
    /// reached, so that its memory and speed can be compared.
    /// </summary>
    internal static async Task<IReadOnlyList<RunResult>> RunAsync(IncidentOptions options, IRunView view, CancellationToken cancellation)
    {
        var results = new List<RunResult>();
        foreach (ServeMode mode in options.Modes)
        {
            RunResult result = await new ModeRun(options, mode, options.Connections, view, cancellation).RunAsync();
            results.Add(result);
            if (mode == ServeMode.Threads && !result.Survived && result.Reached > 1000)
            {
                int fewer = result.Reached * 3 / 4 / 1000 * 1000;
                if (fewer > 0) results.Add(await new ModeRun(options, mode, fewer, view, cancellation).RunAsync());
            }
        }
        return results;
    }
}
