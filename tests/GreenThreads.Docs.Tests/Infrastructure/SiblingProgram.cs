using System.Diagnostics;

namespace GreenThreads.Docs.Tests.Infrastructure;

/// <summary>A program of this repository, built beside the tests and run as a user runs it.</summary>
/// <param name="name">The project.</param>
internal sealed class SiblingProgram(string name)
{
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(4);

    /// <summary>Runs it to its end.</summary>
    /// <param name="input">What it reads; null for nothing.</param>
    /// <param name="arguments">Its arguments.</param>
    internal (int ExitCode, string Output) Run(string? input, params string[] arguments) => Run("dotnet", ["exec", Assembly(), .. arguments], input);

    /// <summary>Runs it to its end where a process may have only so many open files, with no way to more.</summary>
    internal (int ExitCode, string Output) RunWithOpenFiles(int most, params string[] arguments) =>
        Run("sh", ["-c", $"ulimit -n {most} && exec dotnet exec \"$@\"", "sh", Assembly(), .. arguments], null);

    private string Assembly()
    {
        // artifacts/bin/GreenThreads.Docs.Tests/<configuration>/ and artifacts/bin/<name>/<configuration>/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string assembly = Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, name + ".dll");
        Assert.True(File.Exists(assembly), $"{name} is not built: {assembly}");
        return assembly;
    }

    private (int ExitCode, string Output) Run(string command, string[] arguments, string? input)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_bound))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{name} {string.Join(' ', arguments)} did not end within {s_bound}.\n{output.Result}\n{error.Result}");
        }
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }
}
