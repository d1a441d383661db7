using System.Collections.Concurrent;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>Compiles C# as the SDK would, in both configurations.</summary>
internal static class CorpusCompiler
{
    private static readonly ConcurrentDictionary<string, MetadataReference> s_references = new();

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Compiles the library and the corpus into a new folder.</summary>
    public static string CompileCorpus(OptimizationLevel level)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Toolchain.Work, $"{level}-unwoven")).FullName;
        string library = Path.Combine(folder, "GreenThreads.Corpus.Library.dll");
        Compile(SourcesOf("GreenThreads.Corpus.Library"), library, level, [Toolchain.Runtime]);
        Compile(SourcesOf("GreenThreads.Corpus"), Path.Combine(folder, "GreenThreads.Corpus.dll"), level, [Toolchain.Runtime, library]);
        return folder;
    }

    /// <summary>Compiles sources given as path and text into an assembly with a portable PDB beside it.</summary>
    public static void Compile(
        IEnumerable<(string Path, string Text)> sources, string output, OptimizationLevel level, IEnumerable<string> references, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        CSharpCompilation compilation = Create(sources, Path.GetFileNameWithoutExtension(output), level, references);
        compilation = compilation.WithOptions(compilation.Options.WithOutputKind(kind));
        using FileStream assembly = File.Create(output);
        using FileStream symbols = File.Create(Path.ChangeExtension(output, ".pdb"));
        EmitResult result = compilation.Emit(assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (result.Success) return;
        throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
    }

    /// <summary>Which of some files, each on its own, have no errors beside the library of the corpus.</summary>
    public static bool[] Compile(IReadOnlyList<(string Path, string Text)> sources)
    {
        string library = Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.None), "GreenThreads.Corpus.Library.dll");
        CSharpCompilation compilation = Create(sources, "GreenThreads.Corpus", OptimizationLevel.Release, [Toolchain.Runtime, library]);
        HashSet<string> failed = [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Location.SourceTree?.FilePath ?? "")];
        return [.. sources.Select(s => !failed.Contains(s.Path))];
    }

    /// <summary>The errors of a file.</summary>
    public static string[] Errors(string text)
    {
        string library = Path.Combine(CorpusRun.Folder(OptimizationLevel.Release, Weaving.None), "GreenThreads.Corpus.Library.dll");
        return [.. Create([("/_/errors.cs", text)], "GreenThreads.Corpus", OptimizationLevel.Release, [Toolchain.Runtime, library])
            .GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => $"{d} in {d.Location.SourceTree?.GetText().Lines[d.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim()}")];
    }

    private static CSharpCompilation Create(
        IEnumerable<(string Path, string Text)> sources, string name, OptimizationLevel level, IEnumerable<string> references)
    {
        CSharpParseOptions parse = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        IEnumerable<SyntaxTree> trees = sources.Append(("/_/ImplicitUsings.cs", ImplicitUsings))
            .Select(s => CSharpSyntaxTree.ParseText(SourceText.From(s.Item2, Encoding.UTF8), parse, s.Item1));
        return CSharpCompilation.Create(
            name,
            trees,
            Toolchain.FrameworkReferences.Concat(references).Select(Reference),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
                .WithOptimizationLevel(level)
                .WithAllowUnsafe(true)
                .WithDeterministic(true)
                .WithNullableContextOptions(NullableContextOptions.Enable));
    }

    // Read once: the framework has more than a hundred assemblies.
    private static MetadataReference Reference(string file) => s_references.GetOrAdd(file, static f => MetadataReference.CreateFromFile(f));

    private static IEnumerable<(string Path, string Text)> SourcesOf(string project) =>
        Toolchain.Sources(project).Select(f => ($"/_/tests/{project}/{Path.GetFileName(f)}", File.ReadAllText(f)));
}
