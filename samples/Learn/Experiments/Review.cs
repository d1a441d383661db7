using System.Collections.Immutable;
using System.Globalization;
using GreenThreads.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Learn.Experiments;

/// <summary>Runs the analyzer of the package on a source, as a build does.</summary>
internal static class Review
{
    /// <summary>What the analyzer says about a server with one OS thread per connection: the line of code, then the message.</summary>
    internal static string[] OfServer()
    {
        using Stream stream = typeof(Review).Assembly.GetManifestResourceStream("server.cs")!;
        using var reader = new StreamReader(stream);
        SyntaxTree source = CSharpSyntaxTree.ParseText(reader.ReadToEnd(), path: "Server.cs");
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Server", [source], platform.Select(static file => MetadataReference.CreateFromFile(file)), new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        if (compilation.GetDiagnostics().FirstOrDefault(static d => d.Severity == DiagnosticSeverity.Error) is { } error)
            throw new InvalidOperationException($"The server of lesson 3 does not compile: {error}");
        ImmutableArray<Diagnostic> found = compilation.WithAnalyzers([new ThreadPerConnectionAnalyzer()]).GetAnalyzerDiagnosticsAsync().Result;
        return [.. found.Select(diagnostic => Describe(diagnostic, source))];
    }

    private static string Describe(Diagnostic diagnostic, SyntaxTree source)
    {
        int line = diagnostic.Location.GetLineSpan().StartLinePosition.Line;
        return $"Server.cs({line + 1}): {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture).TrimEnd('.')}. In: `{source.GetText().Lines[line].ToString().Trim()}`";
    }
}
