using System.Diagnostics;

namespace GreenThreads.Tests.Incident;

/// <summary>The built sample, run as a user runs it.</summary>
internal static class IncidentProcess
{
    /// <summary>Starts it.</summary>
    internal static Process Start(params ReadOnlySpan<string> arguments)
    {
        // artifacts/bin/GreenThreads.Tests/<configuration>/ and artifacts/bin/Incident/<configuration>/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string assembly = Path.Combine(here.Parent!.Parent!.FullName, "Incident", here.Name, "Incident.dll");
        Assert.True(File.Exists(assembly), $"The sample is not built: {assembly}");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(assembly);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>The processes whose parent is this one.</summary>
    internal static int[] ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int process)) continue;
            if (Stat(process) is { } stat && stat.Parent == parent) children.Add(process);
        }
        return [.. children];
    }

    /// <summary>Whether a process is there and is not a zombie.</summary>
    internal static bool IsRunning(int process) => Stat(process) is { State: not ('Z' or 'X') };

    private static (char State, int Parent)? Stat(int process)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1]));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
