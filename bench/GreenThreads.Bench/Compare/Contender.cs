using System.Diagnostics;
using System.Globalization;

namespace GreenThreads.Bench.Compare;

/// <summary>A system that does the work in processes of its own: <c>command work size</c> prints one number.</summary>
/// <param name="Name">For tables.</param>
/// <param name="Command">The program and its first arguments; empty if it cannot be run here.</param>
/// <param name="Note">Its version, or why it cannot be run and what to do about that.</param>
[NotWoven]
internal sealed record Contender(string Name, string[] Command, string Note)
{
    /// <summary>Exit code of a peer that does not do this work.</summary>
    internal const int NotDone = 3;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    /// <summary>Whether it can be run.</summary>
    internal bool IsPresent => Command.Length != 0;

    /// <summary>Runs one piece of work; null if this system does not do it.</summary>
    /// <exception cref="InvalidOperationException">The process failed; the message holds what it wrote.</exception>
    internal double? Run(Work work, int size)
    {
        var start = new ProcessStartInfo(Command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in Command.AsSpan(1)) start.ArgumentList.Add(argument);
        start.ArgumentList.Add(work.Name);
        start.ArgumentList.Add(size.ToString(CultureInfo.InvariantCulture));
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{Name} did not end {work.Name} within {s_limit.TotalMinutes:N0} minutes.");
        }
        if (process.ExitCode == NotDone) return null;
        string[] lines = output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode == 0 && lines.Length != 0
            && double.TryParse(lines[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double result))
        {
            return result;
        }
        throw new InvalidOperationException($"{Name} failed at {work.Name} (exit code {process.ExitCode}): {errors.Result.Trim()}");
    }
}
