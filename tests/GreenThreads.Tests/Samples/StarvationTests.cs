using System.Diagnostics;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Samples;

/// <summary>The sample on sync-over-async, run as a user runs it.</summary>
[HangBound(120)]
public class StarvationTests
{
    [Fact]
    public void Green_threads_finish_where_the_thread_pool_starves()
    {
        (int exitCode, string output) = Run("--items", "1000", "--limit", "3");
        Assert.Equal(0, exitCode);
        Assert.Contains("given up after 3 s", output); // the pool
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        (int exitCode, string output) = Run("--items", "0");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("between 1 and 1000000", output);
    }

    private static (int ExitCode, string Output) Run(params string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string assembly = Path.Combine(here.Parent!.Parent!.FullName, "Starvation", here.Name, "Starvation.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
