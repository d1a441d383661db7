using System.Diagnostics;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>Where the programs under test are, and how they are started. All lie beside this one in the artifacts folder.</summary>
internal static class Toolchain
{
    private static readonly string s_own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);

    public static string Weaver { get; } = Sibling("GreenThreads.Weaver");

    public static string Runner { get; } = Sibling("GreenThreads.Corpus.Runner");

    /// <summary>The runtime library that the runner runs with.</summary>
    public static string Runtime { get; } = Path.Combine(Path.GetDirectoryName(Runner)!, "GreenThreads.dll");

    /// <summary>How much longer than usual things may take on this machine.</summary>
    public static double Patience { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("GREENTHREADS_TEST_PATIENCE"), out double factor) && factor > 0 ? factor : 1;

    /// <summary>A folder of this test run's own.</summary>
    public static string Work { get; } = Directory.CreateDirectory(Path.Combine(s_own, "work", Environment.ProcessId.ToString())).FullName;

    public static string[] FrameworkReferences { get; } = File.ReadAllLines(Path.Combine(s_own, "framework-references.txt"));

    public static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(s_own, "sources", project), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains(Path.DirectorySeparatorChar + "obj" + Path.DirectorySeparatorChar))
            .Order(StringComparer.Ordinal);

    /// <summary>Runs a program to its end; one that takes too long is killed.</summary>
    public static (int ExitCode, string Output) Run(
        string program, IEnumerable<string> arguments, TimeSpan bound, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(bound);
        if (!ended) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        string text = output.Result + errors.Result;
        return ended ? (process.ExitCode, text) : (-1, $"killed after {bound}\n{text}");
    }

    private static string Sibling(string project)
    {
        string configuration = Path.GetFileName(s_own);
        return Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(s_own))!, project, configuration, project + ".dll");
    }
}
