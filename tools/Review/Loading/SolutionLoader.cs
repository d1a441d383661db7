using System.Collections.Immutable;
using System.Text;
using GreenThreads.Review.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.MSBuild;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.Review.Loading;

/// <summary>Loads what the command line names as a Roslyn solution; what cannot be loaded is noted and left out.</summary>
internal static class SolutionLoader
{
    /// <exception cref="FileNotFoundException">There is nothing of that name, or nothing in it that can be reviewed.</exception>
    public static async Task<(Workspace Workspace, Solution Solution)> LoadAsync(string target, List<Trouble> troubles, CancellationToken cancellation)
    {
        target = Path.GetFullPath(target);
        if (Directory.Exists(target)) return await LoadFolderAsync(target, troubles, cancellation);
        if (!File.Exists(target)) throw new FileNotFoundException($"'{target}' does not exist: name a solution, a project, a folder or a .cs file.");
        return Path.GetExtension(target).ToLowerInvariant() switch
        {
            ".sln" or ".slnx" or ".slnf" => await LoadSolutionAsync(target, troubles, cancellation),
            ".csproj" => await LoadProjectsAsync([target], troubles, cancellation),
            ".cs" => LoadSources(Path.GetFileNameWithoutExtension(target), [target]),
            string other => throw new FileNotFoundException($"'{target}' is of a kind ({other}) that cannot be reviewed: name a solution, a project, a folder or a .cs file."),
        };
    }

    private static async Task<(Workspace, Solution)> LoadFolderAsync(string folder, List<Trouble> troubles, CancellationToken cancellation)
    {
        foreach (string pattern in (string[])["*.slnx", "*.sln"])
        {
            if (Directory.GetFiles(folder, pattern) is [string solution, ..]) return await LoadSolutionAsync(solution, troubles, cancellation);
        }
        string[] projects = [.. Sources(folder, "*.csproj")];
        if (projects.Length > 0) return await LoadProjectsAsync(projects, troubles, cancellation);
        string[] sources = [.. Sources(folder, "*.cs")];
        if (sources.Length == 0) throw new FileNotFoundException($"'{folder}' has no solution, project or C# source in it.");
        return LoadSources(Path.GetFileName(folder), sources);
    }

    private static IEnumerable<string> Sources(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(folder, f).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "artifacts" || part.StartsWith('.')))
            .Order(StringComparer.Ordinal);

    private static async Task<(Workspace, Solution)> LoadSolutionAsync(string file, List<Trouble> troubles, CancellationToken cancellation)
    {
        MSBuildWorkspace workspace = Create();
        Solution solution = await workspace.OpenSolutionAsync(file, cancellationToken: cancellation);
        Note(workspace, troubles);
        return (workspace, solution);
    }

    private static async Task<(Workspace, Solution)> LoadProjectsAsync(IEnumerable<string> files, List<Trouble> troubles, CancellationToken cancellation)
    {
        MSBuildWorkspace workspace = Create();
        foreach (string file in files)
        {
            // loaded already, as a reference of another
            if (workspace.CurrentSolution.Projects.Any(p => p.FilePath == file)) continue;
            try
            {
                await workspace.OpenProjectAsync(file, cancellationToken: cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                troubles.Add(new Trouble(Path.GetFileName(file), e.Message));
            }
        }
        Note(workspace, troubles);
        return (workspace, workspace.CurrentSolution);
    }

    private static MSBuildWorkspace Create()
    {
        MSBuildWorkspace workspace = MSBuildWorkspace.Create();
        workspace.LoadMetadataForReferencedProjects = true;
        workspace.SkipUnrecognizedProjects = true;
        return workspace;
    }

    private static void Note(MSBuildWorkspace workspace, List<Trouble> troubles)
    {
        foreach (WorkspaceDiagnostic diagnostic in workspace.Diagnostics)
        {
            if (diagnostic.Kind != WorkspaceDiagnosticKind.Failure) continue;
            string message = diagnostic.Message.Split('\n')[0].Trim();
            string? project = message.Split('\'', '"').FirstOrDefault(part => part.EndsWith("proj", StringComparison.Ordinal));
            troubles.Add(new Trouble(project is null ? "" : Path.GetFileName(project), message));
        }
    }

    // Sources without a project: compiled against the runtime that this program runs on.
    private static (Workspace, Solution) LoadSources(string name, IEnumerable<string> files)
    {
        var workspace = new AdhocWorkspace();
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        ImmutableArray<MetadataReference> references =
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(f => Path.GetDirectoryName(f) == framework).Append(typeof(GreenThread).Assembly.Location).Select(f => MetadataReference.CreateFromFile(f)),
        ];
        Project project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, name, name, LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Annotations),
            parseOptions: new CSharpParseOptions(LanguageVersion.Latest), metadataReferences: references));
        Solution solution = project.Solution;
        foreach (string file in files)
            solution = solution.AddDocument(DocumentId.CreateNewId(project.Id), Path.GetFileName(file), SourceText.From(File.ReadAllText(file), Encoding.UTF8), filePath: file);
        const string usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        solution = solution.AddDocument(DocumentId.CreateNewId(project.Id), "ImplicitUsings.g.cs", SourceText.From(usings, Encoding.UTF8));
        workspace.TryApplyChanges(solution);
        return (workspace, workspace.CurrentSolution);
    }
}
