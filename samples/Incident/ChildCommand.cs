using Incident.Load;
using Incident.Protocol;
using Incident.Server;

namespace Incident;

/// <summary>
/// The hidden subcommands with which this program starts itself as a server or load process. They are taken before the
/// command line is parsed: a server under test shall have no thread that it does not need, such as one for Ctrl-C.
/// </summary>
internal static class ChildCommand
{
    /// <summary>A server process; the mode follows.</summary>
    internal const string Serve = "serve-connections";

    /// <summary>A load process.</summary>
    internal const string Load = "load-server";

    /// <summary>Runs the process if this is one.</summary>
    /// <returns>The exit code; null if the command line is the user's.</returns>
    internal static int? TryRun(string[] arguments) => arguments switch
    {
        [Serve, var mode] => ServerProcess.Run(Enum.Parse<ServeMode>(mode, ignoreCase: true)),
        [Load] => LoadProcess.Run(),
        _ => null,
    };
}
