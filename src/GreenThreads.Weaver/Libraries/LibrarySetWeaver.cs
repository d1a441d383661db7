using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Libraries;

/// <summary>A library to weave.</summary>
/// <param name="Input">The assembly as it came, which is only read.</param>
/// <param name="Output">Where the woven copy goes.</param>
/// <param name="KeyFile">The key pair to sign it with; null for none.</param>
internal sealed record Library(string Input, string Output, string? KeyFile);

/// <summary>
/// Weaves libraries that somebody else compiled, each after those that it refers to: so that it sees what waits in them, and
/// calls their woven methods.
/// </summary>
/// <param name="libraries">The libraries.</param>
/// <param name="resolver">Finds what they refer to; the woven copies take the place of the libraries.</param>
internal sealed class LibrarySetWeaver(IReadOnlyList<Library> libraries, ReferenceResolver resolver)
{
    /// <summary>The form of the reports beside the outputs; null for none.</summary>
    public string? ReportExtension { get; init; }

    /// <inheritdoc cref="WeaveOptions.Twins"/>
    public IReadOnlyList<string> Twins { get; init; } = [];

    /// <inheritdoc cref="WeaveOptions.Chaos"/>
    public bool Chaos { get; init; }

    /// <summary>Weaves them and prints a line for each.</summary>
    /// <returns>Whether all were.</returns>
    public bool Weave(TextWriter output)
    {
        bool succeeded = true;
        foreach (Library library in InOrder())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(library.Output))!);
            if (IsWoven(library.Input))
            {
                File.Copy(library.Input, library.Output, overwrite: true);
                output.WriteLine($"GreenThreads: {Path.GetFileName(library.Input)} came woven; its GreenThreadsWeaveAssembly item has no effect");
            }
            else if (WeaveOne(library, output) is { } summary)
            {
                output.WriteLine($"GreenThreads: {summary}");
            }
            else
            {
                succeeded = false;
                continue;
            }
            resolver.Replace(library.Output);
        }
        return succeeded;
    }

    private WeaveSummary? WeaveOne(Library library, TextWriter output)
    {
        var options = new WeaveOptions
        {
            Input = library.Input,
            Output = library.Output,
            KeyFile = library.KeyFile,
            ReportFile = ReportExtension is null ? null : Path.ChangeExtension(library.Output, $".weave.{ReportExtension}"),
            Twins = Twins,
            Chaos = Chaos,
            IsLibrary = true,
        };
        return new AssemblyWeaver(options, resolver, new LibraryDiagnosticSink(output)).Weave();
    }

    // References first; assemblies that refer to each other in a circle, in the order in which they were named.
    private IReadOnlyList<Library> InOrder()
    {
        if (libraries.Count == 1) return libraries;
        var byName = new Dictionary<string, Library>(StringComparer.OrdinalIgnoreCase);
        foreach (Library library in libraries) byName.TryAdd(Path.GetFileNameWithoutExtension(library.Input), library);
        var done = new HashSet<Library>();
        var order = new List<Library>();
        foreach (Library library in libraries) Visit(library);
        return order;

        void Visit(Library library)
        {
            if (!done.Add(library)) return;
            foreach (string reference in ReferencesOf(library.Input))
            {
                if (byName.TryGetValue(reference, out Library? used)) Visit(used);
            }
            order.Add(library);
        }
    }

    // A file that cannot be read is reported when it is woven.
    private static List<string> ReferencesOf(string file)
    {
        try
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(file);
            return [.. module.AssemblyReferences.Select(r => r.Name)];
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException)
        {
            return [];
        }
    }

    private static bool IsWoven(string file)
    {
        try
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(file);
            return module.Assembly.Has(WovenNames.WovenAttribute);
        }
        catch (Exception exception) when (exception is BadImageFormatException or IOException)
        {
            return false;
        }
    }
}
