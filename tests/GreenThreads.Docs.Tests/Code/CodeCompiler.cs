using System.Collections.Concurrent;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.Docs.Tests.Code;

/// <summary>Compiles a block in its context, as a project with implicit usings would.</summary>
internal static class CodeCompiler
{
    private const string Place = "// <code>";

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly ConcurrentDictionary<string, MetadataReference> s_references = new();

    /// <summary>What programs are compiled against: the framework and the library.</summary>
    internal static string[] ReferenceFiles { get; } =
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "framework-references.txt")),
        typeof(GreenThread).Assembly.Location,
    ];

    /// <summary>The context's source with the block in it; errors are located in the page.</summary>
    internal static string SourceOf(CodeBlock block)
    {
        string code = $"#line {block.Line} \"{block.Page}\"\n{block.Text}\n#line default\n";
        if (block.Context == "program") return code;
        string file = Path.Combine(AppContext.BaseDirectory, "Contexts", block.Context + ".cs");
        if (!File.Exists(file)) throw new FileNotFoundException($"{block}: there is no context '{block.Context}' in tests/GreenThreads.Docs.Tests/Contexts.");
        string context = File.ReadAllText(file);
        int place = context.IndexOf(Place, StringComparison.Ordinal);
        if (place < 0) throw new FormatException($"The context '{block.Context}' has no line '{Place}'.");
        int line = context.AsSpan(0, place).Count('\n') + 2;
        return $"{context[..place]}\n{code}#line {line} \"{block.Context}.cs\"\n{context[(place + Place.Length)..]}";
    }

    /// <summary>Compiles.</summary>
    /// <param name="block">What.</param>
    /// <param name="output">The assembly to write; null to look for errors only.</param>
    /// <returns>The errors.</returns>
    internal static string[] Compile(CodeBlock block, string? output = null)
    {
        CSharpParseOptions parse = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(SourceText.From(SourceOf(block), Encoding.UTF8), parse, "block.cs");
        SyntaxTree usings = CSharpSyntaxTree.ParseText(SourceText.From(ImplicitUsings, Encoding.UTF8), parse, "usings.cs");
        // A fragment of declarations is a library; what has an entry point is run as a program.
        bool program = tree.GetRoot().DescendantNodes().Any(static node => node is Microsoft.CodeAnalysis.CSharp.Syntax.GlobalStatementSyntax)
            || block.Runs;
        CSharpCompilation compilation = CSharpCompilation.Create(
            output is null ? "Block" : Path.GetFileNameWithoutExtension(output),
            [usings, tree],
            ReferenceFiles.Select(static file => s_references.GetOrAdd(file, static f => MetadataReference.CreateFromFile(f))),
            new CSharpCompilationOptions(program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary)
                .WithOptimizationLevel(OptimizationLevel.Release)
                .WithAllowUnsafe(true)
                .WithNullableContextOptions(NullableContextOptions.Enable));
        IEnumerable<Diagnostic> found;
        if (output is null)
        {
            found = compilation.GetDiagnostics();
        }
        else
        {
            using FileStream assembly = File.Create(output);
            using FileStream symbols = File.Create(Path.ChangeExtension(output, ".pdb"));
            found = compilation.Emit(assembly, symbols).Diagnostics;
        }
        return [.. found.Where(static d => d.Severity == DiagnosticSeverity.Error).Select(static d => d.ToString())];
    }
}
