using System.Diagnostics;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;

namespace GreenThreads.Review.Analysis;

/// <summary>Compiles a project, weaves it, and reads from the weaver's report what pins and why.</summary>
internal static class PinReview
{
    private static readonly string s_weaver =
        Path.Combine(AppContext.BaseDirectory, "..", "..", "GreenThreads.Weaver", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "GreenThreads.Weaver.dll");

    /// <summary>Adds what pins to the result.</summary>
    /// <param name="project">The project as it is after its conversion.</param>
    /// <param name="result">The result.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task RunAsync(Project project, ReviewResult result, CancellationToken cancellation)
    {
        if (await CompileAsync(project, cancellation) is not { } compilation) return;
        if (!UsesGreenThreads(compilation)) return;
        string folder = Directory.CreateTempSubdirectory("greenthreads-review-").FullName;
        try
        {
            string unwoven = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "unwoven")).FullName, compilation.AssemblyName + ".dll");
            EmitResult emitted;
            await using (FileStream assembly = File.Create(unwoven), symbols = File.Create(Path.ChangeExtension(unwoven, ".pdb")))
            {
                var options = new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbFilePath: symbols.Name);
                emitted = compilation.Emit(assembly, symbols, options: options, cancellationToken: cancellation);
            }
            if (!emitted.Success)
            {
                result.Troubles.Add(new Trouble(project.Name, "what pins is not known, because it does not compile: " + emitted.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)));
                return;
            }
            string report = Path.Combine(folder, "report.json");
            List<string> lines = ["weave", unwoven, "--output", Path.Combine(folder, compilation.AssemblyName + ".dll"), "--report", report];
            foreach (MetadataReference reference in compilation.References)
            {
                if (await FileOfAsync(reference, folder) is { } file) lines.AddRange(["--reference", file]);
            }
            string response = Path.Combine(folder, "weave.rsp");
            await File.WriteAllLinesAsync(response, lines, cancellation);
            (int exit, string output) = await ExecuteAsync(response, cancellation);
            if (exit != 0 || !File.Exists(report))
            {
                result.Troubles.Add(new Trouble(project.Name, "what pins is not known, because the weaver failed: " + output.Trim()));
                return;
            }
            Read(project.Name, report, result);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // With the runtime library, which a project that is yet to be converted does not reference.
    private static async Task<Compilation?> CompileAsync(Project project, CancellationToken cancellation)
    {
        if (await project.GetCompilationAsync(cancellation) is not { } compilation) return null;
        bool isKnown = compilation.GetTypeByMetadataName("GreenThreads.GreenThread") is not null;
        return isKnown ? compilation : compilation.AddReferences(MetadataReference.CreateFromFile(typeof(GreenThread).Assembly.Location));
    }

    private static bool UsesGreenThreads(Compilation compilation) =>
        compilation.SyntaxTrees.Any(tree => tree.GetText().ToString() is { } text && (text.Contains("GreenThread.", StringComparison.Ordinal) || text.Contains("GreenScope", StringComparison.Ordinal) || text.Contains("GreenServer", StringComparison.Ordinal)));

    private static async Task<string?> FileOfAsync(MetadataReference reference, string folder)
    {
        switch (reference)
        {
            case PortableExecutableReference { FilePath: { } file }:
                return file;
            case CompilationReference { Compilation: { } other }:
                string emitted = Path.Combine(folder, other.AssemblyName + ".dll");
                if (!File.Exists(emitted))
                {
                    await using FileStream stream = File.Create(emitted);
                    if (!other.Emit(stream).Success) return null;
                }
                return emitted;
            default:
                return null;
        }
    }

    private static async Task<(int ExitCode, string Output)> ExecuteAsync(string response, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", ["exec", s_weaver, $"@{response}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation), errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output + await errors);
    }

    private static void Read(string project, string report, ReviewResult result)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report));
        foreach (JsonElement method in json.RootElement.GetProperty("details").EnumerateArray())
        {
            if (!method.TryGetProperty("pins", out JsonElement pins)) continue;
            foreach (JsonElement pin in pins.EnumerateArray())
            {
                string place = pin.GetProperty("place").GetString()!;
                (string? file, int line) = Split(place);
                string callee = pin.GetProperty("callee").GetString()!, reason = pin.GetProperty("reason").GetString()!;
                result.Pins.Add(new Finding(project, pin.GetProperty("id").GetString()!, DiagnosticSeverity.Warning, file, line, 1, $"{method.GetProperty("method").GetString()} pins at {callee}, because {reason}", false));
            }
        }
    }

    // File.cs:12 or File.cs(12)
    private static (string? File, int Line) Split(string place)
    {
        int at = place.LastIndexOfAny([':', '(']);
        return at > 0 && int.TryParse(place[(at + 1)..].TrimEnd(')'), out int line) ? (place[..at], line) : (null, 0);
    }
}
