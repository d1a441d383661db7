using System.Diagnostics;

namespace Samples.Common;

/// <summary>Programs that a comparison needs and this project does not bring.</summary>
public static class ExternalProgram
{
    /// <summary>Whether a program is on the path.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The file, or null.</returns>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{errors.Result}");
        return output;
    }

    /// <summary>Runs this program again, to its end.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static string RunSelf(params IEnumerable<string> arguments)
    {
        (string program, string[] all) = Self(arguments);
        return Run(program, all);
    }

    /// <summary>How to start this program again.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The file to start, and all its arguments.</returns>
    internal static (string Program, string[] Arguments) Self(IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return (program, isHost ? [Environment.GetCommandLineArgs()[0], .. arguments] : [.. arguments]);
    }
}
