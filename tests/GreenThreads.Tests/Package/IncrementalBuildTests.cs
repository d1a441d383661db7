using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Package;

/// <summary>When the targets weave, when they do not, and what they leave behind.</summary>
/// <param name="package">Packed once for all tests.</param>
[Collection(PackageCollection.Name)]
[HangBound(300)]
public class IncrementalBuildTests(TestPackage package)
{
    private const string Program = """
        using GreenThreads;
        GreenThread.Run(() => GreenThread.Sleep(1));
        Console.WriteLine("one");
        """;

    [Fact]
    public void A_second_build_weaves_nothing_and_prints_nothing()
    {
        Workspace work = Built();
        DateTime[] before = WriteTimes(work);
        string output = work.Build("App").Output;
        Assert.Equal(before, WriteTimes(work));
        Assert.DoesNotContain("weav", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("GT1", output);
    }

    [Fact]
    public void A_clean_rebuild_gives_the_same_bytes()
    {
        Workspace work = Built();
        string assembly = Workspace.HashOf(work.OutputOf("App"));
        string symbols = Workspace.HashOf(Path.ChangeExtension(work.OutputOf("App"), ".pdb"));
        Directory.Delete(work.PathOf("App/obj/Release"), recursive: true);
        Directory.Delete(work.PathOf("App/bin"), recursive: true);
        work.Build("App");
        Assert.Equal(assembly, Workspace.HashOf(work.OutputOf("App")));
        Assert.Equal(symbols, Workspace.HashOf(Path.ChangeExtension(work.OutputOf("App"), ".pdb")));
    }

    [Fact]
    public void A_changed_source_is_woven_again()
    {
        Workspace work = Built();
        work.Write("App/Program.cs", Program.Replace("one", "two"));
        work.Build("App");
        Assert.True(WovenAssembly.IsWoven(work.OutputOf("App")));
        Assert.Equal("two", work.RunApplication("App").Succeeded().Output.Trim());
    }

    [Fact]
    public void A_changed_option_weaves_again()
    {
        Workspace work = Built();
        DateTime[] before = WriteTimes(work);
        work.Build("App", "-p:GreenThreadsReport=true");
        Assert.NotEqual(before, WriteTimes(work));
        Assert.NotEmpty(File.ReadAllText(work.IntermediateOf("App", "App.weave.txt")));
    }

    [Fact]
    public void A_changed_library_weaves_its_users_again()
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("Library", library: true);
        work.Write("Library/Text.cs", """public static class Text { public static string Get() => "one"; }""");
        work.WriteProject("App", items: """<ProjectReference Include="../Library/Library.csproj" />""");
        work.Write("App/Program.cs", "GreenThreads.GreenThread.Run(() => Console.WriteLine(Text.Get()));");
        work.Build("App");
        DateTime[] before = WriteTimes(work);
        // The reference assembly stays the same, so the compiler has no reason to run for the application.
        work.Write("Library/Text.cs", """public static class Text { public static string Get() { GreenThreads.GreenThread.Yield(); return "two"; } }""");
        work.Build("App");
        Assert.NotEqual(before, WriteTimes(work));
        Assert.Equal("two", work.RunApplication("App").Succeeded().Output.Trim());
    }

    [Fact]
    public void Weaving_can_be_switched_off_and_on_again()
    {
        Workspace work = Built();
        work.Build("App", "-p:GreenThreadsWeave=false");
        Assert.False(WovenAssembly.IsWoven(work.OutputOf("App")));
        Assert.Equal("one", work.RunApplication("App").Succeeded().Output.Trim());
        work.Build("App");
        Assert.True(WovenAssembly.IsWoven(work.OutputOf("App")));
    }

    [Fact]
    public void Clean_removes_every_file_of_the_weaver()
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("App", "<GreenThreadsReport>true</GreenThreadsReport>");
        work.Write("App/Program.cs", Program);
        work.Build("App");
        Assert.NotEmpty(Leftovers(work));
        work.Dotnet("clean", "App");
        Assert.Empty(Leftovers(work));
    }

    private static string[] Leftovers(Workspace work) =>
    [
        .. Directory.GetFiles(work.PathOf("App/obj"), "App.weave.*", SearchOption.AllDirectories),
        .. Directory.GetFiles(work.PathOf("App/obj"), "App.dll", SearchOption.AllDirectories),
        .. Directory.GetFiles(work.PathOf("App/obj"), "App.pdb", SearchOption.AllDirectories),
    ];

    private static DateTime[] WriteTimes(Workspace work) =>
    [
        File.GetLastWriteTimeUtc(work.IntermediateOf("App", "App.dll")),
        File.GetLastWriteTimeUtc(work.IntermediateOf("App", "App.weave.stamp")),
    ];

    private Workspace Built()
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("App");
        work.Write("App/Program.cs", Program);
        work.Build("App");
        return work;
    }
}
