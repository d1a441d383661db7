using System.Diagnostics;

namespace Learn.Experiments;

/// <summary>Starts this program again, or another one of the samples, as a process whose output is read.</summary>
internal static class ChildProcess
{
    // What was started and has not ended; for the way out of this program.
    private static readonly HashSet<Process> s_running = [];

    /// <summary>Starts this program with other arguments.</summary>
    internal static Process Start(params string[] arguments) => StartAssembly(typeof(ChildProcess).Assembly.Location, arguments);

    /// <summary>Starts an assembly.</summary>
    /// <param name="assembly">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables that are set for it.</param>
    internal static Process StartAssembly(string assembly, string[] arguments, params (string Name, string Value)[] environment)
    {
        string dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0"; // who dies of thousands of threads must not write a dump of them
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        Process process = Process.Start(start)!;
        lock (s_running) s_running.Add(process);
        return process;
    }

    /// <summary>Ends a process, with what it has started.</summary>
    internal static void End(Process process)
    {
        lock (s_running) s_running.Remove(process);
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it has ended already
        }
        process.WaitForExit();
    }

    /// <summary>Ends all.</summary>
    internal static void EndAll()
    {
        Process[] running;
        lock (s_running) running = [.. s_running];
        foreach (Process process in running) End(process);
    }
}
