using System.Globalization;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Package;

/// <summary>The weaver reads IL: what other compilers make of a program is suspended and resumed as well.</summary>
/// <param name="package">Packed once for all tests.</param>
[Collection(PackageCollection.Name)]
[HangBound(300)]
public class OtherLanguagesTests(TestPackage package)
{
    [Fact]
    public void A_program_in_FSharp_does_on_a_green_thread_what_it_does_on_an_OS_thread() =>
        AssertSame("fsproj", "Program.fs", OtherLanguagesSources.FSharp, """<Compile Include="Program.fs" />""");

    [Fact]
    public void A_program_in_Visual_Basic_does_on_a_green_thread_what_it_does_on_an_OS_thread() =>
        AssertSame("vbproj", "Program.vb", OtherLanguagesSources.VisualBasic, "");

    private void AssertSame(string extension, string file, string text, string items)
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("App", items: $"""<PackageReference Include="GreenThreads" Version="*-*" />{items}""", extension: extension);
        work.Write($"App/{file}", text);
        work.Build("App");
        string[] lines = work.RunApplication("App").Succeeded().Output.Trim().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(lines[0], lines[1]);
        Assert.True(int.Parse(lines[2], CultureInfo.InvariantCulture) >= 20, $"{lines[2]} suspensions");
    }
}
