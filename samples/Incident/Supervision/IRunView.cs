using Incident.Protocol;

namespace Incident.Supervision;

/// <summary>Shows a run while it goes on.</summary>
internal interface IRunView
{
    /// <summary>A server is started.</summary>
    void Begin(ServeMode mode, int wanted);

    /// <summary>A phase of that run begins.</summary>
    /// <param name="phase">What is done.</param>
    /// <param name="maximum">The value of <see cref="Report"/> at its end.</param>
    void Phase(string phase, double maximum);

    /// <summary>The phase goes on.</summary>
    void Report(double value, string detail);

    /// <summary>The run is over.</summary>
    void End(bool good, string ended);
}
