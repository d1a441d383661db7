using System.Diagnostics;
using System.Text.Json;

namespace GreenThreads.Analyzers.Tests;

/// <summary>The command <c>tools/Review</c>, run as a program.</summary>
public sealed class ReviewTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("greenthreads-review-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_source_file_is_reviewed_and_what_pins_after_the_conversion_is_said()
    {
        string file = Write("Server.cs", """
            using System.Net.Sockets;
            var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
            while (true)
            {
                var client = listener.AcceptTcpClient();
                new Thread(() => Serve(client)).Start();
            }

            static void Serve(TcpClient client)
            {
                Span<byte> buffer = stackalloc byte[16];
                client.Client.Receive(buffer);
            }
            """);
        string before = File.ReadAllText(file), html = Path.Combine(_folder, "out", "report.html"), sarif = Path.Combine(_folder, "out", "report.sarif");
        (int exit, string output) = Review(file, "--html", html, "--sarif", sarif, "--fail-on", "warning");
        Assert.True(exit == 1, output);
        Assert.Contains("GT2001", output);
        Assert.Contains("GT1002", output);
        Assert.Contains("1 can be converted", output);
        Assert.Equal(before, File.ReadAllText(file));

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(sarif));
        JsonElement run = json.RootElement.GetProperty("runs")[0];
        string[] ids = [.. run.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("ruleId").GetString()!)];
        Assert.Contains("GT2001", ids);
        Assert.Contains("GT1002", ids);
        JsonElement place = run.GetProperty("results")[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("Server.cs", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(6, place.GetProperty("region").GetProperty("startLine").GetInt32());

        string page = File.ReadAllText(html);
        Assert.Contains("new Thread(() =&gt; Serve(client)).Start();", page);
        Assert.DoesNotContain("http://", page.Replace("http://localhost", ""));
    }

    [Fact]
    public void A_solution_is_fixed_and_a_project_that_cannot_be_read_does_not_stop_the_rest()
    {
        Write("App/App.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup></Project>""");
        string program = Write("App/Program.cs", """
            using System.Net.Sockets;

            var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
            while (true)
            {
                var client = listener.AcceptTcpClient();
                new Thread(() => client.Client.Receive(new byte[1])) { IsBackground = true }.Start();
            }
            """);
        Write("Broken/Broken.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>");
        Write("All.slnx", """<Solution><Project Path="App/App.csproj" /><Project Path="Broken/Broken.csproj" /></Solution>""");
        (int restored, string restore) = Dotnet("restore", Path.Combine(_folder, "App"));
        Assert.True(restored == 0, restore);

        (int exit, string output) = Review(Path.Combine(_folder, "All.slnx"), "--fix", "--no-pins");
        Assert.True(exit == 0, output);
        Assert.Contains("Broken.csproj", output);
        Assert.Contains("changed App/Program.cs", output.Replace('\\', '/'));
        Assert.Contains("_ = GreenThread.Start(() => client.Client.Receive(new byte[1]));", File.ReadAllText(program));
        Assert.Contains("using GreenThreads;", File.ReadAllText(program));
    }

    [Theory]
    [InlineData("nothing.slnx", "does not exist")]
    [InlineData("notes.txt", "of a kind")]
    [InlineData("empty", "has no solution")]
    public void What_cannot_be_reviewed_is_said(string target, string message)
    {
        Write("notes.txt", "");
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        (int exit, string output) = Review(Path.Combine(_folder, target));
        Assert.Equal(2, exit);
        Assert.Contains(message, output);
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    private static (int ExitCode, string Output) Review(params string[] arguments) => Dotnet(
        ["exec", Path.Combine(AppContext.BaseDirectory, "..", "..", "Review", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "GreenThreads.Review.dll"), .. arguments]);

    private static (int ExitCode, string Output) Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("TESTINGPLATFORM_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(string.Join(' ', arguments));
        }
        return (process.ExitCode, output.Result + errors.Result);
    }
}
