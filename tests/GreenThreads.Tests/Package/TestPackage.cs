using System.IO.Compression;
using System.Runtime.InteropServices;

namespace GreenThreads.Tests.Package;

/// <summary>The package, packed once from the sources into a feed of its own, away from the repository's build output.</summary>
/// <remarks>
/// Projects that use it restore into a packages folder of their own as well: a package of an earlier run, which NuGet
/// keeps by id and version, is never tested by mistake.
/// </remarks>
public sealed class TestPackage : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("greenthreads-package-").FullName;
    private Workspace? _plain;
    private int _workspaces;

    // The images for other systems need some 150 MB of packages and are not run here.
    private string _image = OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 ? "linux-x64" : "none";

    /// <summary>Packs.</summary>
    public TestPackage()
    {
        try
        {
            Feed = Directory.CreateDirectory(Path.Combine(_folder, "feed")).FullName;
            Pack(Feed);
            File = Assert.Single(Directory.GetFiles(Feed));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The folder that holds the package and nothing else.</summary>
    internal string Feed { get; }

    /// <summary>The package.</summary>
    internal string File { get; }

    /// <summary>The system for which the package has an image of the weaver with native code; null where none could be made.</summary>
    internal string? Image => _image == "none" ? null : _image;

    /// <summary>A workspace with a built application <c>App</c>, for tests that change nothing in it.</summary>
    internal Workspace Plain
    {
        get
        {
            if (_plain is not null) return _plain;
            Workspace work = CreateWorkspace();
            work.WriteProject("App");
            work.Write("App/Program.cs", "Console.WriteLine();");
            work.Build("App");
            return _plain = work;
        }
    }

    /// <summary>The names of the package's entries.</summary>
    internal string[] Entries()
    {
        using ZipArchive archive = ZipFile.OpenRead(File);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>Packs the sources from nothing.</summary>
    /// <param name="feed">Where the package goes.</param>
    internal void Pack(string feed)
    {
        if (TryPack(feed) is { ExitCode: not 0 } failed)
        {
            if (Image is null || !failed.LacksPackages) failed.Succeeded();
            _image = "none";
            TryPack(feed).Succeeded();
        }
    }

    private CommandResult TryPack(string feed)
    {
        string artifacts = Path.Combine(_folder, "artifacts");
        if (Directory.Exists(artifacts)) Directory.Delete(artifacts, recursive: true);
        return new DotnetCommand(Repository.Root).Build(
            "pack", "src/GreenThreads/GreenThreads.csproj", "-c", "Release", "-o", feed, $"-p:ArtifactsPath={artifacts}", $"-p:WeaverImages={_image}");
    }

    /// <summary>Makes an empty folder outside of the repository in which projects find only this package.</summary>
    internal Workspace CreateWorkspace()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, $"work{++_workspaces}")).FullName;
        return new Workspace(folder, Feed, Path.Combine(_folder, "packages"));
    }

    /// <summary>Deletes everything.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>The tests that share the one package.</summary>
[CollectionDefinition(Name)]
public sealed class PackageCollection : ICollectionFixture<TestPackage>
{
    /// <summary>The name of the collection.</summary>
    public const string Name = "package";
}
