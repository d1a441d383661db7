using System.Security.Cryptography;

namespace GreenThreads.Tests.Package;

/// <summary>A user's folder: projects that get the package from a feed and know nothing of this repository.</summary>
internal sealed class Workspace
{
    private readonly DotnetCommand _dotnet;
    private readonly HashSet<string> _restored = [];

    internal Workspace(string folder, string feed, string packages)
    {
        Folder = folder;
        Packages = packages;
        _dotnet = new DotnetCommand(folder, packages);
        Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="local" value="{feed}" />
              </packageSources>
            </configuration>
            """);
        // Stops the search for such files above.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
    }

    internal string Folder { get; }

    /// <summary>The folder of restored packages.</summary>
    internal string Packages { get; }

    /// <summary>The weaver of the restored package.</summary>
    internal string Weaver => Path.Combine(PackageFolder, "tools", "net10.0", "GreenThreads.Weaver.dll");

    /// <summary>The runtime library of the restored package.</summary>
    internal string Runtime => Path.Combine(PackageFolder, "lib", "net10.0", "GreenThreads.dll");

    private string PackageFolder => Assert.Single(Directory.GetDirectories(Path.Combine(Packages, "greenthreads")));

    /// <summary>Writes a project that references the package.</summary>
    internal void WriteProject(string name, string properties = "", string items = """<PackageReference Include="GreenThreads" Version="*-*" />""", bool library = false, string extension = "csproj") =>
        Write($"{name}/{name}.{extension}", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>{(library ? "Library" : "Exe")}</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
            </Project>
            """);

    /// <summary>Writes a file.</summary>
    internal void Write(string path, string text)
    {
        string file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    internal string PathOf(string path) => Path.Combine(Folder, path);

    /// <summary>Builds in Release; fails the test if the build fails.</summary>
    internal CommandResult Build(string project, params string[] arguments) => TryBuild(project, arguments).Succeeded();

    /// <summary>Builds in Release.</summary>
    internal CommandResult TryBuild(string project, params string[] arguments) =>
        _dotnet.Build(["build", project, "-c", "Release", .. RestoreOnce(project), .. arguments]);

    /// <summary>Runs another build command in Release; fails the test if it fails.</summary>
    internal CommandResult Dotnet(string command, string project, params string[] arguments) =>
        _dotnet.Build([command, project, "-c", "Release", .. command == "clean" ? [] : RestoreOnce(project), .. arguments]).Succeeded();

    /// <summary>Runs the built application.</summary>
    internal CommandResult RunApplication(string name) => _dotnet.Run(OutputOf(name));

    /// <summary>Runs the weaver of the package by hand.</summary>
    internal CommandResult RunWeaver(params string[] arguments) => _dotnet.Run(["exec", Weaver, "weave", .. arguments]);

    /// <summary>The built assembly.</summary>
    internal string OutputOf(string name) => PathOf($"{name}/bin/Release/net10.0/{name}.dll");

    /// <summary>A file of the build's intermediate folder.</summary>
    internal string IntermediateOf(string name, string file) => PathOf($"{name}/obj/Release/net10.0/{file}");

    /// <summary>A digest of a file's bytes.</summary>
    internal static string HashOf(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    // A restore takes longer than an incremental build, and changes nothing after the first.
    private string[] RestoreOnce(string project) => _restored.Add(project) ? [] : ["--no-restore"];
}
