using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GreenThreads.Analyzers.Tests.Infrastructure;

/// <summary>A program of the corpus: a file under Corpus/Flagged or Corpus/Fine.</summary>
/// <remarks>A line that is to be reported ends with the id as a comment.</remarks>
public sealed partial class CorpusProgram
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>The framework and the runtime library.</summary>
    public static ImmutableArray<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetDirectoryName(file) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Append(typeof(GreenThread).Assembly.Location)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    // What a project with ImplicitUsings gets.
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private CorpusProgram(string file)
    {
        Name = Path.GetFileNameWithoutExtension(file);
        File = file;
        Source = System.IO.File.ReadAllText(file);
    }

    public string Name { get; }

    public string File { get; }

    public string Source { get; }

    /// <summary>How it is talked to: lines, http, pipe or unix; null for one that is only analyzed.</summary>
    public string? Protocol => ProtocolLine().Match(Source) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Whether its threads cannot be converted without changing what it does.</summary>
    public bool IsRefused => Source.Contains("\n// refused:");

    /// <summary>The lines, from 1, that are to be reported, with the id.</summary>
    public string[] Expected => ExpectedIn(Source);

    /// <summary>The lines of a source that are to be reported.</summary>
    public static string[] ExpectedIn(string source) =>
        [.. source.Split('\n').Select((line, i) => (Match: ExpectedId().Match(line), Line: i + 1)).Where(x => x.Match.Success).Select(x => $"{x.Line}: {x.Match.Groups[1].Value}")];

    public static CorpusProgram Load(string folder, string name) => new(Path.Combine(s_folder, folder, name + ".cs"));

    public static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(Path.Combine(s_folder, folder), "*.cs").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public CSharpCompilation Compile() => Compile(Name, Source);

    public static CSharpCompilation Compile(string name, params string[] sources)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        List<SyntaxTree> trees = [.. sources.Select((s, i) => CSharpSyntaxTree.ParseText(s, options, i == 0 ? name + ".cs" : $"{name}{i}.cs")), CSharpSyntaxTree.ParseText(Usings, options, "Usings.cs")];
        bool hasProgram = trees.Any(t => t.GetRoot().DescendantNodes().Any(n => n is GlobalStatementSyntax or MethodDeclarationSyntax { Identifier.ValueText: "Main" }));
        return CSharpCompilation.Create(name, trees, References, new CSharpCompilationOptions(
            hasProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            nullableContextOptions: sources.Any(s => s.Contains("null!") || s.Contains("?;") || s.Contains("object?") || s.Contains("string?")) ? NullableContextOptions.Enable : NullableContextOptions.Disable));
    }

    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation, params DiagnosticAnalyzer[] analyzers)
    {
        Diagnostic[] errors = [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)];
        Assert.True(errors.Length == 0, string.Join(Environment.NewLine, errors.Select(e => e.ToString())));
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: (e, a, _) => throw new InvalidOperationException(a.ToString(), e), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        return await compilation.WithAnalyzers([.. analyzers], options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The places of diagnostics in the form of <see cref="Expected"/>.</summary>
    public static string[] Places(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.OrderBy(d => d.Location.SourceSpan.Start).Select(d => $"{d.Location.GetLineSpan().StartLinePosition.Line + 1}: {d.Id}")];

    [GeneratedRegex(@"^// protocol: (\w+)", RegexOptions.Multiline)]
    private static partial Regex ProtocolLine();

    [GeneratedRegex(@"// (GT\d{4})\s*$")]
    private static partial Regex ExpectedId();
}
