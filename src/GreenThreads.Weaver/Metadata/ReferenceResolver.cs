using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Finds referenced assemblies among the files that the build names, by their simple names.</summary>
/// <remarks>
/// Each is opened by whoever needs it first, the weaver or the thread that reads ahead; from then on only the weaver uses it.
/// What Cecil reads later it reads from the open file: a copy of all of them in memory costs more than the weaving of a small module.
/// </remarks>
internal sealed class ReferenceResolver : IAssemblyResolver
{
    private const string CoreLibrary = "System.Private.CoreLib";

    private readonly Dictionary<string, Lazy<AssemblyDefinition>> _assemblies = new(StringComparer.OrdinalIgnoreCase);
    private Task _ahead = Task.CompletedTask;

    public ReferenceResolver(IEnumerable<string> files)
    {
        foreach (string file in files) Replace(file);
    }

    /// <summary>Has a file stand for the assembly of its name from now on: a woven copy of a reference.</summary>
    public void Replace(string file) => _assemblies[Path.GetFileNameWithoutExtension(file)] = new Lazy<AssemblyDefinition>(() => Open(file));

    /// <summary>Opens assemblies on another thread, and the one that most of the framework's names lead to.</summary>
    public void ReadAhead(IEnumerable<AssemblyNameReference> names)
    {
        var wanted = new List<Lazy<AssemblyDefinition>>();
        foreach (string name in names.Select(n => n.Name).Prepend(CoreLibrary))
        {
            if (_assemblies.TryGetValue(name, out Lazy<AssemblyDefinition>? assembly) && !assembly.IsValueCreated) wanted.Add(assembly);
        }
        _ahead = Task.WhenAll(_ahead, Task.Run(() => wanted.ForEach(static assembly =>
        {
            try
            {
                _ = assembly.Value;
            }
            catch (Exception exception) when (exception is BadImageFormatException or IOException or UnauthorizedAccessException)
            {
                // the weaver meets the same exception if it needs the assembly
            }
        })));
    }

    /// <summary>The assembly; null where no file has its name.</summary>
    public AssemblyDefinition? Resolve(AssemblyNameReference name) => _assemblies.GetValueOrDefault(name.Name)?.Value;

    /// <inheritdoc cref="Resolve(AssemblyNameReference)"/>
    public AssemblyDefinition? Resolve(AssemblyNameReference name, ReaderParameters parameters) => Resolve(name);

    public void Dispose()
    {
        _ahead.Wait();
        foreach (Lazy<AssemblyDefinition> assembly in _assemblies.Values)
        {
            if (assembly.IsValueCreated) assembly.Value.Dispose();
        }
    }

    private AssemblyDefinition Open(string file) => AssemblyDefinition.ReadAssembly(file, new ReaderParameters { AssemblyResolver = this });
}
