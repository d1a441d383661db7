using System.Diagnostics;
using Incident.Protocol;
using Incident.Supervision;

namespace Incident.Reporting;

/// <summary>Lines of text, for a file or a build log.</summary>
internal sealed class PlainView(TextWriter output) : IRunView
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private string _title = "";
    private string _phase = "";
    private long _last;

    /// <inheritdoc/>
    public void Begin(ServeMode mode, int wanted)
    {
        _title = $"{mode.ToString().ToLowerInvariant()} {wanted:N0}";
        output.WriteLine($"{_title}: starts");
    }

    /// <inheritdoc/>
    public void Phase(string phase, double maximum)
    {
        _phase = phase;
        _last = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Report(double value, string detail)
    {
        if (Stopwatch.GetElapsedTime(_last) < s_interval) return;
        _last = Stopwatch.GetTimestamp();
        output.WriteLine($"{_title}: {_phase}: {detail}");
    }

    /// <inheritdoc/>
    public void End(bool good, string ended) => output.WriteLine($"{_title}: {ended}");
}
