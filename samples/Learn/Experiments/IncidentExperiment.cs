using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Incident.Measurement;

namespace Learn.Experiments;

/// <summary>Lesson 4: the incident of samples/Incident, small, on OS threads and on green threads.</summary>
internal sealed class IncidentExperiment : IExperiment
{
    private const int ConnectionsOfTheIncident = 50_000;
    private const int DescriptorsForTheRuntime = 200;
    private const int FewestConnections = 50;
    private static readonly string[] s_modes = ["threads", "green"];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentSize size, Action<double, string> progress)
    {
        if (!OperatingSystem.IsLinux())
            return new ExperimentResult([], [], [new Limit("The incident is measured through /proc and loaded through epoll: only Linux has them", "a container, or WSL")]);
        var limits = new List<Limit>();
        int wanted = size == ExperimentSize.Full ? 4000 : 300;
        long most = ProcessLimits.RaiseOpenFiles() - DescriptorsForTheRuntime;
        int connections = (int)Math.Min(wanted, most);
        if (connections < wanted)
        {
            bool isMeasured = connections >= FewestConnections;
            limits.Add(new Limit(
                $"A process may have {most + DescriptorsForTheRuntime:N0} open files, too few for {wanted:N0} connections; {(isMeasured ? $"measured with {connections:N0}" : "not measured")}",
                "ulimit -Hn, LimitNOFILE of the service"));
            if (!isMeasured) return new ExperimentResult([], [], [.. limits]);
        }
        var runs = new List<JsonElement>();
        for (int i = 0; i < s_modes.Length; i++)
        {
            double done = (double)i / s_modes.Length;
            progress(done, $"{connections:N0} connections, {NameOf(s_modes[i])}");
            (JsonElement? run, string output) = Replay(s_modes[i], connections, size, line => progress(done + 0.2, line));
            if (run is { } one) runs.Add(one);
            else limits.Add(new Limit($"The server with {NameOf(s_modes[i])} could not be measured: {output}", "see the message"));
            if (run?.GetProperty("cause") is { ValueKind: JsonValueKind.String } cause)
                limits.Add(new Limit(cause.GetString()!, run.Value.GetProperty("cure").GetString()!));
        }
        return new ExperimentResult(
            [
                new Chart($"Resident memory of the server for each of {connections:N0} connections", "bytes", Bars(runs, static run => Bytes(run))),
                new Chart("OS threads of the server", "threads", Bars(runs, static run => run.GetProperty("osThreads").GetDouble())),
                new Chart($"Memory at {ConnectionsOfTheIncident:N0} connections, worked out from this", "MiB", Bars(runs, static run => Bytes(run) * ConnectionsOfTheIncident / 1048576)),
            ],
            [.. runs.Select(run => Describe(run, connections)),
             "All of it: `dotnet run -c Release --project samples/Incident`."],
            [.. limits]);
    }

    private static (JsonElement? Run, string Output) Replay(string mode, int connections, ExperimentSize size, Action<string> line)
    {
        string json = Path.Combine(Path.GetTempPath(), $"learn-incident-{Environment.ProcessId}-{mode}.json");
        // artifacts/bin/Learn/<configuration>/ and artifacts/bin/Incident/<configuration>/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string incident = Path.Combine(here.Parent!.Parent!.FullName, "Incident", here.Name, "Incident.dll");
        using Process process = ChildProcess.StartAssembly(incident,
        [
            "--mode", mode, "--connections", connections.ToString(CultureInfo.InvariantCulture), "--active", Math.Min(500, connections).ToString(CultureInfo.InvariantCulture),
            "--seconds", size == ExperimentSize.Full ? "2" : "0.3", "--json", json,
        ]);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync();
            string last = "";
            while (process.StandardOutput.ReadLine() is { } said)
            {
                if (said.StartsWith(mode, StringComparison.Ordinal)) line(said);
                if (said.Trim().Length > 0) last = said.Trim();
            }
            process.WaitForExit();
            if (process.ExitCode != 0) return (null, error.Result.Trim() is { Length: > 0 } text ? text : last);
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
            return (document.RootElement.GetProperty("runs")[0].Clone(), last);
        }
        finally
        {
            ChildProcess.End(process);
            File.Delete(json);
        }
    }

    private static Bar[] Bars(List<JsonElement> runs, Func<JsonElement, double> value) =>
        [.. runs.Select(run => new Bar(Capital(NameOf(run.GetProperty("mode").GetString()!)), value(run), IsGreen(run) ? "green" : "os"))];

    private static string Describe(JsonElement run, int connections)
    {
        int osThreads = run.GetProperty("osThreads").GetInt32();
        string atThatSize = IsGreen(run) ? "and no more of them at 50,000 connections" : $"and {ConnectionsOfTheIncident + osThreads - connections:N0} of them at {ConnectionsOfTheIncident:N0} connections, if the machine lets it";
        return $"{Capital(NameOf(run.GetProperty("mode").GetString()!))}: {run.GetProperty("answered").GetInt32():N0} of {connections:N0} connections answered at the end, "
            + $"{run.GetProperty("roundTripsPerSecond").GetDouble():N0} round trips per second, {osThreads:N0} OS threads, {atThatSize}.";
    }

    private static double Bytes(JsonElement run) => run.GetProperty("residentBytesPerConnection").GetDouble();

    private static bool IsGreen(JsonElement run) => run.GetProperty("mode").GetString() == "green";

    private static string NameOf(string mode) => mode == "green" ? "a green thread for each connection" : "an OS thread for each connection";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
