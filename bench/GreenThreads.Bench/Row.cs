using System.Globalization;

namespace GreenThreads.Bench;

/// <summary>One number: the median of several rounds, with the best and the worst of them.</summary>
internal sealed record Row(string Name, string Unit, double[] Rounds, double? AtMost = null)
{
    /// <summary>The bound of a rate.</summary>
    internal double? AtLeast { get; init; }

    // of a rate, more is better
    private bool IsRate => Unit.EndsWith("/s", StringComparison.Ordinal);

    private double Best => IsRate ? Rounds.Max() : Rounds.Min();

    private double Worst => IsRate ? Rounds.Min() : Rounds.Max();

    private string Verdict => AtMost is null && AtLeast is null ? "" : Median > AtMost || Median < AtLeast ? "  MISS" : "  OK";

    /// <summary>The middle round.</summary>
    internal double Median
    {
        get
        {
            double[] sorted = [.. Rounds.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>The head of the table that <see cref="ToTableLine"/> fills.</summary>
    internal static string TableHead =>
        $"{"what",-44} {"median",10} {"best",10} {"worst",10}  {"unit",-22} {"bound",8} {"rounds",6}";

    /// <summary>As a line of a table.</summary>
    internal string ToTableLine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-44} {Median,10:N2} {Best,10:N2} {Worst,10:N2}  {Unit,-22} {AtMost ?? AtLeast,8:N2} {Rounds.Length,6}{Verdict}");

    /// <summary>As a line of JSON.</summary>
    internal string ToJsonLine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"name\":\"{Name}\",\"unit\":\"{Unit}\",\"median\":{Median:0.###},\"best\":{Best:0.###},\"worst\":{Worst:0.###},\"rounds\":{Rounds.Length},\"atMost\":{Json(AtMost)},\"atLeast\":{Json(AtLeast)}}}");

    private static string Json(double? bound) => bound is { } value ? value.ToString(CultureInfo.InvariantCulture) : "null";
}
