using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace GreenThreads.Libraries.Tests;

/// <summary>What weaving the libraries costs, and how seldom they pin, by the reports of the weaver.</summary>
/// <remarks>The libraries of this project have the tests' hooks after each call; here they are woven again as a user's build does.</remarks>
public class ReportTests(ITestOutputHelper output)
{
    private const double MostGrowth = 2.5;
    private const double LeastNeverPin = 95;

    [Fact]
    public async Task Libraries_seldom_pin_and_stay_small()
    {
        using var folder = new TemporaryFolder();
        string[] reports = await Weave(folder.Path);
        output.WriteLine("| library | methods | woven | pin | never pin | growth |");
        output.WriteLine("|---|---|---|---|---|---|");
        var misses = new List<string>();
        foreach (string file in reports)
        {
            using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            JsonElement report = document.RootElement;
            string name = report.GetProperty("assembly").GetString()!;
            double neverPin = report.GetProperty("neverPinPercent").GetDouble();
            double growth = report.GetProperty("bytesAfter").GetDouble() / report.GetProperty("bytesBefore").GetDouble();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {report.GetProperty("methods")} | {report.GetProperty("woven")} | {report.GetProperty("pin")} | {neverPin:0.0} % | x{growth:0.00} |"));
            Assert.True(report.GetProperty("woven").GetInt32() > 0, name);
            if (neverPin < LeastNeverPin) misses.Add($"{name}: {neverPin} % never pin.");
            if (growth > MostGrowth) misses.Add($"{name} grew {growth:0.00} times.");
        }
        Assert.Equal(15, reports.Length);
        Assert.True(misses.Count == 0, string.Join("\n", misses));
    }

    private static async Task<string[]> Weave(string folder)
    {
        string runtime = typeof(GreenThread).Assembly.Location;
        string[] libraries = [.. (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "unwoven-files.txt"))).Where(IsLibrary)];
        string[] outputs = [.. libraries.Select(l => Path.Combine(folder, Path.GetFileName(l)))];
        IEnumerable<string> references =
        [
            .. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll"), .. libraries, runtime,
        ];
        string arguments = Path.Combine(folder, "arguments.rsp");
        await File.WriteAllLinesAsync(arguments,
        [
            .. libraries.SelectMany(l => new[] { "--library", l }), .. outputs.SelectMany(o => new[] { "--output", o }),
            .. references.SelectMany(r => new[] { "--reference", r }), "--report", "json",
        ]);
        string weaver = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "weaver.txt"));
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", weaver.Trim(), "weave-libraries", "@" + arguments])
        {
            RedirectStandardOutput = true,
        })!;
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, text);
        return [.. outputs.Select(o => Path.ChangeExtension(o, ".weave.json"))];
    }

    // the file of the tests themselves is in the list, too
    private static bool IsLibrary(string file) => Path.GetFileNameWithoutExtension(file) != typeof(ReportTests).Assembly.GetName().Name;

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("greenthreads-reports-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
