using Incident.Protocol;
using Incident.Supervision;
using Spectre.Console;

namespace Incident.Reporting;

/// <summary>A bar for each run.</summary>
internal sealed class LiveView(ProgressContext context) : IRunView
{
    private ProgressTask? _task;
    private string _title = "";
    private string _phase = "";

    /// <inheritdoc/>
    public void Begin(ServeMode mode, int wanted)
    {
        _title = $"[bold]{mode.ToString().ToLowerInvariant(),-7}[/] {wanted,7:N0}";
        _task = context.AddTask(_title);
    }

    /// <inheritdoc/>
    public void Phase(string phase, double maximum)
    {
        _phase = phase;
        _task!.MaxValue = Math.Max(1, maximum) + 1e-3; // a bar that is full would count as finished
        _task.Value = 0;
        _task.Description = $"{_title}  {phase}";
    }

    /// <inheritdoc/>
    public void Report(double value, string detail)
    {
        _task!.Value = Math.Min(value, _task.MaxValue - 1e-3);
        _task.Description = $"{_title}  {_phase}: {Markup.Escape(detail)}";
    }

    /// <inheritdoc/>
    public void End(bool good, string ended)
    {
        _task!.Description = $"{_title}  [{(good ? "green" : "red")}]{Markup.Escape(ended)}[/]";
        _task.Value = _task.MaxValue;
        _task.StopTask();
    }
}
