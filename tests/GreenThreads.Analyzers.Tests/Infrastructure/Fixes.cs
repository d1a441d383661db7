using System.Collections.Immutable;
using GreenThreads.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GreenThreads.Analyzers.Tests.Infrastructure;

/// <summary>Applies the code fix to a compilation's first file, as "fix all in document" does.</summary>
internal static class Fixes
{
    public static async Task<(CSharpCompilation Compilation, string Source, ImmutableArray<Diagnostic> Left)> ConvertAsync(CSharpCompilation compilation)
    {
        using var workspace = new AdhocWorkspace();
        Project project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, compilation.AssemblyName!, compilation.AssemblyName!, LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: compilation.SyntaxTrees[0].Options, metadataReferences: compilation.References));
        var documents = new List<DocumentId>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            Document document = project.AddDocument(tree.FilePath, await tree.GetTextAsync(), filePath: tree.FilePath);
            documents.Add(document.Id);
            project = document.Project;
        }
        ImmutableArray<Diagnostic> found = await CorpusProgram.AnalyzeAsync((await project.GetCompilationAsync())!, new ThreadPerConnectionAnalyzer());
        Document converted = await ThreadConverter.ConvertAsync(project.GetDocument(documents[0])!, found, CancellationToken.None);
        var changed = (CSharpCompilation)(await converted.Project.GetCompilationAsync())!;
        return (changed, (await converted.GetTextAsync()).ToString(), await CorpusProgram.AnalyzeAsync(changed, new ThreadPerConnectionAnalyzer()));
    }
}
