namespace GreenThreads;

/// <summary>Options of a <see cref="GreenScope"/>.</summary>
public sealed class GreenScopeOptions
{
    /// <summary>How long the scope may take, from its construction; then everything in it is cancelled.</summary>
    /// <value>Zero to 49 days; <see cref="Timeout.InfiniteTimeSpan"/> or null for no limit. Default: null.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value out of range.</exception>
    public TimeSpan? Deadline
    {
        get;
        set
        {
            if (value is { } time && time != Timeout.InfiniteTimeSpan && (time < TimeSpan.Zero || time.TotalMilliseconds > uint.MaxValue - 1))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, "A deadline must be between zero and 49 days from now; leave it null for none.");
            }
            field = value;
        }
    }

    /// <summary>How many children may run at a time; further ones wait in the order in which they were started.</summary>
    /// <value>1 or more; null for no limit. Default: null.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value less than 1.</exception>
    public int? MaxConcurrency
    {
        get;
        set
        {
            if (value is < 1)
                throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1 child must be able to run at a time; leave it null for no limit.");
            field = value;
        }
    }

    /// <summary>Cancels the scope.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Whether the siblings of a child that failed go on; the first failure is then thrown when all have ended.</summary>
    /// <value>Default: false, they are cancelled.</value>
    public bool KeepSiblings { get; set; }

    /// <summary>The clock of <see cref="Deadline"/>.</summary>
    /// <value>Default: null, that of <see cref="GreenThreadOptions.TimeProvider"/>.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>A name for messages.</summary>
    public string? Name { get; set; }
}
