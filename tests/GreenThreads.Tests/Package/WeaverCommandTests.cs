using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Package;

/// <summary>What the weaver says, and leaves alone, when it cannot weave; and how its warnings reach a build.</summary>
/// <param name="package">Packed once for all tests.</param>
[Collection(PackageCollection.Name)]
[HangBound(300)]
public class WeaverCommandTests(TestPackage package)
{
    [Fact]
    public void A_woven_assembly_is_refused()
    {
        Workspace work = package.Plain;
        AssertRefused(work, work.OutputOf("App"), "error GT1100");
    }

    [Fact]
    public void A_file_that_is_not_an_assembly_is_refused()
    {
        Workspace work = package.Plain;
        work.Write("garbage.dll", "This is not an assembly.");
        AssertRefused(work, work.PathOf("garbage.dll"), "error GT1101");
    }

    [Fact]
    public void A_truncated_assembly_is_refused()
    {
        Workspace work = package.Plain;
        byte[] whole = File.ReadAllBytes(work.IntermediateOf("App", "unwoven/App.dll"));
        string truncated = work.PathOf("truncated.dll");
        File.WriteAllBytes(truncated, whole[..(whole.Length / 2)]);
        AssertRefused(work, truncated, "error GT110");
    }

    [Fact]
    public void A_wait_that_pins_is_a_warning_with_its_line()
    {
        Workspace work = Built(EchoSources.WaitInFilter);
        CommandResult again = work.Build("App", "--no-incremental");
        Assert.Contains("Program.cs(9,", again.Output);
        Assert.Contains("warning GT1001", again.Output);
        Assert.Equal("caught", work.RunApplication("App").Succeeded().Output.Trim());
    }

    [Fact]
    public void Warnings_of_the_weaver_follow_the_compilers_properties()
    {
        Workspace work = Built(EchoSources.WaitInFilter);
        string failed = work.TryBuild("App", "--no-incremental", "-p:TreatWarningsAsErrors=true").Failed().Output;
        Assert.Contains("error GT1001", failed);
        // It failed, so the next build does not take the woven file for up to date.
        Assert.Contains("error GT1001", work.TryBuild("App", "-p:TreatWarningsAsErrors=true").Failed().Output);
        Assert.Contains("error GT1001", work.TryBuild("App", "--no-incremental", "-p:WarningsAsErrors=GT1001").Failed().Output);
        string excepted = work.Build("App", "--no-incremental", "-p:TreatWarningsAsErrors=true", "-p:WarningsNotAsErrors=GT1001").Output;
        Assert.Contains("warning GT1001", excepted);
        string silenced = work.Build("App", "--no-incremental", "-p:TreatWarningsAsErrors=true", "-p:NoWarn=GT1001").Output;
        Assert.DoesNotContain("GT1001", silenced);
    }

    private static void AssertRefused(Workspace work, string input, string message)
    {
        string output = work.PathOf($"output-{Path.GetFileNameWithoutExtension(input)}/Result.dll");
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        CommandResult fresh = work.RunWeaver(input, "--output", output, "--reference", work.Runtime).Failed();
        Assert.Contains(message, fresh.Output);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(output)!));

        File.WriteAllText(output, "earlier result");
        work.RunWeaver(input, "--output", output, "--reference", work.Runtime).Failed();
        Assert.Equal("earlier result", File.ReadAllText(output));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(output)!));
    }

    private Workspace Built(string program)
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("App");
        work.Write("App/Program.cs", program);
        work.Build("App");
        return work;
    }
}
