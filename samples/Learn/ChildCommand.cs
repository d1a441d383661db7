using System.Globalization;
using Learn.Experiments;

namespace Learn;

/// <summary>The hidden commands with which this program starts itself: what an experiment does to its process stays there.</summary>
internal static class ChildCommand
{
    /// <summary>Runs the process if this is one.</summary>
    /// <returns>The exit code; null if the command line is the user's.</returns>
    internal static int? TryRun(string[] arguments) => arguments switch
    {
        [ExperimentProcess.Command, var lesson, var size] => ExperimentProcess.Run(int.Parse(lesson, CultureInfo.InvariantCulture), Enum.Parse<ExperimentSize>(size)),
        [ThreadCeiling.Command, var most] => ThreadCeiling.Run(int.Parse(most, CultureInfo.InvariantCulture)),
        _ => null,
    };
}
