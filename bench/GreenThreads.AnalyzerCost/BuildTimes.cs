using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GreenThreads.AnalyzerCost;

/// <summary>How long builds took, without and with the analyzers.</summary>
internal sealed partial record BuildTimes(BuildTimes.Build[] Without, BuildTimes.Build[] With)
{
    /// <summary>One build.</summary>
    /// <param name="Whole">Milliseconds from start to end of <c>dotnet build</c>.</param>
    /// <param name="Compiler">Milliseconds of these in the compiler.</param>
    public readonly record struct Build(double Whole, double Compiler);

    /// <summary>Builds in turn, after one of each that warms the compiler server up.</summary>
    public static BuildTimes Measure(CodeBase code, int rounds, bool alone)
    {
        var without = new Build[rounds];
        var with = new Build[rounds];
        for (int round = -1; round < rounds; round++)
        {
            // who is first changes, so that what one leaves behind (a full heap of the compiler server) is not always the other's
            bool isWithFirst = round % 2 == 0;
            Build first = Once(code, isWithFirst, alone), second = Once(code, !isWithFirst, alone);
            if (round < 0) continue;
            (without[round], with[round]) = isWithFirst ? (second, first) : (first, second);
        }
        return new BuildTimes(without, with);
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private static Build Once(CodeBase code, bool withAnalyzers, bool alone)
    {
        long start = Stopwatch.GetTimestamp();
        string output = CodeBase.Run(
            "build", code.Project, "--no-restore", "--no-incremental", "-c", "Release", "-nologo", "-v:q", "-clp:PerformanceSummary", "-p:UseSharedCompilation=true",
            $"-p:WithAnalyzers={(withAnalyzers ? "true" : "false")}", $"-p:EnableNETAnalyzers={(alone ? "false" : "true")}");
        double whole = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Match compiler = CompilerTask().Match(output);
        if (!compiler.Success) throw new InvalidOperationException($"The build does not say how long the compiler took:{Environment.NewLine}{output}");
        return new Build(whole, double.Parse(compiler.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^\s*(\d+) ms\s+Csc\s", RegexOptions.Multiline)]
    private static partial Regex CompilerTask();
}
