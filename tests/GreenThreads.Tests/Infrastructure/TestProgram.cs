using System.Diagnostics;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>A program of GreenThreads.Programs, run as a process of its own.</summary>
internal static class TestProgram
{
    /// <summary>Runs it to its end.</summary>
    internal static (int ExitCode, string Output, string Error) Run(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Start(environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(50)))
        {
            process.Kill();
            Assert.Fail($"The program did not end. It wrote: {output.Result} {error.Result}");
        }
        return (process.ExitCode, output.Result, error.Result);
    }

    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, string}, string[])"/>
    internal static (int ExitCode, string Output, string Error) Run(params string[] arguments) => Run(new Dictionary<string, string>(), arguments);

    /// <summary>Starts it.</summary>
    internal static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Start(environment, redirectInput: false, arguments);

    /// <summary>Starts it.</summary>
    internal static Process Start(IReadOnlyDictionary<string, string> environment, bool redirectInput, params string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string assembly = Path.Combine(here.Parent!.Parent!.FullName, "GreenThreads.Programs", here.Name, "GreenThreads.Programs.dll");
        Assert.True(File.Exists(assembly), $"The programs are not built: {assembly}");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardInput = redirectInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(assembly);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
