using System.Diagnostics;

namespace GreenThreads.Bench.Soak;

/// <summary>A part of the soak: runs on a green thread until the time is over, and leaves nothing behind.</summary>
internal abstract class SoakPart(int seed, long until, Victims victims)
{
    /// <summary>The generator of the part's own thread.</summary>
    protected Random Random { get; } = new(seed);

    /// <summary>Whom anybody may interrupt.</summary>
    protected Victims Victims { get; } = victims;

    /// <summary>Whether to stop starting new things.</summary>
    protected bool IsOver => Stopwatch.GetTimestamp() >= until;

    /// <summary>The part.</summary>
    /// <exception cref="InvalidOperationException">Something was not as it must be.</exception>
    internal abstract void Run();

    /// <summary>Fails the soak.</summary>
    protected static void Require(bool condition, string what)
    {
        if (!condition) throw new InvalidOperationException(what);
    }
}
