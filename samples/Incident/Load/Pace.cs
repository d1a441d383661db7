using System.Diagnostics;

namespace Incident.Load;

/// <summary>Says when it is time to report again.</summary>
internal struct Pace(TimeSpan interval)
{
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Whether the interval has passed since this was last true.</summary>
    internal bool IsDue
    {
        get
        {
            if (Stopwatch.GetElapsedTime(_last) < interval) return false;
            _last = Stopwatch.GetTimestamp();
            return true;
        }
    }
}
