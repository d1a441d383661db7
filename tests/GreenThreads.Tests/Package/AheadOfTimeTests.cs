using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Package;

/// <summary>The sample AheadOfTime, published trimmed and compiled ahead of time: all its waits suspend there too.</summary>
[HangBound(900)]
public sealed class AheadOfTimeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("greenthreads-ahead-").FullName;

    [Theory]
    [InlineData("trimmed")]
    [InlineData("aot")]
    public void The_published_sample_passes_its_self_check_and_is_published_without_warnings(string kind)
    {
        string output = Path.Combine(_folder, "published");
        var dotnet = new DotnetCommand(Repository.Root);
        CommandResult publish = dotnet.Build(
            "publish", "samples/AheadOfTime", "-c", "Release", "--use-current-runtime", $"-p:Ahead={kind}", "-o", output,
            $"-p:ArtifactsPath={Path.Combine(_folder, "artifacts")}");
        SkipWithoutTools(publish);
        publish.Succeeded();
        Assert.DoesNotContain("warning IL", publish.Output, StringComparison.Ordinal);
        CommandResult check = dotnet.Execute(Path.Combine(output, OperatingSystem.IsWindows() ? "AheadOfTime.exe" : "AheadOfTime"));
        Assert.Contains("self-check passed", check.Succeeded().Output, StringComparison.Ordinal);
    }

    // The packs of the runtime and the native compiler are packages of their own, and the linker is the system's.
    private static void SkipWithoutTools(CommandResult publish)
    {
        bool lacksLinker = publish.Output.Contains("Platform linker", StringComparison.Ordinal) || publish.Output.Contains("error NETSDK1204", StringComparison.Ordinal);
        Assert.SkipWhen(publish.ExitCode != 0 && (lacksLinker || publish.LacksPackages), $"Nothing can be published here:\n{publish.Output}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
