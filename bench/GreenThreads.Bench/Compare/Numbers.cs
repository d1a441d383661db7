using System.Globalization;

namespace GreenThreads.Bench.Compare;

/// <summary>Numbers for people.</summary>
[NotWoven]
internal static class Numbers
{
    /// <summary>Three digits are enough for what a noisy machine measures.</summary>
    internal static string Show(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "N0" : Math.Abs(value) >= 10 ? "N1" : "N2", CultureInfo.InvariantCulture);

    /// <summary>How many times as much as another.</summary>
    internal static string Ratio(double value, double other) => other == 0 ? "–" : $"{Show(value / other)}x";
}
