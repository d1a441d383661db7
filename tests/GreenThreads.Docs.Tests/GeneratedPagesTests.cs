using GreenThreads.Docs.Tests.Infrastructure;
using GreenThreads.Tests.Package;

namespace GreenThreads.Docs.Tests;

/// <summary>Pages that are made by a command are what the command makes now.</summary>
public class GeneratedPagesTests
{
    [Fact]
    public void The_API_reference_is_up_to_date()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output) = new SiblingProgram("ApiReference").Run(null, folder.PathOf("api"));
        Assert.True(exitCode == 0, output);
        AssertSame(folder.PathOf("api"), "docs/api", "*.md", "run eng/update-api-reference");
    }

    [Fact]
    public void The_pages_of_the_lessons_are_up_to_date()
    {
        using var folder = new TemporaryFolder();
        string made = Directory.CreateDirectory(folder.PathOf("learn")).FullName;
        File.Copy(Path.Combine(Repository.Root, "docs", "learn", "measured.json"), Path.Combine(made, "measured.json"));
        (int exitCode, string output) = new SiblingProgram("Learn").Run(null, "docs", "--output", made);
        Assert.True(exitCode == 0, output);
        AssertSame(made, "docs/learn", "*", "run `dotnet run -c Release --project samples/Learn -- docs --output docs/learn`");
    }

    [Fact]
    public void Every_public_type_has_a_page()
    {
        Type[] types = [.. typeof(GreenThread).Assembly.GetExportedTypes().Where(static type => type.Namespace is "GreenThreads" or "GreenThreads.Diagnostics" && !type.IsNested)];
        Assert.True(types.Length > 30);
        foreach (Type type in types)
        {
            if (type.GetCustomAttributes(typeof(System.ComponentModel.EditorBrowsableAttribute), false) is [System.ComponentModel.EditorBrowsableAttribute { State: System.ComponentModel.EditorBrowsableState.Never }]) continue;
            string name = type.Name.Split('`')[0];
            Assert.True(
                Directory.GetFiles(Path.Combine(Repository.Root, "docs", "api"), $"{type.Namespace}.{name}*.md").Length > 0, $"{type} has no page in docs/api.");
        }
    }

    private static void AssertSame(string made, string folder, string pattern, string cure)
    {
        string kept = Path.Combine(Repository.Root, folder);
        string[] Names(string where) => [.. Directory.GetFiles(where, pattern).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.True(Directory.Exists(kept), $"{folder} does not exist: {cure}.");
        Assert.Equal(Names(made), Names(kept));
        foreach (string name in Names(made))
            Assert.True(File.ReadAllText(Path.Combine(made, name)) == File.ReadAllText(Path.Combine(kept, name)), $"{folder}/{name} is out of date: {cure}.");
    }
}
