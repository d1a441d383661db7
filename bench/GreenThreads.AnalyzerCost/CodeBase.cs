using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using ICSharpCode.Decompiler;
using ICSharpCode.Decompiler.CSharp.ProjectDecompiler;
using ICSharpCode.Decompiler.Metadata;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GreenThreads.AnalyzerCost;

/// <summary>A library from a package, turned back into a C# project that builds: a file for each type, as people have them.</summary>
/// <param name="Name">The assembly's name.</param>
/// <param name="Project">The project file.</param>
/// <param name="References">What it is compiled against.</param>
internal sealed record CodeBase(string Name, string Project, IReadOnlyList<string> References)
{
    private const string SourceFolder = "src";

    // There when the project is complete; in it the ids of the compiler's warnings.
    private const string DoneFile = "done";

    /// <summary>The sources.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(Project)!, SourceFolder), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>Restores the package, decompiles its library and makes what comes out compile.</summary>
    /// <param name="package">Package, version and, where it is named otherwise, assembly, with slashes between.</param>
    /// <param name="folder">Where the project goes; one that is there already is taken as it is.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<CodeBase> MakeAsync(string package, string folder, CancellationToken cancellation)
    {
        string[] parts = package.Split('/');
        if (parts.Length is not (2 or 3)) throw new ArgumentException($"'{package}' is not of the form PACKAGE/VERSION or PACKAGE/VERSION/ASSEMBLY.");
        string name = parts[^1] == parts[1] ? parts[0] : parts[2];
        string home = Path.Combine(folder, $"{name}-{parts[1]}"), project = Path.Combine(home, name + ".csproj"), done = Path.Combine(home, DoneFile);
        if (!File.Exists(done) && Directory.Exists(home)) Directory.Delete(home, recursive: true);
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(project, ProjectText(parts[0], parts[1], name), cancellation);
        Run("restore", project);

        using JsonDocument items = JsonDocument.Parse(Run("msbuild", project, "-nologo", "-t:ResolveAssemblyReferences", "-getItem:ReferencePath,Decompiled"));
        string[] Paths(string item) => [.. items.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(i => i.GetProperty("FullPath").GetString()!)];
        var code = new CodeBase(name, project, Paths("ReferencePath"));
        if (File.Exists(done)) return code;
        string library = Paths("Decompiled").FirstOrDefault() ?? throw new FileNotFoundException($"Package {parts[0]} {parts[1]} has no assembly {name} for this framework.");
        Decompile(library, code.References, Directory.CreateDirectory(Path.Combine(home, SourceFolder)).FullName);
        await File.WriteAllTextAsync(done, string.Join(';', BodyRepair.Run(code, cancellation)), cancellation);
        return code;
    }

    /// <summary>All of it as Roslyn has it.</summary>
    public CSharpCompilation Compile() => CSharpCompilation.Create(
        Name,
        Files.AsParallel().AsOrdered().Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest), file)),
        References.Select(file => MetadataReference.CreateFromFile(file)),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Annotations));

    /// <summary>Runs <c>dotnet</c> and returns what it writes; nothing that outlives it keeps its output open.</summary>
    public static string Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" } })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} failed:{Environment.NewLine}{output}");
    }

    // As people's projects are: the defaults of the SDK. The library itself is no reference of what is made of it, and what
    // its generators wrote is in it already.
    private static string ProjectText(string package, string version, string name) => new XElement("Project",
        new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement("PropertyGroup",
            new XElement("TargetFramework", $"net{Environment.Version.Major}.0"), new XElement("AssemblyName", name), new XElement("PackageId", "Decompiled." + name), new XElement("LangVersion", "latest"),
            new XElement("AllowUnsafeBlocks", true), new XElement("Nullable", "annotations"), new XElement("GenerateAssemblyInfo", false), new XElement("NuGetAudit", false),
            new XElement("EnableDefaultEmbeddedResourceItems", false), new XElement("ManagePackageVersionsCentrally", false), new XElement("TreatWarningsAsErrors", false)),
        // a decompiler's code has thousands of warnings that its authors' did not; those of analyzers stay on
        new XElement("PropertyGroup", new XAttribute("Condition", $"Exists('{DoneFile}')"), new XElement("NoWarn", $"$(NoWarn);$([System.IO.File]::ReadAllText('$(MSBuildProjectDirectory)/{DoneFile}'))")),
        new XElement("ItemGroup",
            new XElement("PackageReference", new XAttribute("Include", package), new XAttribute("Version", version)),
            new XElement("Reference", new XAttribute("Include", typeof(GreenThread).Assembly.Location)),
            new XElement("Analyzer", new XAttribute("Include", typeof(Analyzers.DiagnosticIds).Assembly.Location), new XAttribute("Condition", "'$(WithAnalyzers)' == 'true'"))),
        new XElement("Target", new XAttribute("Name", "LeaveItselfOut"), new XAttribute("AfterTargets", "ResolveAssemblyReferences"),
            new XElement("ItemGroup",
                new XElement("Decompiled", new XAttribute("Include", "@(ReferencePath)"), new XAttribute("Condition", $"'%(FileName)' == '{name}'")),
                new XElement("ReferencePath", new XAttribute("Remove", "@(Decompiled)")))),
        new XElement("Target", new XAttribute("Name", "LeaveGeneratorsOut"), new XAttribute("BeforeTargets", "CoreCompile"),
            new XElement("ItemGroup",
                new XElement("Analyzer", new XAttribute("Remove", "@(Analyzer)"), new XAttribute("Condition", "!$([System.String]::Copy('%(FileName)').StartsWith('GreenThreads.')) and !$([System.String]::Copy('%(FileName)').EndsWith('NetAnalyzers'))"))))).ToString();

    private static void Decompile(string library, IEnumerable<string> references, string target)
    {
        var resolver = new UniversalAssemblyResolver(library, throwOnError: false, targetFramework: null);
        foreach (string directory in references.Select(r => Path.GetDirectoryName(r)!).Distinct()) resolver.AddSearchDirectory(directory);
        using var file = new PEFile(library);
        var decompiler = new WholeProjectDecompiler(new DecompilerSettings(ICSharpCode.Decompiler.CSharp.LanguageVersion.Latest) { ThrowOnAssemblyResolveErrors = false }, resolver, null, null, null);
        decompiler.DecompileProject(file, target);
        foreach (string made in Directory.GetFiles(target, "*.csproj")) File.Delete(made);
    }
}
