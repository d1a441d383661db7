using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Finds referenced assemblies among the files that the build names, by their simple names.</summary>
internal sealed class ReferenceResolver : IAssemblyResolver
{
    private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, AssemblyDefinition?> _loaded = new(StringComparer.OrdinalIgnoreCase);

    public ReferenceResolver(IEnumerable<string> files)
    {
        foreach (string file in files) _files[Path.GetFileNameWithoutExtension(file)] = file;
    }

    /// <summary>Has a file stand for the assembly of its name from now on: a woven copy of a reference.</summary>
    public void Replace(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        _files[name] = file;
        _loaded.Remove(name);
    }

    /// <summary>The assembly; null where no file has its name.</summary>
    public AssemblyDefinition? Resolve(AssemblyNameReference name) => Resolve(name, new ReaderParameters());

    /// <inheritdoc cref="Resolve(AssemblyNameReference)"/>
    public AssemblyDefinition? Resolve(AssemblyNameReference name, ReaderParameters parameters)
    {
        if (_loaded.TryGetValue(name.Name, out AssemblyDefinition? assembly)) return assembly;
        if (_files.TryGetValue(name.Name, out string? file))
        {
            parameters.AssemblyResolver = this;
            assembly = AssemblyDefinition.ReadAssembly(file, parameters);
        }
        _loaded.Add(name.Name, assembly);
        return assembly;
    }

    public void Dispose()
    {
        foreach (AssemblyDefinition? assembly in _loaded.Values) assembly?.Dispose();
    }
}
