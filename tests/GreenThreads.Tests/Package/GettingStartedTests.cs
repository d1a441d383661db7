using System.Text.RegularExpressions;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Package;

/// <summary>docs/getting-started, done as it says: its commands are run and its changes are made.</summary>
/// <param name="package">Packed once for all tests.</param>
[Collection(PackageCollection.Name)]
[HangBound(300)]
public partial class GettingStartedTests(TestPackage package)
{
    private const int Connections = 500;

    [Fact]
    public void Whoever_follows_the_page_gets_a_server_without_a_thread_for_each_connection()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "getting-started", "README.md"));
        string folder = package.CreateWorkspace().PathOf("server");
        var shell = new DotnetCommand(Repository.Root, Path.Combine(folder, "..", "restored"));
        var answers = new List<(int Answered, int OsThreads)>();
        foreach (Match block in Block().Matches(page))
        {
            string text = block.Groups["text"].Value;
            if (block.Groups["language"].Value == "diff")
            {
                Change(Path.Combine(folder, "Program.cs"), text);
                continue;
            }
            string script = text
                .Replace("dotnet pack -c Release src/GreenThreads -o ~/server/packages", $"mkdir ~/server/packages && cp '{package.File}' ~/server/packages", StringComparison.Ordinal)
                .Replace("dotnet run -c Release -- 5000", $"dotnet run -c Release -- {Connections}", StringComparison.Ordinal)
                .Replace("~/server", $"'{folder}'", StringComparison.Ordinal);
            Assert.DoesNotContain("pack ", script);
            string place = Directory.Exists(folder) ? folder : Repository.Root;
            string output = shell.Execute("bash", "-e", "-c", $"cd '{place}'\nexport MSBUILDDISABLENODEREUSE=1\n{script}").Succeeded().Output;
            if (Answer().Match(output) is { Success: true } answer)
                answers.Add((int.Parse(answer.Groups[1].Value), int.Parse(answer.Groups[2].Value)));
        }
        Assert.Equal([Connections, Connections], answers.Select(static answer => answer.Answered));
        Assert.True(answers[0].OsThreads > Connections, $"{answers[0].OsThreads} OS threads before the change");
        Assert.True(answers[1].OsThreads < Connections / 4, $"{answers[1].OsThreads} OS threads after it");
    }

    private static void Change(string file, string difference)
    {
        string[] lines = difference.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string removed = Assert.Single(lines, static line => line.StartsWith('-'))[1..];
        string added = Assert.Single(lines, static line => line.StartsWith('+'))[1..];
        string source = File.ReadAllText(file);
        Assert.Contains(removed, source);
        File.WriteAllText(file, source.Replace(removed, added, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^```(?<language>sh|diff)\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(\d+) of \d+ connections answered.*?(\d+) OS threads", RegexOptions.Singleline)]
    private static partial Regex Answer();
}
