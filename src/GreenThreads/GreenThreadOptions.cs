using System.Globalization;

namespace GreenThreads;

/// <summary>Options of the scheduler, see <see cref="GreenThread.Configure"/>.</summary>
public sealed class GreenThreadOptions
{
    /// <summary>The environment variable that sets <see cref="Carriers"/> where the program does not.</summary>
    public const string CarriersVariable = "GREENTHREADS_CARRIERS";

    internal const int MaxCarriers = 1024;

    /// <summary>Number of OS threads that run green threads.</summary>
    /// <value>
    /// 1 to 1,024. Default: the environment variable <c>GREENTHREADS_CARRIERS</c>, else
    /// <see cref="Environment.ProcessorCount"/>.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value out of range.</exception>
    public int? Carriers
    {
        get;
        set
        {
            if (value is < 1 or > MaxCarriers)
                throw new ArgumentOutOfRangeException(nameof(value), value, $"The number of carriers must be 1 to {MaxCarriers}; leave it null for one per processor.");
            field = value;
        }
    }

    /// <summary>
    /// How many OS threads the scheduler may add, at a time, for carriers that are blocked by a pinned green thread.
    /// </summary>
    /// <value>0 to 32,768. Default: 256. At the bound a pinned wait blocks its carrier without
    /// replacement; while threads wait and no carrier comes back, one more is added each 25 ms. With 0 none ever is.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to a value out of range.</exception>
    public int MaxReplacements
    {
        get;
        set
        {
            if (value is < 0 or > 32768)
                throw new ArgumentOutOfRangeException(nameof(value), value, "The number of replacement carriers must be 0 to 32,768; the default is 256.");
            field = value;
        }
    } = 256;

    /// <summary>
    /// Whether an exception that ended a green thread and that nobody observed (see
    /// <see cref="GreenThread.UnobservedException"/>) ends the process, as that of an OS thread does.
    /// </summary>
    /// <value>Default: false.</value>
    public bool UnobservedExceptionEndsProcess { get; set; }

    /// <summary>
    /// The clock for everything timed: sleeps, limits of waits, deadlines of scopes. For tests, and for the whole process.
    /// </summary>
    /// <value>Default: null, the clock of the system. What the scheduler measures for itself stays with that one.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>
    /// Whether a deadlock of all green threads (see <see cref="Diagnostics.GreenThreadDiagnostics.DeadlockDetected"/>) ends the process.
    /// </summary>
    /// <value>Default: false, it is reported.</value>
    public bool DeadlockEndsProcess { get; set; }

    internal GreenThreadOptions Copy() => (GreenThreadOptions)MemberwiseClone();

    /// <exception cref="InvalidOperationException">The environment variable holds something else than a number in range.</exception>
    internal int EffectiveCarriers()
    {
        if (Carriers is int carriers) return carriers;
        return FromEnvironment(Environment.GetEnvironmentVariable(CarriersVariable)) ?? Math.Min(Environment.ProcessorCount, MaxCarriers);
    }

    internal static int? FromEnvironment(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= MaxCarriers)
            return value;
        throw new InvalidOperationException(
            $"The environment variable {CarriersVariable} is '{text}'. It must be a whole number from 1 to {MaxCarriers}; unset it for one carrier per processor.");
    }
}
