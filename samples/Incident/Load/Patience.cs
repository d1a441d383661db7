using System.Diagnostics;

namespace Incident.Load;

/// <summary>A time that runs out unless it is restarted.</summary>
internal struct Patience(TimeSpan time)
{
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Whether the time has passed since the last restart.</summary>
    internal readonly bool IsOver => Stopwatch.GetElapsedTime(_since) > time;

    /// <summary>Something has happened.</summary>
    internal void Restart() => _since = Stopwatch.GetTimestamp();
}
