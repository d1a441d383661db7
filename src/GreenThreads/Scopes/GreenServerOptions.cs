namespace GreenThreads;

/// <summary>Options of a <see cref="GreenServer"/>.</summary>
public sealed class GreenServerOptions
{
    /// <summary>How many connections are served at a time; beyond that none is accepted until one ends.</summary>
    /// <value>1 or more. Default: 10,000.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value less than 1.</exception>
    public int MaxConnections
    {
        get;
        set
        {
            if (value < 1)
                throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1 connection must be served at a time; the default is 10,000.");
            field = value;
        }
    } = 10_000;

    /// <summary>How long <see cref="GreenServer.Stop"/> gives the connections to end by themselves, before it cancels their waits.</summary>
    /// <value>Zero or more; <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default: 30 s.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative value, or to more than <see cref="int.MaxValue"/> milliseconds.</exception>
    public TimeSpan DrainTimeout
    {
        get;
        set
        {
            if (value != Timeout.InfiniteTimeSpan && (value < TimeSpan.Zero || value.TotalMilliseconds > int.MaxValue))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, $"The time to drain must be between zero and {int.MaxValue} ms, or Timeout.InfiniteTimeSpan.");
            }
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>A name for the threads of the server, in dumps.</summary>
    public string? Name { get; set; }
}
