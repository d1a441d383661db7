using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Learn.Experiments;

/// <summary>Runs the experiment of a lesson in a process of its own and reads what it says.</summary>
internal static class ExperimentProcess
{
    /// <summary>The hidden command that runs the process.</summary>
    internal const string Command = "experiment";

    // Two carriers for lesson 5, whatever the machine has: it is about few of them.
    private const string CarriersOfLesson5 = "2";
    private const int Lesson5 = 5;
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(3);

    /// <summary>The experiments by the number of their lesson.</summary>
    private static IExperiment Of(int lesson) => lesson switch
    {
        1 => new UnitsExperiment(),
        2 => new WaitingExperiment(),
        3 => new ReviewExperiment(),
        4 => new IncidentExperiment(),
        Lesson5 => new OsThreadsExperiment(),
        _ => throw new ArgumentOutOfRangeException(nameof(lesson), lesson, "There is no such lesson."),
    };

    /// <summary>Starts it and waits for the result.</summary>
    internal static ExperimentResult Measure(int lesson, ExperimentSize size, Action<double, string> progress)
    {
        (string, string)[] environment = lesson == Lesson5 ? [("GREENTHREADS_CARRIERS", CarriersOfLesson5)] : [];
        using Process process = ChildProcess.StartAssembly(
            typeof(ExperimentProcess).Assembly.Location, [Command, lesson.ToString(CultureInfo.InvariantCulture), size.ToString()], environment);
        bool late = false;
        using var bound = new Timer(_ => { late = true; ChildProcess.End(process); }, null, s_longest, Timeout.InfiniteTimeSpan);
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            while (process.StandardOutput.ReadLine() is { } text)
            {
                if (!text.StartsWith('{')) continue;
                ExperimentLine line = JsonSerializer.Deserialize(text, LearnJson.Default.ExperimentLine)!;
                if (line.Result is { } result) return result;
                progress(line.Done, line.Doing ?? "");
            }
        }
        finally
        {
            ChildProcess.End(process);
        }
        string said = error.Result.Trim().Split('\n', 2)[0];
        string problem = late
            ? $"The experiment did not end within {s_longest.TotalMinutes:0} minutes"
            : $"The process of the experiment ended with code {process.ExitCode}{(said.Length > 0 ? $": {said}" : "")}";
        return new ExperimentResult([], [], [new Limit(problem, "try again when the machine is less busy; if it stays, look at its limits (ulimit -a) and memory")]);
    }

    /// <summary>The process.</summary>
    internal static int Run(int lesson, ExperimentSize size)
    {
        ExperimentResult result = Of(lesson).Run(size, static (done, doing) => Write(new ExperimentLine(done, doing, null)));
        Write(new ExperimentLine(1, null, result));
        return 0;
    }

    private static void Write(ExperimentLine line)
    {
        lock (Console.Out) Console.WriteLine(JsonSerializer.Serialize(line, LearnJson.Default.ExperimentLine));
    }
}
