using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace GreenThreads.Shape.Tests.Harness;

/// <summary>
/// The same tests in a process of their own, over a copy of the output folder in which this assembly is as the compiler wrote it.
/// (Not in this process: proxies are made in one assembly for all, where two assemblies of one name are confused.)
/// </summary>
internal static class UnwovenRun
{
    private const string ResultsVariable = "GREENTHREADS_SHAPE_RESULTS";
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Dictionary<string, string>> s_results = new(Run);

    /// <summary>Whether this process is that one.</summary>
    public static bool IsThisProcess => Environment.GetEnvironmentVariable(ResultsVariable) is not null;

    /// <summary>Whether this assembly is woven.</summary>
    public static bool IsWoven { get; } = typeof(UnwovenRun).Assembly.GetCustomAttributesData().Any(a => a.AttributeType.Name == "WovenAttribute");

    /// <summary>What a case gave there.</summary>
    public static string ResultOf(string name) => s_results.Value[name];

    /// <summary>There: keeps what a case gave.</summary>
    public static void Record(string name, string result) =>
        File.AppendAllText(Environment.GetEnvironmentVariable(ResultsVariable)!, JsonSerializer.Serialize(new[] { name, result }) + "\n");

    private static Dictionary<string, string> Run()
    {
        string unwoven = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "unwoven-files.txt")).Single();
        string folder = Path.Combine(AppContext.BaseDirectory, "unwoven");
        Copy(AppContext.BaseDirectory, folder);
        string program = Path.Combine(folder, Path.GetFileName(unwoven));
        File.Copy(unwoven, program, overwrite: true);
        string results = Path.Combine(folder, "results.jsonl");
        File.Delete(results);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "exec", program, "-class", typeof(ShapeTests).FullName! }) start.ArgumentList.Add(argument);
        start.Environment[ResultsVariable] = results;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_bound)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output.Result + errors.Result);
        return File.ReadLines(results).Select(l => JsonSerializer.Deserialize<string[]>(l)!).ToDictionary(r => r[0], r => r[1]);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(from, file);
            if (relative.StartsWith("unwoven" + Path.DirectorySeparatorChar, StringComparison.Ordinal)) continue;
            string target = Path.Combine(to, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
