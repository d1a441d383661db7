using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>How a copy of the corpus is made.</summary>
internal enum Weaving
{
    None,
    Woven,
    Chaos,
}

/// <summary>How its cases are run; the names are those of the runner's modes.</summary>
internal enum Mode
{
    Plain,
    Green,
    Concurrent,
}

/// <summary>One way to run the whole corpus.</summary>
internal sealed record Variant(OptimizationLevel Level, Weaving Weaving, Mode Mode, int Carriers)
{
    /// <summary>Whether waits on plain threads are left out.</summary>
    public bool SkipsPlainWaits { get; init; }

    /// <summary>Another seed for the forced suspensions; null for <see cref="Seed"/>.</summary>
    public int? ChaosSeed { get; init; }

    /// <summary>The seed of the forced suspensions: printed with every failure, settable to repeat one.</summary>
    public static string Seed { get; } = Environment.GetEnvironmentVariable("GREENTHREADS_CHAOS") ?? "1";

    public string Name => $"{Level}-{Weaving}-{Mode}-{Carriers}".ToLowerInvariant() + (Weaving == Weaving.Chaos ? "-seed" + ChaosSeedText : "");

    /// <summary>The seed in use.</summary>
    public string ChaosSeedText => ChaosSeed?.ToString() ?? Seed;
}
