using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Package;

/// <summary>The package as a user gets it: outside of this repository, from a folder feed, with nothing else.</summary>
/// <param name="package">Packed once for all tests.</param>
[Collection(PackageCollection.Name)]
[HangBound(300)]
public class PackageTests(TestPackage package)
{
    [Fact]
    public void The_package_holds_library_targets_and_weaver()
    {
        string[] entries = package.Entries();
        Assert.Contains("lib/net10.0/GreenThreads.dll", entries);
        Assert.Contains("lib/net10.0/GreenThreads.xml", entries);
        Assert.Contains("build/net10.0/GreenThreads.targets", entries);
        Assert.Contains("buildTransitive/net10.0/GreenThreads.targets", entries);
        Assert.Contains("tools/net10.0/GreenThreads.Weaver.dll", entries);
        Assert.Contains("tools/net10.0/GreenThreads.Weaver.runtimeconfig.json", entries);
        Assert.Contains("tools/net10.0/Mono.Cecil.dll", entries);
        Assert.Contains("README.md", entries);
        Assert.Contains("LICENSE", entries);
    }

    [Fact]
    public void The_package_holds_the_weaver_with_native_code_for_this_system_and_builds_take_it()
    {
        Assert.SkipWhen(package.Image is null, "The images are made on Linux x64, where the compiler of the SDK can be restored.");
        string[] entries = package.Entries();
        Assert.Contains($"tools/net10.0/{package.Image}/GreenThreads.Weaver.dll", entries);
        Assert.Contains($"tools/net10.0/{package.Image}/Mono.Cecil.dll", entries);
        CommandResult taken = package.Plain.Dotnet("build", "App", "-getProperty:GreenThreadsWeaverPath");
        Assert.Contains($"tools/net10.0/{package.Image}/GreenThreads.Weaver.dll", taken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Packing_again_from_nothing_gives_the_same_bytes()
    {
        string feed = Directory.CreateDirectory(Path.Combine(package.CreateWorkspace().Folder, "feed")).FullName;
        package.Pack(feed);
        Assert.Equal(Workspace.HashOf(package.File), Workspace.HashOf(Assert.Single(Directory.GetFiles(feed))));
    }

    [Fact]
    public void A_project_with_only_the_package_is_woven_and_runs()
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("App");
        work.Write("App/Program.cs", EchoSources.Application);
        work.Write("App/EchoHandler.cs", EchoSources.Handler);
        work.Build("App");
        AssertWoven(work.Runtime);
        AssertWoven(work.OutputOf("App"));
        AssertReport(work);
    }

    [Fact]
    public void A_library_and_an_application_are_woven_and_suspend_across()
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("Handlers", library: true);
        work.Write("Handlers/EchoHandler.cs", EchoSources.Handler);
        // The application gets the package only through the library.
        work.WriteProject("App", items: """<ProjectReference Include="../Handlers/Handlers.csproj" />""");
        work.Write("App/Program.cs", EchoSources.Application);
        work.Build("App");
        AssertWoven(work.OutputOf("Handlers"));
        AssertWoven(work.OutputOf("App"));
        AssertReport(work);
    }

    [Fact]
    public void A_path_with_spaces_is_no_obstacle()
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("An App");
        work.Write("An App/Program.cs", """GreenThreads.GreenThread.Run(() => Console.WriteLine("ran"));""");
        work.Build("An App", "-p:GreenThreadsReport=a report.txt");
        AssertWoven(work.OutputOf("An App"));
        Assert.NotEmpty(File.ReadAllText(work.PathOf("An App/a report.txt")));
        Assert.Equal("ran", work.RunApplication("An App").Succeeded().Output.Trim());
    }

    [Fact]
    public void Published_output_is_woven_also_without_a_build()
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("App");
        work.Write("App/Program.cs", EchoSources.Application);
        work.Write("App/EchoHandler.cs", EchoSources.Handler);
        work.Dotnet("publish", "App", "-o", work.PathOf("published"));
        work.Dotnet("publish", "App", "--no-build", "-o", work.PathOf("published-again"));
        Assert.Equal(Workspace.HashOf(work.OutputOf("App")), Workspace.HashOf(work.PathOf("published/App.dll")));
        Assert.Equal(Workspace.HashOf(work.OutputOf("App")), Workspace.HashOf(work.PathOf("published-again/App.dll")));
        AssertWoven(work.PathOf("published/App.dll"));
    }

    private static void AssertWoven(string file) => Assert.True(WovenAssembly.IsWoven(file), $"{file} is not woven.");

    private static void AssertReport(Workspace work) =>
        Assert.Equal(EchoSources.ExpectedReport, work.RunApplication("App").Succeeded().Output.Trim(), ignoreLineEndingDifferences: true);
}
