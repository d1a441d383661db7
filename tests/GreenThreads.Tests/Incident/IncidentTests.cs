using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Incident;

/// <summary>The Incident sample, run small.</summary>
[HangBound(120)]
public class IncidentTests : IDisposable
{
    private const int Connections = 300;

    private readonly string _folder = Directory.CreateTempSubdirectory("incident").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_connection_answers_in_every_mode_and_green_threads_take_few_os_threads()
    {
        string json = Path.Combine(_folder, "run.json"), html = Path.Combine(_folder, "run.html");
        (int exitCode, string output, string error) = await IncidentProcess.RunAsync(
            "--connections", $"{Connections}", "--active", "50", "--seconds", "2", "--mode", "all", "--json", json, "--html", html);
        Assert.True(exitCode == 0, output + error);

        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        JsonElement[] runs = [.. document.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal(["threads", "async", "green"], runs.Select(static run => run.GetProperty("mode").GetString()));
        foreach (JsonElement run in runs)
        {
            Assert.Equal(Connections, run.GetProperty("reached").GetInt32());
            Assert.Equal(Connections, run.GetProperty("answered").GetInt32());
            Assert.True(run.GetProperty("survived").GetBoolean(), output);
            Assert.InRange(run.GetProperty("roundTrips").GetInt64(), 100, long.MaxValue);
            Assert.InRange(run.GetProperty("latencyP50Microseconds").GetDouble(), 1, run.GetProperty("latencyP99Microseconds").GetDouble());
        }
        Assert.InRange(runs[0].GetProperty("osThreads").GetInt32(), Connections, int.MaxValue);
        // 2 x cores + 8 on a machine of its own; where other tests take the processors, the watchdog replaces carriers that do not run
        Assert.InRange(runs[2].GetProperty("osThreads").GetInt32(), 1, 4 * Environment.ProcessorCount + 16);
        Assert.Equal(0, runs[2].GetProperty("pinnedWaits").GetInt64());
        Assert.InRange(runs[2].GetProperty("suspensions").GetInt64(), Connections, long.MaxValue);

        string page = await File.ReadAllTextAsync(html);
        string[] charts = [.. page.Split("<svg").Skip(1).Select(static part => "<svg" + part[..(part.IndexOf("</svg>", StringComparison.Ordinal) + 6)])];
        Assert.Equal(2, charts.Length);
        foreach (string chart in charts) Assert.Equal(3, XElement.Parse(chart).Elements("polyline").Count());
    }

    [Fact]
    public async Task A_killed_run_leaves_no_process()
    {
        using Process supervisor = IncidentProcess.Start("--connections", "200", "--active", "50", "--seconds", "60", "--mode", "async");
        int[] children;
        do
        {
            await Task.Delay(20);
            children = IncidentProcess.ChildrenOf(supervisor.Id);
        }
        while (children.Length < 2);
        supervisor.Kill();
        await supervisor.WaitForExitAsync();
        while (children.Any(IncidentProcess.IsRunning)) await Task.Delay(20); // the bound of the test is the bound of this
    }

    [Theory]
    [InlineData("--connections", "0", "between 1 and")]
    [InlineData("--seconds", "-1", "between 0.1 and 3600")]
    [InlineData("--mode", "fibers", "'green'")]
    [InlineData("--json", "/no/such/folder/run.json", "does not exist")]
    public async Task A_bad_option_is_refused_with_what_would_be_right(string option, string value, string says)
    {
        (int exitCode, _, string error) = await IncidentProcess.RunAsync(option, value);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(says, error);
    }
}
