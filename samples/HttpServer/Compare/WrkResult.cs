using System.Globalization;
using System.Text.RegularExpressions;

namespace HttpServer.Compare;

/// <summary>What wrk says about one run.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="Median">Of the latency, as wrk prints it.</param>
/// <param name="P99">Of the latency, as wrk prints it.</param>
/// <param name="Errors">Of connections, reads, writes, time-outs, and answers that are not 2xx or 3xx.</param>
internal sealed partial record WrkResult(double Rate, string Median, string P99, long Errors)
{
    /// <summary>Reads what wrk printed with --latency.</summary>
    /// <exception cref="FormatException">It printed no rate.</exception>
    internal static WrkResult Parse(string output)
    {
        Match rate = RateLine().Match(output);
        if (!rate.Success) throw new FormatException($"wrk printed no rate: {output}");
        long errors = SocketErrors().Match(output).Groups.Values.Skip(1).Concat(OtherAnswers().Match(output).Groups.Values.Skip(1))
            .Where(group => group.Success).Sum(group => long.Parse(group.Value, CultureInfo.InvariantCulture));
        return new WrkResult(
            double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture),
            Percentile50().Match(output).Groups[1].Value,
            Percentile99().Match(output).Groups[1].Value,
            errors);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RateLine();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex SocketErrors();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex OtherAnswers();

    [GeneratedRegex(@"\s50%\s+(\S+)")]
    private static partial Regex Percentile50();

    [GeneratedRegex(@"\s99%\s+(\S+)")]
    private static partial Regex Percentile99();
}
