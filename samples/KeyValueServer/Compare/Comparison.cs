using System.Globalization;
using Samples.Common;
using Spectre.Console;

namespace KeyValueServer.Compare;

/// <summary>Runs redis-benchmark against this server and against redis-server, alternately.</summary>
internal static class Comparison
{
    private static readonly int[] s_pipelines = [1, 16];
    private static readonly string[] s_tests = ["SET", "GET"];
    private static readonly string[] s_names = ["green threads", "redis-server"];

    /// <summary>Measures and prints a table.</summary>
    /// <param name="connections">Of redis-benchmark.</param>
    /// <param name="rounds">How often each is measured.</param>
    /// <param name="requests">Of one measurement with one request at once.</param>
    /// <returns>The exit code: 0, also where a program is missing.</returns>
    internal static int Run(int connections, int rounds, int requests)
    {
        if (ExternalProgram.Find("redis-benchmark") is not { } benchmark || ExternalProgram.Find("redis-server") is not { } redisFile)
        {
            Console.WriteLine("Skipped: redis-server and redis-benchmark are not installed. Debian and Ubuntu have them: apt-get install redis-server redis-tools.");
            return 0;
        }
        if (OpenFiles.Forbid(connections) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }
        try
        {
            int redisPort = ChildServer.FreePort();
            using ChildServer green = ChildServer.StartSelf([], "serve", "--port", "0");
            using ChildServer redis = ChildServer.Start(
                redisFile, ["--port", redisPort.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no", "--maxclients", "10000"], [], redisPort);
            ChildServer[] servers = [green, redis];
            var rates = new Dictionary<(int Pipeline, string Test), List<double>[]>();
            foreach (ChildServer server in servers) Measure(benchmark, server, connections, 16, requests * 2); // compiles the code
            for (int round = 1; round <= rounds; round++)
            {
                foreach (int pipeline in s_pipelines)
                {
                    for (int side = 0; side < servers.Length; side++)
                    {
                        foreach ((string test, double rate) in Measure(benchmark, servers[side], connections, pipeline, pipeline == 1 ? requests : requests * 8))
                        {
                            if (!rates.TryGetValue((pipeline, test), out List<double>[]? both)) rates[(pipeline, test)] = both = [[], []];
                            both[side].Add(rate);
                            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}, {s_names[side]}: {test} -P {pipeline}: {rate:N0} requests/s"));
                        }
                    }
                }
            }
            Print(rates, connections);
            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    /// <summary>Reads what redis-benchmark prints with --csv.</summary>
    /// <returns>The test and its requests a second.</returns>
    /// <exception cref="FormatException">It printed something else, as when a command fails.</exception>
    internal static Dictionary<string, double> Parse(string output)
    {
        var rates = new Dictionary<string, double>();
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] columns = line.Split(',');
            if (columns.Length < 2 || columns[0] == "\"test\"") continue;
            if (double.TryParse(columns[1].Trim('"'), CultureInfo.InvariantCulture, out double rate)) rates[columns[0].Trim('"').Split(' ')[0]] = rate;
        }
        if (!s_tests.All(rates.ContainsKey)) throw new FormatException($"redis-benchmark printed no rates: {output}");
        return rates;
    }

    private static Dictionary<string, double> Measure(string benchmark, ChildServer server, int connections, int pipeline, int requests)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return Parse(ExternalProgram.Run(benchmark, "-h", "127.0.0.1", "-p", server.Port.ToString(culture), "-c", connections.ToString(culture),
            "-P", pipeline.ToString(culture), "-n", requests.ToString(culture), "-t", "set,get", "-r", "100000", "--csv"));
    }

    private static void Print(Dictionary<(int Pipeline, string Test), List<double>[]> rates, int connections)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        var table = new Table().Border(TableBorder.Rounded).AddColumn(string.Create(culture, $"redis-benchmark -c {connections}"));
        foreach (string column in (string[])["green threads, requests/s", "redis-server, requests/s", "ratio, median", "ratio, least to most"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (((int pipeline, string test), List<double>[] both) in rates.OrderBy(row => row.Key.Pipeline).ThenByDescending(row => row.Key.Test))
        {
            double[] ratios = [.. both[0].Zip(both[1], (green, redis) => green / redis).Order()];
            table.AddRow($"{test} -P {pipeline}", Median(both[0]).ToString("N0", culture), Median(both[1]).ToString("N0", culture),
                ratios[ratios.Length / 2].ToString("0.00", culture), string.Create(culture, $"{ratios[0]:0.00} to {ratios[^1]:0.00}"));
        }
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 120;
        AnsiConsole.Write(table);
    }

    private static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);
}
