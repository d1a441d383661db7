using Incident.Measurement;
using Incident.Supervision;
using Spectre.Console;

namespace Incident.Reporting;

/// <summary>Chooses how a run is shown: live bars on a terminal, else a line for each phase.</summary>
internal static class RunViews
{
    /// <summary>Shows the runs while they go on.</summary>
    internal static Task<IReadOnlyList<RunResult>> ShowAsync(Func<IRunView, Task<IReadOnlyList<RunResult>>> run)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive) return run(new PlainView(Console.Out));
        return AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new ElapsedTimeColumn(), new SpinnerColumn())
            .StartAsync(context => run(new LiveView(context)));
    }
}
