using System.CommandLine;
using Incident.Measurement;
using Incident.Protocol;

namespace Incident;

/// <summary>The options of the program and what they mean on this machine.</summary>
internal static class CommandLine
{
    private const int MostConnectionsByDefault = 100_000;
    private const int MostConnections = 2_000_000;
    private const int MostPairs = 64;
    private const int DescriptorsForTheRuntime = 200; // assemblies, pipes, polls of a process
    private const long BytesPerConnection = 16 << 10; // of the machine, generously, to choose the default

    /// <summary>The command with all its options.</summary>
    /// <param name="replay">What to do with them.</param>
    internal static RootCommand Create(Func<IncidentOptions, CancellationToken, Task<int>> replay)
    {
        var connections = new Option<int?>("--connections", "-c")
        {
            Description = $"Connections to open (default: what the open-file limit allows, up to {MostConnectionsByDefault:N0}).",
            HelpName = "N",
        };
        connections.Validators.Add(static result => RequireRange(result, 1, MostConnections));
        var active = new Option<int>("--active", "-a")
        {
            Description = "Connections with ping-pong; the others stay open and wait.",
            HelpName = "N",
            DefaultValueFactory = static _ => 1000,
        };
        active.Validators.Add(static result => RequireRange(result, 1, MostConnections));
        var seconds = new Option<double>("--seconds", "-s")
        {
            Description = "Seconds of ping-pong that are measured, after one second of warm-up.",
            HelpName = "S",
            DefaultValueFactory = static _ => 8,
        };
        seconds.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<double>() is not (>= 0.1 and <= 3600)) result.AddError("--seconds has to be between 0.1 and 3600.");
        });
        Option<string> mode = new Option<string>("--mode", "-m")
        {
            Description = "Which server to run.",
            DefaultValueFactory = static _ => "all",
        }.AcceptOnlyFromAmong("threads", "green", "async", "all");
        var json = new Option<FileInfo?>("--json") { Description = "Write the results to this file as JSON.", HelpName = "FILE" };
        var html = new Option<FileInfo?>("--html") { Description = "Write a page with the table and the charts to this file.", HelpName = "FILE" };
        json.Validators.Add(RequireFolder);
        html.Validators.Add(RequireFolder);

        var root = new RootCommand(
            "Replays the incident on this machine: the same blocking echo server with an OS thread for each connection and with a "
            + "green thread for each, and its async rewrite, under real TCP connections.")
        {
            connections, active, seconds, mode, json, html,
        };
        root.SetAction((parsed, cancellation) =>
        {
            IncidentOptions? options = Resolve(
                parsed.GetValue(connections), parsed.GetValue(active), parsed.GetValue(seconds), parsed.GetValue(mode)!, out string? problem);
            if (options is null)
            {
                Console.Error.WriteLine(problem);
                return Task.FromResult(1);
            }
            return replay(options with { Json = parsed.GetValue(json), Html = parsed.GetValue(html) }, cancellation);
        });
        return root;
    }

    private static IncidentOptions? Resolve(int? connections, int active, double seconds, string mode, out string? problem)
    {
        problem = null;
        if (!OperatingSystem.IsLinux())
        {
            problem = "This sample measures through /proc and loads through epoll: it needs Linux (a container or WSL will do).";
            return null;
        }
        long openFiles = ProcessLimits.RaiseOpenFiles();
        int perProcess = (int)Math.Min(openFiles - DescriptorsForTheRuntime, MostConnections);
        if (perProcess < 50)
        {
            problem = $"A process may have only {openFiles} open files here: raise the hard limit (ulimit -Hn) to at least {DescriptorsForTheRuntime + 50}.";
            return null;
        }
        long byMemory = ProcFs.AvailableBytes() / 2 / BytesPerConnection;
        long most = Math.Min((long)perProcess * MostPairs, Math.Max(perProcess, byMemory));
        int wanted = connections ?? (int)Math.Min(most, MostConnectionsByDefault);
        if (wanted > (long)perProcess * MostPairs)
        {
            problem = $"{wanted:N0} connections need more than {MostPairs} pairs of processes with the limit of {openFiles:N0} open files: raise it (ulimit -Hn).";
            return null;
        }
        return new IncidentOptions
        {
            Connections = wanted,
            Active = Math.Min(active, wanted),
            Seconds = seconds,
            Modes = mode == "all" ? [ServeMode.Threads, ServeMode.Async, ServeMode.Green] : [Enum.Parse<ServeMode>(mode, ignoreCase: true)],
            ConnectionsPerProcess = perProcess,
            OpenFiles = openFiles,
        };
    }

    private static void RequireRange(System.CommandLine.Parsing.OptionResult result, int least, int most)
    {
        if (result.Tokens.Count == 0) return;
        if (!int.TryParse(result.Tokens[0].Value, out int value)) return; // the parser says so itself
        if (value < least || value > most) result.AddError($"{result.Option.Name} has to be between {least:N0} and {most:N0}.");
    }

    private static void RequireFolder(System.CommandLine.Parsing.OptionResult result)
    {
        if (result.Tokens.Count == 0) return;
        string? folder = Path.GetDirectoryName(Path.GetFullPath(result.Tokens[0].Value));
        if (!Directory.Exists(folder)) result.AddError($"{result.Option.Name}: the folder '{folder}' does not exist.");
    }
}
