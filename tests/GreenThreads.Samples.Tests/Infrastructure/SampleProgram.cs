using System.Diagnostics;
using System.Globalization;

namespace GreenThreads.Samples.Tests.Infrastructure;

/// <summary>A sample, run as a process of its own.</summary>
internal sealed class SampleProgram : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private SampleProgram(string name, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", FileOf(name), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs a sample to its end.</summary>
    internal static (int ExitCode, string Output) Run(string name, params string[] arguments)
    {
        using var program = new SampleProgram(name, arguments);
        return program.End();
    }

    /// <summary>Starts a server.</summary>
    /// <returns>It, and the port that it says it listens on.</returns>
    internal static (SampleProgram Program, int Port) Serve(string name, params string[] arguments)
    {
        var program = new SampleProgram(name, arguments);
        string line = program._process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(program.End().Output);
        string endPoint = line.Split("listens on ")[1].Split(' ')[0].TrimEnd('.');
        return (program, int.Parse(endPoint[(endPoint.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Asks it to end, as a supervisor does.</summary>
    internal void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>Waits for its end.</summary>
    internal (int ExitCode, string Output) End()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        Assert.True(_process.WaitForExit(s_patience), "The sample did not end.");
        return (_process.ExitCode, output.Result + _errors.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static string FileOf(string name)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, $"{name}.dll");
    }
}
