using System.Globalization;

namespace GreenThreads.Bench;

/// <summary>One number: the median of several rounds, with the best and the worst of them.</summary>
internal sealed record Row(string Name, string Unit, double[] Rounds, double? AtMost = null)
{
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
        $"{"what",-44} {"median",10} {"best",10} {"worst",10}  {"unit",-22} {"at most",8} {"rounds",6}";

    /// <summary>As a line of a table.</summary>
    internal string ToTableLine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-44} {Median,10:N2} {Rounds.Min(),10:N2} {Rounds.Max(),10:N2}  {Unit,-22} {AtMost,8:N2} {Rounds.Length,6}{(AtMost is null ? "" : Median > AtMost ? "  MISS" : "  OK")}");

    /// <summary>As a line of JSON.</summary>
    internal string ToJsonLine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"name\":\"{Name}\",\"unit\":\"{Unit}\",\"median\":{Median:0.###},\"best\":{Rounds.Min():0.###},\"worst\":{Rounds.Max():0.###},\"rounds\":{Rounds.Length},\"atMost\":{(AtMost is { } most ? most.ToString(CultureInfo.InvariantCulture) : "null")}}}");
}
