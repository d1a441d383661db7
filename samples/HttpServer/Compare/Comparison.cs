using System.Globalization;
using Samples.Common;
using Spectre.Console;

namespace HttpServer.Compare;

/// <summary>Runs wrk against this server and against Kestrel, alternately.</summary>
internal static class Comparison
{
    /// <summary>Measures and prints a table.</summary>
    /// <param name="connections">Of wrk.</param>
    /// <param name="rounds">How often each is measured.</param>
    /// <param name="seconds">Of each measurement.</param>
    /// <param name="pipeline">Requests that wrk sends at once on a connection.</param>
    /// <returns>The exit code: 0, also where wrk is missing; 1 if requests failed.</returns>
    internal static int Run(int connections, int rounds, int seconds, int pipeline)
    {
        if (ExternalProgram.Find("wrk") is not { } wrk)
        {
            Console.WriteLine("Skipped: wrk is not installed. Debian and Ubuntu have it: apt-get install wrk.");
            return 0;
        }
        if (OpenFiles.Forbid(connections) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }
        string script = Path.Combine(Path.GetTempPath(), $"pipeline-{Environment.ProcessId}.lua");
        if (pipeline > 1) File.WriteAllText(script, PipelineScript(pipeline));
        try
        {
            using ChildServer green = ChildServer.StartSelf([], "serve", "--port", "0");
            // the collector that its own project template would choose
            using ChildServer kestrel = ChildServer.StartSelf(["DOTNET_gcServer=1"], "kestrel");
            (string Name, ChildServer Server, List<WrkResult> Results)[] sides = [("green threads, blocking", green, []), ("Kestrel, minimal API", kestrel, [])];
            WrkResult Measure(ChildServer server, int length) => WrkResult.Parse(ExternalProgram.Run(wrk, [
                "-t", "2", "-c", connections.ToString(CultureInfo.InvariantCulture), "-d", $"{length}s", "--latency",
                .. pipeline > 1 ? ["-s", script] : Array.Empty<string>(), $"http://127.0.0.1:{server.Port}/plaintext"]));

            foreach ((_, ChildServer server, _) in sides) Measure(server, Math.Min(seconds, 3)); // compiles the code
            for (int round = 1; round <= rounds; round++)
            {
                foreach ((string name, ChildServer server, List<WrkResult> results) in sides)
                {
                    WrkResult result = Measure(server, seconds);
                    results.Add(result);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}, {name}: {result.Rate:N0} requests/s, {result.Errors} errors"));
                }
            }
            Print(sides[0].Results, sides[1].Results, connections, pipeline);
            return sides.Sum(side => side.Results.Sum(result => result.Errors)) == 0 ? 0 : 1;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static void Print(List<WrkResult> green, List<WrkResult> kestrel, int connections, int pipeline)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        var table = new Table().Border(TableBorder.Rounded).AddColumn(string.Create(culture, $"wrk -t 2 -c {connections}, {pipeline} at once"));
        foreach (string column in (string[])["requests/s, median", "least", "most", "p50", "p99", "errors"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach ((string name, List<WrkResult> results) in (ReadOnlySpan<(string, List<WrkResult>)>)[("green threads, blocking", green), ("Kestrel, minimal API", kestrel)])
        {
            WrkResult median = Median(results);
            table.AddRow(name, median.Rate.ToString("N0", culture), results.Min(r => r.Rate).ToString("N0", culture), results.Max(r => r.Rate).ToString("N0", culture),
                median.Median, median.P99, results.Sum(r => r.Errors).ToString(culture));
        }
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 120;
        AnsiConsole.Write(table);
        double[] ratios = [.. green.Zip(kestrel, (ours, theirs) => ours.Rate / theirs.Rate).Order()];
        Console.WriteLine(string.Create(culture, $"Ratio in the same round: {ratios[ratios.Length / 2]:0.00} (median), {ratios[0]:0.00} to {ratios[^1]:0.00}."));
    }

    private static WrkResult Median(List<WrkResult> results) => results.OrderBy(result => result.Rate).ElementAt(results.Count / 2);

    private static string PipelineScript(int depth) =>
        $$"""
        init = function(args)
          local requests = {}
          for i = 1, {{depth}} do requests[i] = wrk.format("GET", "/plaintext") end
          all = table.concat(requests)
        end
        request = function() return all end
        """;
}
