using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GreenThreads.Samples.Tests.Infrastructure;

/// <summary>A sample, run as a process of its own.</summary>
internal sealed class SampleProgram : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new(); // guarded by itself

    private SampleProgram(string file, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Runs a sample to its end.</summary>
    internal static (int ExitCode, string Output) Run(string name, params string[] arguments)
    {
        using var program = new SampleProgram("dotnet", ["exec", FileOf(name), .. arguments]);
        return program.End();
    }

    /// <summary>Starts a server.</summary>
    /// <returns>It, and the port that it says it listens on.</returns>
    internal static (SampleProgram Program, int Port) Serve(string name, params string[] arguments) =>
        Started(new SampleProgram("dotnet", ["exec", FileOf(name), .. arguments]));

    /// <summary>Starts a server from a shell, after another command of it.</summary>
    internal static (SampleProgram Program, int Port) ServeUnder(string command, string name, params string[] arguments) =>
        Started(new SampleProgram("sh", ["-c", $"{command} && exec dotnet exec {FileOf(name)} {string.Join(' ', arguments)}"]));

    /// <summary>Waits for something on its standard error.</summary>
    internal string ReadErrorLine()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_patience; Thread.Sleep(20))
        {
            lock (_errors)
            {
                if (_errors.Length > 0) return _errors.ToString();
            }
        }
        throw new TimeoutException("Nothing was written to the standard error.");
    }

    private static (SampleProgram Program, int Port) Started(SampleProgram program)
    {
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
        _process.WaitForExit(); // until its output has been read
        string printed = output.Result;
        lock (_errors) return (_process.ExitCode, printed + _errors);
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
